package page

import (
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/train"
)

func TestCurves(t *testing.T) {
	for _, epochs := range []int{1, 2, 50} {
		losses := make([]float64, epochs)
		for i := range losses {
			losses[i] = math.Exp(-float64(i) / 5)
		}
		for _, p := range newCurves(history(true, losses...)) {
			if len(p.Curves) != 2 || len(p.X) == 0 || len(p.X) > 12 || len(p.Y) < 2 || len(p.Y) > 6 {
				t.Errorf("%d epochs: got %+v", epochs, p)
			}
			for _, c := range p.Curves {
				points := strings.Fields(c.Line)
				if len(points) != epochs {
					t.Fatalf("want %d points, got %d", epochs, len(points))
				}
				for _, at := range points {
					if !regexp.MustCompile(`^(5\d|6\d|7\d|8\d|9\d|[123]\d\d)\.\d,(1[4-9]|[2-9]\d|1\d\d|20[0-6])\.\d$`).MatchString(at) {
						t.Errorf("%d epochs: %s is outside of the axes", epochs, at)
					}
				}
			}
		}
	}
	h := history(true, 0.5, 0.25, 0.125)
	h.Epochs[2].Validation = nil // as when interrupted there
	if got := newCurves(h)[0].Curves[1].Line; !strings.Contains(got, " 200.0,") {
		t.Errorf("want the validation of epoch 2 of 3 in the middle, at 200.0, got %s", got)
	}
	one := newCurves(history(false, 0.25))[0]
	want := plot{
		Name: "Loss", Alt: "Loss by epoch; training from 0.2500 to 0.2500",
		Curves: []curve{{Name: "training", Line: "200.0,14.0", Points: []spot{{"200.0", "14.0"}}}},
		X:      []tick{{"200.0", "1"}},
		Y:      []tick{{"206.0", "0.00"}, {"167.6", "0.05"}, {"129.2", "0.10"}, {"90.8", "0.15"}, {"52.4", "0.20"}, {"14.0", "0.25"}},
	}
	if diff := cmp.Diff(want, one); diff != "" {
		t.Errorf("one epoch (-want +got):\n%s", diff)
	}
}

// TestCurvesWithinEpochs: a validation after a step lies between the ends of epochs.
func TestCurvesWithinEpochs(t *testing.T) {
	h := history(true, 0.5, 0.25)
	h.Validations = []train.StepValidation{{At: 0.5, Metrics: train.Metrics{Loss: 0.5}}, {At: 1.25, Metrics: train.Metrics{Loss: 0.25}}}
	p := newCurves(h)[0]
	var at []string
	for _, spot := range p.Curves[1].Points {
		at = append(at, spot.X)
	}
	if diff := cmp.Diff([]string{"60.0", "153.3", "200.0", "340.0"}, at); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
	if p.X[0].At != "153.3" || p.X[1].At != "340.0" {
		t.Errorf("want ticks at the ends of epochs, got %v", p.X)
	}
}
