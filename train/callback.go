package train

import (
	"time"

	"github.com/pkg/errors"

	"euryale/graph"
)

// Callback is told how training goes.
type Callback interface {
	// On is called with each event, also after another callback's error. ErrStop
	// ends training in good order; any other error ends it and is what Fit returns.
	On(e Event) error
}

// CallbackFunc is a function as a Callback.
type CallbackFunc func(e Event) error

// On calls f.
func (f CallbackFunc) On(e Event) error { return f(e) }

// ErrStop is what a Callback returns to end training. Fit then returns no error.
var ErrStop = errors.New("stop training")

// Kind is what happened.
type Kind uint8

// The kinds of events, in the order in which they come. End comes exactly once,
// however training ends.
const (
	EpochBegin Kind = iota
	BatchEnd
	EpochEnd
	End
)

// Event is a moment in training or evaluation.
type Event struct {
	Kind    Kind
	Network *graph.Network

	Epoch, Epochs  int           // this one, from 1, and how many there are to be; 0 in evaluation
	Samples, Total int           // seen in this epoch, and in all of it
	Metrics        Metrics       // means over the samples seen in this epoch
	Validation     *Metrics      // at EpochEnd, if Config.Validation is given
	Elapsed        time.Duration // of training, since the epoch began
}

// tell passes an event to every callback. It says whether one wants to stop, and
// returns the first error.
func tell(callbacks []Callback, e Event) (stop bool, err error) {
	for _, c := range callbacks {
		switch failed := c.On(e); {
		case errors.Is(failed, ErrStop):
			stop = true
		case err == nil:
			err = failed
		}
	}
	return stop || err != nil, err
}
