package train

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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
			m, err := Evaluate(context.Background(), net, held, EvaluateConfig{})
			want = append(want, m)
			return err
		}),
	}})
	plain := fit(t, tiny(t, 1), data, Config{Epochs: 3})
	for i, e := range history.Epochs {
		if diff := cmp.Diff(&want[i], e.Validation); diff != "" {
			t.Errorf("epoch %d: validation (-want +got):\n%s", i+1, diff)
		}
		if diff := cmp.Diff(plain.Epochs[i].Metrics, e.Metrics); diff != "" || plain.Epochs[i].Validation != nil {
			t.Errorf("epoch %d, without validation and with it (-without +with):\n%s", i+1, diff)
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
