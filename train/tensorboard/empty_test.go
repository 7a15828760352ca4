package tensorboard

import (
	"testing"

	"euryale/train"
)

// TestEmptyWriter is an error in each use, and no panic.
func TestEmptyWriter(t *testing.T) {
	const want = "tensorboard: want a Writer that New made, got an empty one"
	w := &Writer{}
	wantOneLine(t, w.On(train.Event{Kind: train.EpochEnd, Epoch: 1}), want)
	wantOneLine(t, w.Scalar("a", 1, 1), want)
	wantOneLine(t, w.Histogram("a", 1, []float64{1}), want)
	if err := w.Close(); err != nil {
		t.Error(err)
	}
	if err := (*Writer)(nil).Close(); err != nil {
		t.Error(err)
	}
}
