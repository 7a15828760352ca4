package train

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"testing"
)

func TestStopAtMessage(t *testing.T) {
	for _, tt := range []struct {
		at   float64
		want string
	}{
		{0.998, "Reached 99.8% accuracy so cancelling training!\n"},
		{0.95, "Reached 95% accuracy so cancelling training!\n"},
		{1, "Reached 100% accuracy so cancelling training!\n"},
		{0.07, "Reached 7% accuracy so cancelling training!\n"},
		{0.9999999, "Reached 99.99999% accuracy so cancelling training!\n"},
	} {
		var out bytes.Buffer
		err := StopAt{Accuracy: tt.at, W: &out}.On(Event{Kind: EpochEnd, Epoch: 1, Epochs: 9, Metrics: Metrics{Accuracy: tt.at}})
		if !errors.Is(err, ErrStop) {
			t.Errorf("%v: want ErrStop, got %v", tt.at, err)
		}
		if got := out.String(); got != tt.want {
			t.Errorf("%v: want %q, got %q", tt.at, tt.want, got)
		}
	}
}

func TestStopAtLooksAtTheEndOfAnEpochOfTraining(t *testing.T) {
	reached := Event{Kind: EpochEnd, Epoch: 2, Epochs: 9, Metrics: Metrics{Accuracy: 0.9}}
	with := func(change func(*Event)) Event {
		e := reached
		change(&e)
		return e
	}
	for _, tt := range []struct {
		name  string
		event Event
		want  error
	}{
		{"the very accuracy", reached, ErrStop},
		{"above", with(func(e *Event) { e.Metrics.Accuracy = 0.91 }), ErrStop},
		{"below", with(func(e *Event) { e.Metrics.Accuracy = 0.8999 }), nil},
		{"batch", with(func(e *Event) { e.Kind = BatchEnd }), nil},
		{"end", with(func(e *Event) { e.Kind = End }), nil},
		{"evaluation", with(func(e *Event) { e.Phase = Evaluation }), nil},
	} {
		var out bytes.Buffer
		if err := (StopAt{Accuracy: 0.9, W: &out}).On(tt.event); !errors.Is(err, tt.want) {
			t.Errorf("%s: want %v, got %v", tt.name, tt.want, err)
		}
		if tt.want == nil && out.Len() > 0 {
			t.Errorf("%s: want silence, got %q", tt.name, &out)
		}
		if err := (StopAt{Accuracy: 0.9}).On(tt.event); !errors.Is(err, tt.want) {
			t.Errorf("%s, without a writer: want %v, got %v", tt.name, tt.want, err)
		}
	}
}

func TestStopAtEndsTraining(t *testing.T) {
	var out bytes.Buffer
	history := fit(t, tiny(t, 1), bars(96), Config{
		Epochs: 50, Optimizer: Adam{LearningRate: 0.01}, Callbacks: []Callback{StopAt{Accuracy: 0.9, W: &out}},
	})
	n := len(history.Epochs)
	if n == 50 {
		t.Fatal("want training to stop early, got all 50 epochs")
	}
	for i, e := range history.Epochs {
		if reached := e.Accuracy >= 0.9; reached != (i == n-1) {
			t.Errorf("epoch %d of %d: accuracy %v", i+1, n, e.Accuracy)
		}
	}
	if want := "Reached 90% accuracy so cancelling training!\n"; out.String() != want {
		t.Errorf("want %q, got %q", want, &out)
	}
}

// TestStopAtOutOfRange must end training before a weight has changed.
func TestStopAtOutOfRange(t *testing.T) {
	for _, at := range []float64{99.8, math.Nextafter(1, 2), math.NaN(), math.Inf(1), -1, 0} {
		net := tiny(t, 1)
		was := weights(net)
		var out bytes.Buffer
		_, err := Fit(t.Context(), net, bars(9), Config{Callbacks: []Callback{StopAt{Accuracy: at, W: &out}}})
		wantOneLine(t, err, "stop at accuracy: want an Accuracy above 0 and at most 1, such as 0.998 for 99.8 %, got "+fmt.Sprint(at))
		if !slices.Equal(was, weights(net)) || out.Len() > 0 {
			t.Errorf("%v: want the weights as they were and silence, got %q", at, &out)
		}
	}
}

func TestStopAtWithoutLabels(t *testing.T) {
	err := StopAt{Accuracy: 0.9}.On(Event{Kind: EpochEnd, Metrics: Metrics{Unlabelled: true}})
	wantOneLine(t, err, "want an output with labels, got none")
}

func TestStopAtReportsAFailedWrite(t *testing.T) {
	err := StopAt{Accuracy: 0.1, W: failing{}}.On(Event{Kind: EpochEnd, Metrics: Metrics{Accuracy: 1}})
	if !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("want %v, got %v", io.ErrClosedPipe, err)
	}
}

// failing is a writer that cannot be written to.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
