package train

import (
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pkg/errors"
)

// TestStopAfter has a clock that stands still but where a source waits: a batch
// takes a second, an epoch three.
func TestStopAfter(t *testing.T) {
	for _, tt := range []struct {
		name            string
		duration        time.Duration
		epochs, batches int
		said            string
	}{
		{"never", time.Hour, 3, 9, ""},
		{"in an epoch", 4500 * time.Millisecond, 1, 5, "Stopped after 4.5s, in epoch 2.\n"},
		{"at the end of one", 6 * time.Second, 2, 6, "Stopped after 6s, in epoch 2.\n"},
		{"at once", time.Nanosecond, 0, 1, "Stopped after 1ns, in epoch 1.\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // no helpers from without the bubble
			synctest.Test(t, func(t *testing.T) {
				var seen events
				var out strings.Builder
				stop := &StopAfter{Duration: tt.duration, W: &out}
				for range 2 { // the second Fit has as long again
					seen = nil
					out.Reset()
					history := fit(t, tiny(t, 1), slow{bars(96), time.Second}, Config{Epochs: 3, Callbacks: []Callback{&seen, waits{}, stop}})
					if len(history.Epochs) != tt.epochs || seen.count(BatchEnd) != tt.batches || out.String() != tt.said {
						t.Errorf("want %d epochs, %d batches and %q, got %d, %d and %q",
							tt.epochs, tt.batches, tt.said, len(history.Epochs), seen.count(BatchEnd), &out)
					}
				}
			})
		})
	}
}

// waits lets the batch that is prepared meanwhile be ready.
type waits struct{}

func (waits) On(Event) error { synctest.Wait(); return nil }

func TestStopAfterReportsAFailedWrite(t *testing.T) {
	s := &StopAfter{Duration: 1, W: failing{}}
	if err := s.On(Event{Kind: EpochBegin}); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Millisecond)
	if err := s.On(Event{Kind: BatchEnd, Total: 9}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("want %v, got %v", io.ErrClosedPipe, err)
	}
}
