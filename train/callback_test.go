package train

import (
	"bytes"
	"testing"
)

// TestEmptyCallbacks are errors, and no panics.
func TestEmptyCallbacks(t *testing.T) {
	for _, tt := range []struct {
		callback Callback
		want     string
	}{
		{NewProgress(nil), "progress: want a writer, by NewProgress, got nil"},
		{&Progress{}, "progress: want a writer, by NewProgress, got nil"},
		{&Log{}, "log: want one that NewCSVLog or NewJSONLog made, got an empty Log"},
		{NewProgress((*bytes.Buffer)(nil)), "train: callback 1, a *train.Progress: panic: "},
	} {
		_, err := Fit(t.Context(), tiny(t, 1), bars(9), Config{Callbacks: []Callback{tt.callback}})
		wantOneLine(t, err, tt.want)
	}
	for _, p := range []*Progress{NewProgress(nil), {}} {
		_, err := Evaluate(t.Context(), tiny(t, 1), bars(9), EvaluateConfig{Callbacks: []Callback{p}})
		wantOneLine(t, err, "progress: want a writer")
	}
}

// TestCallbackPanics is an error that names it, of which the others are told.
func TestCallbackPanics(t *testing.T) {
	var seen events
	bad := CallbackFunc(func(e Event) error {
		if e.Kind == BatchEnd {
			panic("out of\ncheese")
		}
		return nil
	})
	const want = "train: callback 1, a train.CallbackFunc: panic: out of cheese"
	callbacks, net, data := []Callback{bad, &seen}, tiny(t, 1), bars(9)
	_, err := Fit(t.Context(), net, data, Config{Callbacks: callbacks})
	wantOneLine(t, err, want)
	_, err = Evaluate(t.Context(), net, data, EvaluateConfig{Callbacks: callbacks})
	wantOneLine(t, err, want)
	_, err = Predict(t.Context(), net, data, PredictConfig{Callbacks: callbacks})
	wantOneLine(t, err, want)
	if seen.count(BatchEnd) != 3 || seen.count(End) != 3 {
		t.Errorf("want the others told of all, got %d and %d", seen.count(BatchEnd), seen.count(End))
	}
}
