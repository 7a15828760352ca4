package train

import (
	"fmt"
	"strings"
	"time"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/graph"
)

// Callback is told how training, evaluation or prediction goes.
type Callback interface {
	// On is called with each event, also after another callback's error.
	// ErrStop ends training in good order; any other error ends it and is
	// what Fit returns, and so does a panic.
	On(e Event) error
}

// CallbackFunc is a function as a Callback.
type CallbackFunc func(e Event) error

// On calls f.
func (f CallbackFunc) On(e Event) error { return f(e) }

// ErrStop is what a Callback returns to end training. Fit then returns no
// error; nor does Evaluate. Predict, whose rows then are incomplete, does.
var ErrStop = errors.New("stopped by a callback")

// Phase is what a network is being used for.
type Phase uint8

// The phases.
const (
	Training   Phase = iota // Fit
	Evaluation              // Evaluate
	Prediction              // Predict, which has no metrics
)

var phaseNames = []string{"training", "evaluation", "prediction"}

func (p Phase) String() string {
	if int(p) < len(phaseNames) {
		return phaseNames[p]
	}
	return fmt.Sprintf("Phase(%d)", p)
}

// Kind is what happened.
type Kind uint8

// The kinds of events, in the order in which they come. ValidationEnd comes behind
// a BatchEnd, with Config.ValidateEvery. End comes exactly once, however training
// ends.
const (
	EpochBegin Kind = iota
	BatchEnd
	ValidationEnd
	EpochEnd
	End
)

// Event is a moment in training, evaluation or prediction.
type Event struct {
	Kind    Kind
	Phase   Phase
	Network *graph.Network

	// Optimizer is the optimiser under way: its Rate, its State. nil but in
	// training.
	Optimizer Stepper

	Epoch, Epochs  int           // the number of this one, from 1, and of the last there is to be; 0 but in training
	Samples, Total int           // seen in this epoch, and in all of it
	Step           int           // steps that the optimiser has taken, with those before a State; 0 but in training
	Metrics        Metrics       // means over the samples seen in this epoch
	Validation     *Metrics      // at EpochEnd, if Config.Validation is given, and at ValidationEnd
	Elapsed        time.Duration // since the epoch began, callbacks included and validation not

	// Gradients are those of a BatchEnd of training that ended in a step,
	// means over its samples before any Clip, in the order of the Network's
	// Params(graph.Trained); nil elsewhere. They are the program's: valid
	// until On returns, and not to be changed.
	Gradients []*tensor.Dense

	of      *fitting // in training
	every   int      // Config.ValidateEvery
	sum     *tally   // of the epoch
	pending bool     // batches of which the step is still to be taken
	awaits  bool     // the validation after the step is still to come
	done    bool     // the epoch is
	ended   bool     // a callback has ended training, for good

	cancelled bool // the context of some rank has ended
}

// errPause is an ErrStop after which there may be more to do, another time.
var errPause = errors.WithMessage(ErrStop, "for now")

// tell passes an event to every callback. It says whether one wants to stop, in the
// event too, and returns the first error.
func tell(callbacks []Callback, e *Event) (stop bool, err error) {
	for i, c := range callbacks {
		switch failed := call(i, c, *e); {
		case errors.Is(failed, ErrStop):
			stop = true
			e.ended = e.ended || !errors.Is(failed, errPause)
		case err == nil:
			err = failed
		}
	}
	return stop || err != nil, err
}

// call is the callback's On, a panic of which is an error that names it.
func call(i int, c Callback, e Event) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.Errorf("train: callback %d, a %T: panic: %s", i+1, c, strings.Join(strings.Fields(fmt.Sprint(r)), " "))
		}
	}()
	return c.On(e)
}
