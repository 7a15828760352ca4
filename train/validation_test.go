package train

import (
	"context"
	"strings"
	"testing"
)

// TestFitValidates compares the validation of each epoch with an evaluation of
// the weights as they then are, and with a run without one.
func TestFitValidates(t *testing.T) {
	data, held := bars(50), bars(31)
	net := tiny(t, 1)
	var want []Metrics
	var log strings.Builder
	history := fit(t, net, data, Config{Epochs: 3, Validation: held, Callbacks: []Callback{
		NewProgress(&log),
		CallbackFunc(func(e Event) error {
			if e.Kind != EpochEnd {
				return nil
			}
			m, err := Evaluate(context.Background(), net, held, Config{})
			want = append(want, m)
			return err
		}),
	}})
	plain := fit(t, tiny(t, 1), data, Config{Epochs: 3})
	for i, e := range history.Epochs {
		if e.Validation == nil || *e.Validation != want[i] {
			t.Errorf("epoch %d: validation %+v, want %+v", i+1, e.Validation, want[i])
		}
		if e.Metrics != plain.Epochs[i].Metrics || plain.Epochs[i].Validation != nil {
			t.Errorf("epoch %d: %+v, without validation %+v", i+1, e, plain.Epochs[i])
		}
	}
	if n := strings.Count(log.String(), " - val_loss: "); n != 3 {
		t.Errorf("want val_loss in 3 lines, got\n%s", &log)
	}
	_, err := Fit(context.Background(), net, data, Config{Validation: bars(0)})
	if err == nil || !strings.Contains(err.Error(), "validation: bars: want at least one image") {
		t.Errorf("error %v, want one about the validation data", err)
	}
}
