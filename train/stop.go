package train

import (
	"fmt"
	"io"
	"strconv"

	"github.com/pkg/errors"
)

// StopAt ends training after the first epoch whose training accuracy is at least
// Accuracy, and says so as the course does.
type StopAt struct {
	Accuracy float64   // 0 to 1
	W        io.Writer // nil means say nothing
}

var _ Callback = StopAt{}

// On looks at the end of each epoch of training.
func (s StopAt) On(e Event) error {
	if e.Kind != EpochEnd || e.Epochs == 0 || e.Metrics.Accuracy < s.Accuracy {
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
