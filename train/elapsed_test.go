package train

import (
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"euryale/loaders"
)

// slow is a dataset each of whose batches takes so long.
type slow struct {
	*loaders.Dataset
	takes time.Duration
}

func (s slow) Fill(b *loaders.Batch, index []int) error {
	time.Sleep(s.takes)
	return s.Dataset.Fill(b, index)
}

// TestElapsed has a clock that stands still but where a source or a callback
// waits: an epoch's time is that of its batches and callbacks, not of the
// validation, nor of the epoch before.
func TestElapsed(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // no helpers from without the bubble
	synctest.Test(t, func(t *testing.T) {
		var told []time.Duration
		history := fit(t, tiny(t, 1), slow{bars(64), time.Second}, Config{
			Epochs: 2, Validation: slow{bars(9), time.Hour},
			Callbacks: []Callback{CallbackFunc(func(e Event) error {
				if e.Kind == BatchEnd { // longer than the next batch takes, which is prepared meanwhile
					time.Sleep(time.Minute)
				}
				if e.Kind == EpochEnd {
					time.Sleep(24 * time.Hour)
				}
				told = append(told, e.Elapsed)
				return nil
			})},
		})
		batch, epoch := time.Second, time.Second+2*time.Minute
		want := []time.Duration{
			0, batch, batch + time.Minute, epoch,
			0, batch, batch + time.Minute, epoch, epoch,
		}
		if diff := cmp.Diff(want, told); diff != "" {
			t.Errorf("Elapsed of the events (-want +got):\n%s", diff)
		}
		for i, e := range history.Epochs {
			if e.Elapsed != epoch {
				t.Errorf("epoch %d of the History: want %v, got %v", i+1, epoch, e.Elapsed)
			}
		}
		if history.Elapsed() != 2*epoch {
			t.Errorf("want %v in all, got %v", 2*epoch, history.Elapsed())
		}
	})
}

// TestElapsedWithoutValidations: nor is it that of a validation after a step.
func TestElapsedWithoutValidations(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	synctest.Test(t, func(t *testing.T) {
		var told []time.Duration
		history := fit(t, tiny(t, 1), bars(64), Config{
			Batch: 16, Validation: slow{bars(9), time.Hour}, ValidateEvery: 2,
			Callbacks: []Callback{CallbackFunc(func(e Event) error {
				if e.Kind == BatchEnd {
					time.Sleep(time.Minute)
				}
				if e.Kind == ValidationEnd {
					told = append(told, e.Elapsed)
				}
				return nil
			})},
		})
		if diff := cmp.Diff([]time.Duration{2 * time.Minute}, told); diff != "" {
			t.Errorf("Elapsed of the validation (-want +got):\n%s", diff)
		}
		if got := history.Elapsed(); got != 4*time.Minute {
			t.Errorf("want the time of four batches, got %v", got)
		}
	})
}
