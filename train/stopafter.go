package train

import (
	"fmt"
	"io"
	"time"

	"github.com/pkg/errors"
)

// StopAfter ends training after the first step that ends when Duration has
// passed since the first epoch of the Fit began; validation counts, and an epoch
// whose last step it is is completed. A run that it ended can be resumed: see Folder.
// It is used by pointer: &StopAfter{Duration: 10 * time.Minute}.
type StopAfter struct {
	Duration time.Duration // above 0
	W        io.Writer     // nil means say nothing

	began time.Time // zero between Fits
}

var _ Callback = (*StopAfter)(nil)

func (s *StopAfter) suits(Config) error {
	f := settings{of: "stop after"}
	f.want(s.Duration > 0, "a Duration above 0, such as time.Minute", s.Duration)
	return f.err
}

// On looks at the clock.
func (s *StopAfter) On(e Event) error {
	switch {
	case e.Phase != Training:
		return nil
	case e.Kind == End:
		s.began = time.Time{}
		return nil
	case s.began.IsZero():
		s.began = time.Now()
	}
	closing := e.Kind == BatchEnd && e.Samples == e.Total // so that the epoch counts
	if e.Kind == EpochBegin || closing || time.Since(s.began) < s.Duration {
		return nil
	}
	if s.W != nil {
		if _, err := fmt.Fprintf(s.W, "Stopped after %v, in epoch %d.\n", s.Duration, e.Epoch); err != nil {
			return errors.Wrap(err, "stop after")
		}
	}
	return errPause
}
