package chart

import (
	"math"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"euryale/loaders"
	"euryale/train"
)

// history is of epochs in which training goes on and validation does not.
func history(epochs int, validated bool) *train.History {
	h := &train.History{}
	for i := range epochs {
		x := float64(i)
		e := train.Epoch{Metrics: train.Metrics{Loss: 0.4*math.Exp(-x/6) + 0.002, Accuracy: 1 - 0.12*math.Exp(-x/6)}}
		if validated {
			e.Validation = &train.Metrics{Loss: 0.2*math.Exp(-x/3) + 0.03 + x*0.0005, Accuracy: 0.99 - 0.04*math.Exp(-x/5)}
		}
		h.Epochs = append(h.Epochs, e)
	}
	return h
}

func TestCurves(t *testing.T) {
	const want = `Loss by epoch; the last: training 0.2074, validation 0.08472
0.5 ┤
    │
0.4 ┤ o
    │       o
0.3 ┤             o
    │ x                 o
0.2 ┤                         o
    │       x     x
0.1 ┤                   x     x
    │
0.0 ┤
    └─┬─────┬─────┬─────┬─────┬
      1     2     3     4     5  epoch

Accuracy by epoch; the last: training 0.9384, validation 0.972
0.98 ┤
     │                   x     x
0.96 ┤       x     x
     │ x
0.94 ┤                         o
     │                   o
0.92 ┤
     │             o
0.90 ┤       o
     │
0.88 ┤ o
     └─┬─────┬─────┬─────┬─────┬
       1     2     3     4     5  epoch

o training   x validation   # both
`
	if diff := cmp.Diff(want, Curves(history(5, true))); diff != "" {
		t.Errorf("curves (-want +got):\n%s", diff)
	}
}

func TestOneEpoch(t *testing.T) {
	h := &train.History{Epochs: []train.Epoch{{Metrics: train.Metrics{Loss: 1.25, Accuracy: 1}}}}
	const want = `Loss by epoch; the last: training 1.25
1.5 ┤
    │ o
    │
1.0 ┤
    │
    │
0.5 ┤
    │
    │
0.0 ┤
    └─┬
      1  epoch

Accuracy by epoch; the last: training 1
1.0 ┤ o
    │
0.8 ┤
    │
0.6 ┤
    │
0.4 ┤
    │
0.2 ┤
    │
0.0 ┤
    └─┬
      1  epoch

o training
`
	if diff := cmp.Diff(want, Curves(h)); diff != "" {
		t.Errorf("curves (-want +got):\n%s", diff)
	}
	if got, want := Curves(&train.History{}), "No epoch was completed, so there are no curves.\n"; got != want {
		t.Errorf("want %q, got %q", want, got)
	}
}

// TestMeeting has curves that meet in the first epoch.
func TestMeeting(t *testing.T) {
	h := history(2, true)
	h.Epochs[0].Validation.Loss = h.Epochs[0].Loss
	loss, _, _ := strings.Cut(Curves(h), "Accuracy")
	if !strings.Contains(loss, "#") || strings.Count(loss, " o") != 1 || strings.Count(loss, " x") != 1 {
		t.Errorf("want the mark of both in one epoch, got\n%s", loss)
	}
}

// TestFits draws few epochs and many, of small values and large.
func TestFits(t *testing.T) {
	for _, epochs := range []int{1, 2, 3, 9, 10, 11, 12, 20, 31, 50, 61, 62, 63, 100, 1234} {
		for _, factor := range []float64{1, 1e-9, 1e9, 1e200} {
			h := history(epochs, true)
			for i := range h.Epochs {
				h.Epochs[i].Loss *= factor
				h.Epochs[i].Validation.Loss *= factor
			}
			text := Curves(h)
			for _, line := range strings.Split(text, "\n") {
				if n := utf8.RuneCountInString(line); n > 80 || strings.TrimRight(line, " ") != line {
					t.Errorf("%d epochs: want at most 80 columns and no blanks at the end, got %d: %q", epochs, n, line)
				}
			}
			if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }) {
				t.Errorf("%d epochs: want no control characters, got %q", epochs, text)
			}
			first, rest, _ := strings.Cut(text, "  epoch\n")
			labels := strings.Fields(first[strings.LastIndex(first, "\n")+1:])
			if ticks := strings.Count(first, "┬"); len(labels) != ticks || labels[0] != "1" || ticks > 13 {
				t.Errorf("%d epochs: want a label for each of %d ticks, from 1, got %v", epochs, ticks, labels)
			}
			if marks := strings.Count(rest, "o") + strings.Count(rest, "#"); marks < min(epochs, columns) {
				t.Errorf("%d epochs: want a mark for each, got\n%s", epochs, text)
			}
		}
	}
}

func TestImage(t *testing.T) {
	d := &loaders.Dataset{
		Channels: 1, Height: 2, Width: 5, Labels: []int{0, 0},
		Images: []uint8{
			1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
			0, 51, 52, 103, 154, 205, 204, 153, 255, 0,
		},
	}
	const want = `┌──────────┐
│    ░░▒▒▓▓│
│██▓▓▒▒██  │
└──────────┘
`
	if diff := cmp.Diff(want, Image(d, 1)); diff != "" {
		t.Errorf("image (-want +got):\n%s", diff)
	}
}

func TestImageInColour(t *testing.T) {
	d := &loaders.Dataset{Channels: 3, Height: 1, Width: 2, Labels: []int{0}, Images: []uint8{255, 255, 0, 255, 60, 255}}
	const want = "┌────┐\n│▒▒██│\n└────┘\n"
	if got := Image(d, 0); got != want {
		t.Errorf("want\n%sgot\n%s", want, got)
	}
}

// TestDiverged has losses that are no numbers: they have no place on an axis,
// and the others keep theirs.
func TestDiverged(t *testing.T) {
	for _, loss := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		h := history(3, true)
		h.Epochs[1].Loss, h.Epochs[1].Validation.Loss = loss, loss
		text, _, _ := strings.Cut(Curves(h), "Accuracy")
		if n := marks(text); n != 4 {
			t.Errorf("want the marks of two epochs, got %d in\n%s", n, text)
		}
		for i := range h.Epochs {
			h.Epochs[i].Loss, h.Epochs[i].Validation.Loss = loss, loss
		}
		text, _, _ = strings.Cut(Curves(h), "Accuracy")
		if n := marks(text); n != 0 || !strings.Contains(text, "1.0 ┤") {
			t.Errorf("want an axis without marks, got\n%s", text)
		}
	}
}

// marks counts those of single curves to the right of the axis.
func marks(text string) int {
	n := 0
	for _, line := range strings.Split(text, "\n") {
		if _, row, ok := strings.Cut(strings.ReplaceAll(line, "┤", "│"), "│"); ok {
			n += strings.Count(row, "o") + strings.Count(row, "x")
		}
	}
	return n
}

// TestWithinEpochs has validations after steps, at their share of an epoch.
func TestWithinEpochs(t *testing.T) {
	h := history(3, true)
	for i := range 3 {
		at := float64(i) + 0.5
		h.Validations = append(h.Validations, train.StepValidation{At: at, Metrics: train.Metrics{Loss: 0.4 - at/10, Accuracy: 0.9 + at/50}})
	}
	const want = `Loss by epoch; the last: training 0.2886, validation 0.1337
0.5 ┤
    │
0.4 ┤             o
    │ x                                   o
0.3 ┤                                                             o
    │             x           x
0.2 ┤
    │                                     x           x           x
0.1 ┤
    └─────────────┬───────────────────────┬───────────────────────┬
                  1                       2                       3  epoch
`
	if got, _, _ := strings.Cut(Curves(h), "\n\n"); got+"\n" != want {
		t.Errorf("want\n%s\ngot\n%s", want, got)
	}
}
