package course

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/train"
)

// TestValidations come in order, whatever they came after.
func TestValidations(t *testing.T) {
	h := &train.History{
		Epochs:      []train.Epoch{{}, {Validation: &train.Metrics{Loss: 3}}},
		Validations: []train.StepValidation{{At: 0.5, Metrics: train.Metrics{Loss: 1}}, {At: 1.25, Metrics: train.Metrics{Loss: 2}}, {At: 2.5, Metrics: train.Metrics{Loss: 4}}},
	}
	want := []Point{{0.5, train.Metrics{Loss: 1}}, {1.25, train.Metrics{Loss: 2}}, {2, train.Metrics{Loss: 3}}, {2.5, train.Metrics{Loss: 4}}}
	if diff := cmp.Diff(want, Validations(h)); diff != "" {
		t.Errorf("points (-want +got):\n%s", diff)
	}
	if from, to := Span(h); from != 0.5 || to != 2.5 {
		t.Errorf("want 0.5 to 2.5, got %v to %v", from, to)
	}
	h.Validations = nil
	if from, to := Span(h); from != 1 || to != 2 {
		t.Errorf("without steps: want 1 to 2, got %v to %v", from, to)
	}
}
