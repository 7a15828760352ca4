package pictures

import (
	"fmt"
	"image"
	"image/color"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// guesses are n labels and random outputs for so many classes, right more often
// than not.
func guesses(n, classes int) (labels []int, outputs [][]float32) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range n {
		label := rng.IntN(classes)
		row, sum := make([]float32, classes), float32(0)
		for k := range row {
			row[k] = rng.Float32()
			if k == label {
				row[k] *= 1.5
			}
			sum += row[k]
		}
		for k := range row {
			row[k] /= sum
		}
		labels, outputs = append(labels, label), append(outputs, row)
	}
	return labels, outputs
}

// slowPrediction is the first class whose output no other exceeds.
func slowPrediction(row []float32) int {
	for k, v := range row {
		beaten := false
		for _, w := range row {
			beaten = beaten || w > v
		}
		if !beaten {
			return k
		}
	}
	return -1
}

// counted is NewConfusion without an error.
func counted(t *testing.T, classes []string, labels []int, outputs [][]float32) *Confusion {
	t.Helper()
	c, err := NewConfusion(classes, labels, outputs)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestNewConfusion(t *testing.T) {
	labels, outputs := guesses(500, 4)
	outputs[0] = []float32{0.25, 0.25, 0.25, 0.25} // equals
	got, err := NewConfusion([]string{"a", "b"}, labels, outputs)
	if err != nil {
		t.Fatal(err)
	}
	var want [][]int
	for truth := range 4 {
		row := make([]int, 4)
		for predicted := range 4 {
			for i := range labels {
				if int(labels[i]) == truth && slowPrediction(outputs[i]) == predicted {
					row[predicted]++
				}
			}
		}
		want = append(want, row)
	}
	if diff := cmp.Diff(&Confusion{[]string{"a", "b", "class 2", "class 3"}, want}, got); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

func TestNewConfusionErrors(t *testing.T) {
	for _, tt := range []struct {
		name    string
		labels  []int
		outputs [][]float32
		want    string
	}{
		{"none", nil, nil, "pictures: want at least one image, got none"},
		{"too few", []int{0, 1}, [][]float32{{1, 0}}, "pictures: want outputs of all 2 images, got 1"},
		{"short", []int{0, 2}, [][]float32{{1, 0}, {1, 0}}, "pictures: image 1: want an output for each class up to its own, 2, got 2 outputs"},
		{"ragged", []int{0, 1}, [][]float32{{1, 0}, {1, 0, 0}}, "pictures: image 1: want as many outputs as image 0 has, 2, got 3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := NewConfusion([]string{"a", "b"}, tt.labels, tt.outputs)
			wantError(t, err, "confusion matrix: "+tt.want)
		})
	}
}

// TestConfusionTotals compares the sums beside the matrix with sums over the
// images.
func TestConfusionTotals(t *testing.T) {
	labels, outputs := guesses(300, 3)
	m := newMatrix(counted(t, garments, labels, outputs))
	rows, cols, hits := make([]int, 3), make([]int, 3), 0
	for i, l := range labels {
		k := slowPrediction(outputs[i])
		rows[l]++
		cols[k]++
		if k == int(l) {
			hits++
		}
	}
	if diff := cmp.Diff([]any{rows, cols, hits, 300}, []any{m.rows, m.cols, m.right, m.all}); diff != "" {
		t.Errorf("totals (-want +got):\n%s", diff)
	}
	want := fmt.Sprintf("Confusion matrix: %d of 300 images right (%.2f %%)", hits, float64(hits)/3)
	if got := m.heading(); got != want {
		t.Errorf("want the heading %q, got %q", want, got)
	}
}

// TestConfusionColours looks at a corner of each cell, beside the count.
func TestConfusionColours(t *testing.T) {
	labels, outputs := guesses(300, 3)
	c := counted(t, garments, labels, outputs)
	img := c.Image()
	m := newMatrix(c)
	for i, row := range c.Counts {
		total := row[0] + row[1] + row[2]
		for j, count := range row {
			wantPixel(t, img, m.cell(i, j).Min.Add(image.Pt(2, 2)), shares.at(float64(count)/float64(total)))
		}
	}
}

// TestConfusionFits has names that are longer than any count.
func TestConfusionFits(t *testing.T) {
	for _, classes := range [][]string{garments, {"0", "1", "2"}, {"a name that goes on for long", "b", "c"}} {
		labels, outputs := guesses(30, 3)
		c := counted(t, classes, labels, outputs)
		wantMargin(t, c.Image())
		m := newMatrix(c)
		for _, name := range classes {
			if w := m.width(body, name); w > m.column-8 || w > m.at.X-8-margin {
				t.Errorf("want room for %q of %d pixels, got a column of %d and %d before the rows", name, w, m.column, m.at.X-8-margin)
			}
		}
	}
}

// TestCountsAreLegible wants a contrast of 4 at least: WCAG asks for 4.5, and
// the colour half way between paper and ink has 4.3 with either.
func TestCountsAreLegible(t *testing.T) {
	for v := 0.0; v <= 1; v += 0.01 {
		fill := shares.at(v)
		for _, count := range []int{0, 1} {
			if count == 0 && v > 0 {
				continue
			}
			light, dark := luminance(fill), luminance(color.RGBAModel.Convert(over(fill, count)).(color.RGBA))
			if contrast := (max(light, dark) + 0.05) / (min(light, dark) + 0.05); contrast < 4 {
				t.Errorf("share %.2f, count %d: want a contrast of 4, got %.2f", v, count, contrast)
			}
		}
	}
}

func TestConfusionGolden(t *testing.T) {
	labels, outputs := guesses(1200, 3)
	for i := range outputs[:900] { // so that there are large shares and a count in thousands
		labels[i] = 2
		outputs[i] = []float32{0, 0, 1}
	}
	golden(t, "confusion", counted(t, garments, labels, outputs).Image())
}

// TestConfusionOfLongNames is no wider than its counts want: names are turned, and
// cut.
func TestConfusionOfLongNames(t *testing.T) {
	c := &Confusion{Counts: make([][]int, MostCells)}
	for i := range c.Counts {
		c.Classes = append(c.Classes, fmt.Sprintf("class %d of those whose name takes much more room than others", i))
		c.Counts[i] = make([]int, MostCells)
		c.Counts[i][i], c.Counts[i][(i+7)%MostCells] = 40, i
	}
	m := newMatrix(c)
	if !m.turned {
		t.Error("want the names of columns turned")
	}
	for i, name := range m.names {
		if w := m.width(body, name); w > nameMost || !strings.HasPrefix(name, fmt.Sprintf("class %d of", i)) || !strings.HasSuffix(name, "than others") || !strings.Contains(name, "…") {
			t.Errorf("want the name of class %d cut to %d pixels, got %q of %d", i, nameMost, name, w)
		}
	}
	img := c.Image()
	if size := img.Bounds().Size(); size.X > 2600 || size.Y > 1800 {
		t.Errorf("want at most 2600×1800, got %v", size)
	}
	wantMargin(t, img)
	// The names lie above their columns, and nowhere else.
	head := image.Rect(m.at.X, m.at.Y-m.heads, m.cell(0, MostCells).Min.X, m.at.Y)
	if n := dark(img, head); n < MostCells*300 {
		t.Errorf("want the names above the cells, got %d dark pixels", n)
	}
	for j := range MostCells {
		edge := m.cell(0, j).Min.X
		if n := dark(img, image.Rect(edge-1, head.Min.Y, edge+1, head.Max.Y)); n > 0 {
			t.Errorf("column %d: want its name in the middle, got %d dark pixels at its edge", j, n)
		}
	}
	if c := (&Confusion{Classes: garments, Counts: [][]int{{1, 0}, {0, 1}}}); newMatrix(c).turned {
		t.Error("want the names of few columns level")
	}
}
