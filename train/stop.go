package train

import (
	"fmt"
	"io"
	"strconv"

	"github.com/pkg/errors"
)

// StopAt ends training after the first epoch whose training accuracy is at
// least Accuracy, and says so as the course does. An Accuracy out of range ends
// it with an error before the first step.
type StopAt struct {
	Accuracy float64   // above 0, to 1: 0.998 for 99.8 %
	W        io.Writer // nil means say nothing
}

var _ Keeper = StopAt{}

// On looks at the end of each epoch of training.
func (s StopAt) On(e Event) error {
	if e.Phase != Training {
		return nil
	}
	if !(s.Accuracy > 0 && s.Accuracy <= 1) {
		return errors.Errorf("stop at accuracy: want an Accuracy above 0 and at most 1, such as 0.998 for 99.8 %%, got %v", s.Accuracy)
	}
	if e.Kind != EpochEnd {
		return nil
	}
	if e.Metrics.Unlabelled {
		return errors.New("stop at accuracy: want an output with labels, got none, so that there is no accuracy")
	}
	if e.Metrics.Accuracy < s.Accuracy {
		return nil
	}
	if s.W != nil {
		percent := strconv.FormatFloat(s.Accuracy*100, 'g', 10, 64)
		if _, err := fmt.Fprintf(s.W, "Reached %s%% accuracy so cancelling training!\n", percent); err != nil {
			return errors.Wrap(err, "stop at accuracy")
		}
	}
	return ErrStop
}
