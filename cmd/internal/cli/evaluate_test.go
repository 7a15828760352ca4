package cli

import (
	"io"
	"testing"

	"euryale/loaders"
	"euryale/nets"
)

// TestOnePass: the scores come of the test itself, without the network, and are
// counted once.
func TestOnePass(t *testing.T) {
	net, err := nets.New("simple", nets.Config{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	_, test := loaders.RenderedDigits(1, 0, 50)
	o := &outcome{net: net}
	if err := (&flags{Batch: 16}).evaluate(t.Context(), o, &data{test: test}, io.Discard); err != nil {
		t.Fatal(err)
	}
	o.net = nil
	scores, err := o.scores(test)
	if err != nil {
		t.Fatal(err)
	}
	if scores.Accuracy != o.test.Accuracy || scores.Samples != 50 {
		t.Errorf("want the scores of the test, accuracy %v, got %v of %d", o.test.Accuracy, scores.Accuracy, scores.Samples)
	}
	if again, _ := o.scores(test); again != scores {
		t.Error("want them counted once")
	}
}
