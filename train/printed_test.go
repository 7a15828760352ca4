package train

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"euryale/loaders"
)

func validated(loss, accuracy float64) *Metrics { return &Metrics{Loss: loss, Accuracy: accuracy} }

// TestPrinted has what may be left as the last expression of a notebook's cell.
func TestPrinted(t *testing.T) {
	several := Metrics{Loss: 3, Accuracy: 0.5, Outputs: []OutputMetrics{{Name: "class", Loss: 1, Accuracy: 0.5}, {Name: "box", Loss: 2, Unlabelled: true}}}
	epoch := Epoch{Metrics: Metrics{Loss: 0.2745, Accuracy: 0.9053}, Validation: validated(0.312, 0.89012), Elapsed: 11 * time.Second}
	for _, c := range []struct {
		value any
		want  string
	}{
		{Metrics{Loss: 0.27449, Accuracy: 0.90531}, "loss 0.2745, accuracy 0.9053"},
		{&Metrics{Loss: 0.00012345}, "loss 1.2345e-04, accuracy 0.0000"},
		{Metrics{Loss: 0.25, Unlabelled: true}, "loss 0.2500"},
		{several, "loss 3.0000, class_loss 1.0000, box_loss 2.0000, class_accuracy 0.5000"},
		{several.Outputs, "[class_loss 1.0000, class_accuracy 0.5000 box_loss 2.0000]"},
		{epoch, "loss 0.2745, accuracy 0.9053, val_loss 0.3120, val_accuracy 0.8901, 11.0 s"},
		{Epoch{Metrics: Metrics{Loss: 1, Unlabelled: true}}, "loss 1.0000, 0.0 s"},
		{OptimizerState{Optimizer: "adam", Steps: 1875}, "adam after 1,875 steps"},
		{&OptimizerState{Optimizer: "adam", Steps: 1}, "adam after 1 step"},
		{OptimizerState{}, "no optimiser state"},
		{Slot{Name: "m"}, "m of 0 weights"},
	} {
		if got := fmt.Sprint(c.value); got != c.want {
			t.Errorf("want %q, got %q", c.want, got)
		}
	}
	c := Config{Validation: &loaders.Dataset{Name: "images", Images: make([]uint8, 1e6)}, State: &OptimizerState{}}
	if text := fmt.Sprint(c); len(text) > 200 {
		t.Errorf("want a Config without the values in it, got %d characters", len(text))
	}
}

func TestHistoryPrinted(t *testing.T) {
	for _, c := range []struct {
		name    string
		history History
		want    string
	}{
		{"none", History{}, "No epoch was completed.\n"},
		{"alone", History{Epochs: []Epoch{{Metrics: Metrics{Loss: 2.5, Accuracy: 0.125}, Elapsed: 900 * time.Millisecond}}}, `
epoch    loss  accuracy  seconds
    1  2.5000    0.1250      0.9
`},
		{"validation", History{Epochs: []Epoch{
			{Metrics: Metrics{Loss: 0.2745, Accuracy: 0.9053}, Validation: validated(0.312, 0.8901), Elapsed: 11 * time.Second},
			{Metrics: Metrics{Loss: math.Inf(1), Accuracy: 0.1}, Elapsed: 101 * time.Second},
		}}, `
epoch    loss  accuracy  val_loss  val_accuracy  seconds
    1  0.2745    0.9053    0.3120        0.8901     11.0
    2    +Inf    0.1000                            101.0
`},
		{"outputs", History{Epochs: []Epoch{{Metrics: Metrics{Loss: 3, Outputs: []OutputMetrics{{Name: "class", Loss: 1, Accuracy: 0.5}, {Name: "box", Loss: 2, Unlabelled: true}}}}}}, `
epoch    loss  class_loss  box_loss  class_accuracy  seconds
    1  3.0000      1.0000    2.0000          0.5000      0.0
`},
	} {
		if diff := cmp.Diff(strings.TrimPrefix(c.want, "\n"), fmt.Sprint(&c.history)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// drawn reads a drawing, as strictly as XML wants it, and counts its elements.
func drawn(t *testing.T, doc string) map[string]int {
	t.Helper()
	n := map[string]int{}
	d := xml.NewDecoder(strings.NewReader(doc))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return n
		} else if err != nil {
			t.Fatalf("want well-formed XML, got %v in\n%s", err, doc)
		}
		if e, ok := token.(xml.StartElement); ok {
			n[e.Name.Local]++
			for _, a := range e.Attr {
				n["class "+a.Value]++
			}
		}
	}
}

// TestHistoryDrawn counts points and curves.
func TestHistoryDrawn(t *testing.T) {
	epochs := func(n int, v *Metrics) *History {
		h := &History{}
		for i := range n {
			h.Epochs = append(h.Epochs, Epoch{Metrics: Metrics{Loss: 1 / float64(i+1), Accuracy: 1 - 0.5/float64(i+1)}, Validation: v})
		}
		return h
	}
	diverged := epochs(5, nil)
	diverged.Epochs[1].Loss, diverged.Epochs[3].Loss, diverged.Epochs[4].Loss = math.NaN(), math.Inf(1), math.Inf(-1)
	unlabelled := epochs(2, nil)
	for i := range unlabelled.Epochs {
		unlabelled.Epochs[i].Unlabelled = true
	}
	for _, c := range []struct {
		name              string
		h                 *History
		points, curves, g int
		want              []string
	}{
		{"none", epochs(0, nil), 1, 0, 2, []string{">No epoch was completed.<", "Learning curves: none"}},
		{"one", epochs(1, nil), 3, 0, 2, []string{">training<", ">epoch<", ">loss<", ">accuracy<"}},
		{"five", epochs(5, nil), 11, 2, 2, []string{"loss in training from 1 in epoch 1 to 0.2 in epoch 5"}},
		{"validation", epochs(5, validated(0.5, 0.6)), 22, 4, 2, []string{">validation<", "stroke-dasharray", "accuracy in validation from 0.6 in epoch 1"}},
		{"many", epochs(100, validated(0.5, 0.6)), 0, 4, 2, nil},
		{"diverged", diverged, 8, 2, 2, []string{"loss in training from 1 in epoch 1 to 0.3333 in epoch 3"}},
		{"unlabelled", unlabelled, 3, 1, 1, nil},
	} {
		doc := c.h.SVG()
		n := drawn(t, doc)
		if points := n["circle"] + n["rect"] - 1; points != c.points { // the ground is a rect too; the legend has points where the curves have
			t.Errorf("%s: want %d points, got %d", c.name, c.points, points)
		}
		if n["class curve"] != c.curves || n["g"] != c.g {
			t.Errorf("%s: want %d curves in %d plots, got %d in %d", c.name, c.curves, c.g, n["class curve"], n["g"])
		}
		for _, want := range append(c.want, `role="img"`, `xmlns="http://www.w3.org/2000/svg"`) {
			if !strings.Contains(doc, want) {
				t.Errorf("%s: want %q in\n%s", c.name, want, doc)
			}
		}
		if strings.Contains(doc, "NaN") || strings.Contains(doc, "Inf") {
			t.Errorf("%s: want finite places, got\n%s", c.name, doc)
		}
		if c.name == "diverged" && !strings.Contains(doc, "M170 ") { // epoch 3 of 5, after the gap
			t.Errorf("want the line broken where a value is left out, got\n%s", doc)
		}
	}
}
