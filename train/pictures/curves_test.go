package pictures

import (
	"fmt"
	"image"
	"math"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/plot/plotter"

	"euryale/train"
)

// history is a training of so many epochs.
func history(epochs int, validation bool) *train.History {
	h := &train.History{}
	for i := range epochs {
		x := float64(i)
		e := train.Epoch{Metrics: train.Metrics{Loss: 0.5*math.Exp(-x/8) + 0.01, Accuracy: 1 - 0.2*math.Exp(-x/6)}}
		if validation {
			e.Validation = &train.Metrics{Loss: e.Loss + 0.02 + 0.003*x, Accuracy: e.Accuracy - 0.01 - 0.0007*x}
		}
		h.Epochs = append(h.Epochs, e)
	}
	return h
}

func TestCurvesAreTheHistory(t *testing.T) {
	h := history(3, true)
	curves := curvesOf(h)
	var want, got [4]plotter.XYs
	for i, e := range h.Epochs {
		for k, y := range []float64{e.Loss, e.Accuracy, e.Validation.Loss, e.Validation.Accuracy} {
			want[k] = append(want[k], plotter.XY{X: float64(i + 1), Y: y})
		}
	}
	for k := range got {
		got[k] = []plotter.XYs{curves[k/2].loss, curves[k/2].accuracy}[k%2]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("training loss and accuracy, validation's (-want +got):\n%s", diff)
	}
	if curves := curvesOf(history(3, false)); len(curves) != 1 {
		t.Errorf("want one curve without validation, got %d", len(curves))
	}
}

// stepped is a history whose epochs are validated after a quarter and a half of them, too.
func stepped(epochs int) *train.History {
	h := history(epochs, true)
	for i := range epochs {
		for k, share := range []float64{0.25, 0.5} {
			x := float64(i) + share
			m := train.Metrics{Loss: 0.5*math.Exp(-x/8) + 0.05, Accuracy: 0.99 - 0.2*math.Exp(-x/6)}
			h.Validations = append(h.Validations, train.StepValidation{Epoch: i + 1, Step: 3*i + k + 1, At: x, Metrics: m})
		}
	}
	return h
}

// TestCurvesWithinEpochs: validations after steps lie between the ends of epochs.
func TestCurvesWithinEpochs(t *testing.T) {
	h := stepped(2)
	curves := curvesOf(h)
	var got []float64
	for _, p := range curves[1].loss {
		got = append(got, p.X)
	}
	want := []float64{0.25, 0.5, 1, 1.25, 1.5, 2}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
	if curves[1].loss[0].Y != h.Validations[0].Loss || curves[1].accuracy[4].Y != h.Validations[3].Accuracy {
		t.Errorf("want the metrics of the validations, got %v", curves[1])
	}
	img, err := Curves(stepped(1))
	if err != nil {
		t.Fatal(err)
	}
	wantMargin(t, img)
}

// TestCurvesShow finds the colours of what is to be seen, inside the margin.
func TestCurvesShow(t *testing.T) {
	for _, epochs := range []int{1, 2, 25, 26, 50, 1000} {
		for _, validation := range []bool{false, true} {
			t.Run(fmt.Sprint(epochs, validation), func(t *testing.T) {
				img, err := Curves(history(epochs, validation))
				if err != nil {
					t.Fatal(err)
				}
				wantMargin(t, img)
				for half := range 2 {
					r := image.Rect(half*curvesWidth/2, legendHeight, (half+1)*curvesWidth/2, curvesHeight)
					if count(img, r, 0) == 0 {
						t.Errorf("half %d: want a curve of training, got none", half)
					}
					if seen := count(img, r, 1) > 0; seen != validation {
						t.Errorf("half %d: want a curve of validation: %v, got %v", half, validation, seen)
					}
				}
			})
		}
	}
}

// count counts the pixels in the colour of a curve.
func count(img image.Image, r image.Rectangle, curve int) int {
	n := 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if apart(img.At(x, y), curveColors[curve]) == 0 {
				n++
			}
		}
	}
	return n
}

func TestCurvesErrors(t *testing.T) {
	for _, h := range []*train.History{nil, {}} {
		_, err := Curves(h)
		wantError(t, err, "curves: want at least one epoch, got none")
	}
}

// TestCurvesDiverged has losses without a place in the plot: the others keep
// theirs.
func TestCurvesDiverged(t *testing.T) {
	left := image.Rect(0, legendHeight, curvesWidth/2, curvesHeight)
	for _, loss := range []float64{math.NaN(), math.Inf(1)} {
		h := history(3, true)
		h.Epochs[1].Loss = loss
		for _, want := range []bool{true, false} {
			if !want {
				h.Epochs[0].Loss, h.Epochs[2].Loss = loss, loss
				for i := range h.Epochs {
					h.Epochs[i].Validation.Loss = loss
				}
			}
			img, err := Curves(h)
			if err != nil {
				t.Fatal(err)
			}
			wantMargin(t, img)
			if got := count(img, left, 0) > 0; got != want {
				t.Errorf("loss %v: want a curve: %v, got %v", loss, want, got)
			}
		}
	}
}

func TestRoundNumbers(t *testing.T) {
	for _, tt := range []struct {
		low, high float64
		want      []string
	}{
		{0.9612, 0.9941, []string{"0.965", "0.970", "0.975", "0.980", "0.985", "0.990"}},
		{-0.01, 0.52, []string{"0.0", "0.1", "0.2", "0.3", "0.4", "0.5"}},
		{0, 2.3, []string{"0.0", "0.5", "1.0", "1.5", "2.0"}},
		{3, 95, []string{"20", "40", "60", "80"}},
	} {
		var got []string
		for _, tick := range (roundNumbers{}).Ticks(tt.low, tt.high) {
			got = append(got, tick.Label)
			if v, _ := strconv.ParseFloat(tick.Label, 64); math.Abs(v-tick.Value) > 1e-9 {
				t.Errorf("want %s at its value, got it at %v", tick.Label, tick.Value)
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%v to %v (-want +got):\n%s", tt.low, tt.high, diff)
		}
	}
}

func TestCurvesGolden(t *testing.T) {
	img, err := Curves(history(5, true))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "curves", img)
}
