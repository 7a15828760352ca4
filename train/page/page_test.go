package page

import (
	"bytes"
	"encoding/base64"
	"html"
	"image/png"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"euryale/graph"
	"euryale/loaders"
	"euryale/train"
	"euryale/train/pictures"
)

// run is a made-up run over three classes of 6×6 pixels. Of the four test
// images the second is taken for another class.
func run(t *testing.T) *Run {
	t.Helper()
	net := tiny(t, "tiny")
	return &Run{
		Title: "A run", Training: images("Own training", 0, 1, 2, 0, 1, 2), Test: images("Own test", 2, 0, 1, 2), Network: net,
		History: history(true, 0.5, 0.25), Metrics: train.Metrics{Loss: 0.125, Accuracy: 0.75},
		Outputs:  [][]float32{{0.1, 0.2, 0.7}, {0.05, 0.9, 0.05}, {0.3, 0.6, 0.1}, {0, 0, 1}},
		Features: pictures.FeatureConfig{Images: []int{1, 3}, Channel: 1},
		Settings: []Entry{{"--epochs", "2", "passes"}, {"--data", "", "a folder"}},
		Machine:  []Entry{{Name: "Kernels", Value: "AVX2"}},
	}
}

// tiny is a network of the given name.
func tiny(t *testing.T, name string) *graph.Network {
	t.Helper()
	net, err := graph.New(graph.Config{Name: name, Input: graph.Shape{1, 6, 6}, Seed: 1},
		graph.Conv2D{Filters: 2, Kernel: 3, Activation: graph.ReLU}, graph.Flatten{}, graph.Dense{Units: 3, Activation: graph.Softmax})
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// images is a dataset of ramps with these labels.
func images(name string, labels ...int) *loaders.Dataset {
	d := &loaders.Dataset{Name: name, Origin: "made up", Classes: []string{"ant", "bee", "cat"}, Channels: 1, Height: 6, Width: 6, Labels: labels}
	for i := range 36 * len(labels) {
		d.Images = append(d.Images, uint8(7*i))
	}
	return d
}

// history is of epochs with these losses.
func history(validated bool, losses ...float64) *train.History {
	h := &train.History{}
	for i, loss := range losses {
		e := train.Epoch{Metrics: train.Metrics{Loss: loss, Accuracy: 1 - loss}, Elapsed: time.Duration(i+1) * 300 * time.Millisecond}
		if validated {
			e.Validation = &train.Metrics{Loss: loss + 0.0625, Accuracy: 0.9 - loss}
		}
		h.Epochs = append(h.Epochs, e)
	}
	return h
}

func written(t *testing.T, r *Run) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// text is the page without its tags, each run of white space a blank.
func text(page string) string {
	_, page, _ = strings.Cut(page, "</style>")
	page = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, " ")
	return strings.Join(strings.Fields(html.UnescapeString(page)), " ")
}

func wantAll(t *testing.T, page string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(page, w) {
			t.Errorf("want %q, got\n%s", w, page)
		}
	}
}

func TestWrite(t *testing.T) {
	r := run(t)
	page := written(t, r)
	wantAll(
		t, text(page),
		"A run 3 of 4 test images recognised, after 2 epochs of training on 6 images.",
		"Test accuracy 75.00 % Test loss 0.1250 Parameters 119 Training time 0.90 s",
		"Predicted class True class ant bee cat Total ant 0 1 0 1 bee 0 1 0 1 cat 0 0 2 2 Total 0 2 2 4",
		"Class Precision Recall F1 ant – 0.00 % 0.00 % bee 50.00 % 100.00 % 66.67 % cat 100.00 % 100.00 % 100.00 %",
		"Training time 0.90 s Balanced accuracy 66.67 % Macro F1 55.56 % Top-2 accuracy 100.00 %",
		"cat 100.00 % 100.00 % 100.00 % Mean 50.00 % 66.67 % 55.56 % Mean by images 62.50 % 75.00 % 66.67 %",
		"ant , taken for bee 90.00 % no. 1",
		"conv2d_1 (Conv2D) (None, 2, 4, 4) 20 Show the arithmetic of conv2d_1 "+r.Network.Report().Rows[0].Arithmetic[0],
		"In all 119",
		"Own training, 6 images, and Own test, 4 images, of 6×6 pixels. Origin: made up.",
		"ant 2 1 bee 2 1 cat 2 2",
		"--epochs 2 passes --data – a folder",
		"Kernels AVX2",
		"1 0.5000 0.5000 0.5625 0.4000 0.30 s 50000.0 2 0.2500 0.7500 0.3125 0.6500 0.60 s 100000.0 All 0.90 s 75000.0",
	)
	wantAll(
		t, page,
		`aria-label="Loss by epoch; training from 0.5000 to 0.2500; validation from 0.5625 to 0.3125"`,
		`alt="Test image 1: ant, taken for bee with a confidence of 90.00 %"`,
		`alt="The 2 kernels of the first convolution, each 3×3 weights: blue below zero, red above"`,
		`alt="Feature maps: a row for each of the test images 1 (ant), 3 (cat), a column for each of the layers conv2d_1"`,
	)
	if again := written(t, r); again != page {
		t.Error("want the same page from the same run")
	}
}

// TestPictures decodes every picture of the page.
func TestPictures(t *testing.T) {
	page := written(t, run(t))
	found := regexp.MustCompile(`<img src="data:image/png;base64,([^"]*)" width="(\d+)" height="(\d+)"`).FindAllStringSubmatch(page, -1)
	if n := strings.Count(page, "<img "); len(found) != 6 || n != len(found) { // a mistake, three classes, kernels, maps
		t.Fatalf("want 6 pictures of a size, got %d of %d", len(found), n)
	}
	for i, m := range found {
		// html/template writes + as an entity.
		b, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(m[1], "&#43;", "+"))
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		size := img.Bounds().Size()
		if got, want := [2]string{m[2], m[3]}, [2]string{strconv.Itoa(size.X), strconv.Itoa(size.Y)}; got != want {
			t.Errorf("picture %d: want the size %v, got %v", i, want, got)
		}
		if red, _, _, _ := img.At(0, 1).RGBA(); i == 0 && red>>8 != (7*(36+6))%256 {
			t.Errorf("want the pixel of test image 1, got %d", red>>8)
		}
	}
}

func TestEscapes(t *testing.T) {
	r := run(t)
	const evil = `<script>alert("1")</script>'"><img src=//x onerror=alert(1)>`
	r.Title, r.Training.Name, r.Training.Origin = evil, evil, evil
	r.Network = tiny(t, evil)
	r.Test.Classes[0] = evil
	r.Settings = []Entry{{evil, evil, evil}}
	r.Machine = r.Settings
	page := written(t, r)
	for _, never := range []string{"<script", "<img src=//x", `'"><img`} {
		if strings.Contains(page, never) {
			t.Errorf("want no %q in the page", never)
		}
	}
	if n := strings.Count(page, "&lt;script&gt;"); n < 15 {
		t.Errorf("want the names in their places, got %d", n)
	}
}

func TestWithout(t *testing.T) {
	plain, err := graph.New(graph.Config{Input: graph.Shape{1, 6, 6}}, graph.Flatten{}, graph.Dense{Units: 3, Activation: graph.Softmax})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		change func(r *Run)
		want   string
		never  string
	}{
		{"convolution", func(r *Run) { r.Network = plain }, "no convolution. Feature maps Not shown: this network has no layer that makes an image.", "kernels of"},
		{"mistakes", func(r *Run) { r.Outputs[1] = []float32{1, 0, 0} }, "None: every test image was recognised.", "taken for bee"},
		{"validation", func(r *Run) { r.History = history(false, 0.5) }, "after 1 epoch of training", "alidation"},
		{"epochs", func(r *Run) { r.History = &train.History{} }, "No epoch was completed.", "polyline"},
		{"a choice of images", func(r *Run) { r.Features.Images = nil }, "Feature maps", "1 (ant), 3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := run(t)
			tt.change(r)
			page := written(t, r)
			_, body, _ := strings.Cut(page, "</style>")
			wantAll(t, text(page), tt.want)
			if strings.Contains(body, tt.never) {
				t.Errorf("want no %q, got\n%s", tt.never, text(page))
			}
		})
	}
	r := run(t)
	r.Features.Images = nil
	wantAll(t, written(t, r), `alt="Feature maps: a row for each of the test images 0 (cat), 3 (cat), a column`)
	if r.Features.Images != nil {
		t.Error("Write changed the run")
	}
}

// TestFails wants nothing written of a run that does not fit together.
func TestFails(t *testing.T) {
	for name, spoil := range map[string]func(r *Run){
		"outputs": func(r *Run) { r.Outputs = r.Outputs[:2] },
		"images":  func(r *Run) { r.Features.Images = []int{4} },
		"channel": func(r *Run) { r.Features.Channel = 2 },
	} {
		r := run(t)
		spoil(r)
		var b bytes.Buffer
		if err := Write(&b, r); err == nil || b.Len() > 0 {
			t.Errorf("%s: want an error and no page, got error %v and %d bytes", name, err, b.Len())
		}
	}
}

func TestClock(t *testing.T) {
	for d, want := range map[time.Duration]string{1234 * time.Millisecond: "1.23 s", 90 * time.Second: "1 min 30 s", 3*time.Hour + 125*time.Second: "3 h 2 min"} {
		if got := clock(d); got != want {
			t.Errorf("clock(%v): want %s, got %s", d, want, got)
		}
	}
}
