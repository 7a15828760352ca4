package page

import (
	"fmt"
	"image"
	"image/color"
	"strings"
	"testing"

	"euryale/graph"
	"euryale/loaders"
	"euryale/train/pictures"
)

// manyRun is a run over so many classes, of colour pictures of 12×6 pixels of which the
// first of each class is taken for the next class.
func manyRun(t *testing.T, classes int) *Run {
	t.Helper()
	r := run(t)
	d := &loaders.Dataset{Name: "Own test", Channels: 3, Height: 6, Width: 12}
	r.Outputs = nil
	for c := range classes {
		d.Classes = append(d.Classes, fmt.Sprintf("kind %03d", c))
		for i := range 1 + c%3 {
			d.Labels = append(d.Labels, c)
			row := make([]float32, classes)
			row[(c+max(1-i, 0))%classes] = 1
			r.Outputs = append(r.Outputs, row)
		}
	}
	d.Images = make([]uint8, 3*6*12*len(d.Labels))
	net, err := graph.New(graph.Config{Name: "tiny", Input: graph.Shape{3, 6, 12}, Seed: 1},
		graph.Conv2D{Filters: 2, Kernel: 3}, graph.Flatten{}, graph.Dense{Units: classes, Activation: graph.Softmax})
	if err != nil {
		t.Fatal(err)
	}
	r.Training, r.Test, r.Network, r.Features = d, d, net, pictures.FeatureConfig{}
	return r
}

// TestManyClasses lists what a table has no room for.
func TestManyClasses(t *testing.T) {
	page := written(t, manyRun(t, 200))
	wantAll(t, page, `alt="The confusion matrix of 200 classes:`, `<td class="short">kind 001</td>`)
	wantAll(t, text(page), "The most confused pairs of classes", "Shown are the 20 classes of the smallest F1.", "Precision, recall and F1 of the worst classes", "kind 199")
	if strings.Contains(page, `<table class="matrix`) || len(page) > 1<<20 {
		t.Errorf("want no table of 200×200 cells, and less than 1 MiB, got %d bytes", len(page))
	}
	few := written(t, manyRun(t, 2))
	wantAll(t, few, `<table class="matrix" style="--columns: 2">`)
	if strings.Contains(few, "The most confused pairs") {
		t.Error("two classes: want the table alone")
	}
	if n := pictures.MostCells; strings.Contains(written(t, manyRun(t, n)), "The most confused pairs") || !strings.Contains(written(t, manyRun(t, n+1)), "The most confused pairs") {
		t.Errorf("want the table up to %d classes, and the list above", n)
	}
}

// TestWorst begins with what is told worst, and leaves out what there is none of.
func TestWorst(t *testing.T) {
	counts := [][]int{{2, 0, 0, 0}, {1, 1, 0, 0}, {0, 0, 0, 0}, {0, 1, 0, 0}}
	if got := fmt.Sprint(worst(counts)); got != "[3 1 0]" {
		t.Errorf("want classes 3, 1 and 0, got %v", got)
	}
}

// TestShrunk keeps proportions and colour, and leaves small pictures as they are.
func TestShrunk(t *testing.T) {
	wide := image.NewRGBA(image.Rect(0, 0, 400, 100))
	for i := range wide.Pix {
		wide.Pix[i] = [4]uint8{200, 40, 10, 255}[i%4]
	}
	got := shrunk(wide, 84)
	if got.Bounds().Size() != image.Pt(84, 21) || got.At(40, 10) != (color.RGBA{200, 40, 10, 255}) {
		t.Errorf("want 84×21 in the same colour, got %v in %v", got.Bounds(), got.At(40, 10))
	}
	if got := shrunk(image.NewGray(wide.Rect), 84); got.(*image.Gray).Rect.Dx() != 84 {
		t.Errorf("want grey, got %T", got)
	}
	if small := image.NewGray(image.Rect(0, 0, 84, 3)); shrunk(small, 84) != image.Image(small) {
		t.Error("want a small picture as it is")
	}
}

// TestSuspects shows training images, and has no section without them.
func TestSuspects(t *testing.T) {
	r := run(t)
	if strings.Contains(written(t, r), "Suspicious labels") {
		t.Error("want none without Suspects")
	}
	r.Suspects = []pictures.Mistake{{Index: 4, Label: 1, Predicted: 2, Confidence: 0.875}}
	page := written(t, r)
	wantAll(t, page, `alt="Training image 4: bee, taken for cat with a confidence of 87.50 %"`, `href="#suspects"`)
	wantAll(t, text(page), "Suspicious labels", "no. 4")
}
