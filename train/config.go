package train

import (
	"io"
	"math"
	"os"
	"reflect"

	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/loaders"
)

// Config says how to train. Its zero value works.
type Config struct {
	Epochs    int        // passes over the data; 0 means 1
	Batch     int        // samples a step; 0 means 32
	Optimizer Optimizer  // nil means Adam{}
	Loss      graph.Loss // nil means graph.SparseCategoricalCrossEntropy{}; graph.Losses for several outputs
	Seed      uint64     // of the order of the samples
	NoShuffle bool       // take the samples in the order of the data
	Callbacks []Callback // told of each event, in order

	// Validation is evaluated after each epoch; nil means none. With ValidateEvery
	// it is also evaluated after each step whose number that divides, in all the
	// optimiser's steps, where no epoch ends with it: see ValidationEnd. 0 means
	// after each epoch only. The ClassWeights of a Loss do not count there, as in
	// Keras.
	Validation    loaders.Source
	ValidateEvery int

	Clip       Clip // of the gradients; zero means none
	Accumulate int  // batches to a step, as if they were one; fewer at an epoch's end; 0 means 1. An error where a loss of several ignores labels
	Average    EMA  // of the weights, for Validation and after; zero means none

	// Before the first step of a Fit that begins anew, data and network are
	// looked over: what cannot be learned from is an error, what is odd a line
	// to Log. All well: no line.
	NoPreflight bool
	Log         io.Writer // nil means os.Stderr

	// To go on where an earlier Fit ended: FirstEpoch is the number of the
	// first epoch, which its order hangs on, 0 means 1; and State is that
	// Fit's History.State, nil means to begin anew.
	FirstEpoch int
	State      *OptimizerState

	// Group is the ranks that train the network together, of which this is one:
	// 2, 4 or 8 come to the same bits as one alone, each computing its share of
	// each batch, see graph.Share, of Validation too. All ranks have the same
	// Config, network and data: what differs is an error before the first step.
	// Callbacks are called on rank 0 alone, which writes to Log, and whose From
	// holds for all, with its Epochs. An error of one rank ends all. nil means to
	// train alone, as does a Group of Size 1.
	Group Group

	// Verify has ranks compare their weights after each step whose number it
	// divides, in all the optimiser's steps. A difference is an error that names
	// rank and weight. 0 means never.
	Verify int

	// From is where to go on instead of FirstEpoch and State: in the middle of an
	// epoch if need be, with the weights that are in it. That epoch counts among
	// Epochs. nil means none. See Checkpoint.
	From *Checkpoint
}

// EvaluateConfig says how to evaluate. Its zero value works.
type EvaluateConfig struct {
	Batch     int        // samples at a time; 0 means 32
	Loss      graph.Loss // nil means graph.SparseCategoricalCrossEntropy{}; graph.Losses for several outputs
	Callbacks []Callback // told of each batch, of one EpochEnd and of the End, in order

	// ClassWeights lets the ClassWeights of the Loss count, as they do in training.
	// Else each sample counts alike, as in Keras: its class_weight is no part of what
	// evaluate and val_loss are. LabelSmoothing and a source's Weights count either
	// way.
	ClassWeights bool

	// Outputs is given the outputs too, as PredictAll returns them and with the
	// same bits, so that one pass does for both: when there is an error or a stop,
	// those that there are. nil means they are not kept.
	Outputs *[][][]float32

	// Group is the ranks that share the batches, as in Config: all get the Metrics
	// and the Outputs. Callbacks are called on rank 0 alone. nil means none.
	Group Group
}

// PredictConfig says how to predict. Its zero value works.
type PredictConfig struct {
	Batch     int        // samples at a time; 0 means 32
	Callbacks []Callback // told of each batch, of one EpochEnd and of the End, in order
}

// withDefaults fills in the defaults, and reports what is out of range.
func (c Config) withDefaults() (Config, error) {
	if c.Epochs < 0 {
		return c, errors.Errorf("train: want Epochs of at least 1, or 0 for 1, got %d", c.Epochs)
	}
	if c.FirstEpoch < 0 {
		return c, errors.Errorf("train: want a FirstEpoch of at least 1, or 0 for 1, got %d", c.FirstEpoch)
	}
	var err error
	none := isNil(c.Group)
	if c.Group, err = checkGroup(c.Group); err != nil {
		return c, err
	}
	if c.Verify > 0 && none {
		return c, errors.Errorf("train: want a Group to Verify every %d steps, got none", c.Verify)
	}
	if c.Verify < 0 {
		return c, errors.Errorf("train: want Verify of at least 1 step, or 0 for never, got %d", c.Verify)
	}
	if c.From != nil {
		if err := c.From.check(c); err != nil {
			return c, err
		}
		c.FirstEpoch, c.State = c.From.Epoch, &c.From.State
	}
	c.FirstEpoch = max(c.FirstEpoch, 1)
	c.Epochs = min(max(c.Epochs, 1), math.MaxInt-c.FirstEpoch+1)
	if c.Optimizer == nil {
		c.Optimizer = Adam{}
	}
	if isNil(c.Optimizer) {
		return c, errors.Errorf("train: want an Optimizer, got a nil %T", c.Optimizer)
	}
	if isNone(c.Validation) {
		c.Validation = nil
	}
	if c.Log == nil {
		c.Log = os.Stderr
	}
	if !leads(c.Group) {
		c.Log = io.Discard
	}
	c.Loss = defaultLoss(c.Loss)
	if c.Batch, err = checkCommon(c.Batch, c.Callbacks); err != nil {
		return c, err
	}
	return c, c.checkSteps()
}

// Steps is how many steps a Fit takes in all on so many samples, for a Schedule.
func (c Config) Steps(samples int) int {
	batches := roundedUp(samples, max(c.Batch, 0), 32)
	return max(c.Epochs, 1) * roundedUp(batches, max(c.Accumulate, 0), 1)
}

// roundedUp is how many groups of so many n make, of others if that is 0.
func roundedUp(n, size, otherwise int) int {
	if size == 0 {
		size = otherwise
	}
	return (max(n, 0) + size - 1) / size
}

// checkSteps reports what is out of range in how steps are taken, and callbacks
// that this Fit cannot serve.
func (c Config) checkSteps() error {
	if c.Accumulate < 0 {
		return errors.Errorf("train: want Accumulate of at least 1, or 0 for 1, got %d", c.Accumulate)
	}
	if c.ValidateEvery < 0 {
		return errors.Errorf("train: want ValidateEvery of at least 1 step, or 0 for none, got %d", c.ValidateEvery)
	}
	if c.ValidateEvery > 0 && c.Validation == nil {
		return errors.New("train: want Validation for ValidateEvery, got none")
	}
	if err := c.Clip.check(); err != nil {
		return err
	}
	if err := c.Average.check(); err != nil {
		return err
	}
	for _, callback := range c.Callbacks {
		if s, ok := callback.(interface{ suits(c Config) error }); ok {
			if err := s.suits(c); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c EvaluateConfig) withDefaults() (EvaluateConfig, error) {
	c.Loss = defaultLoss(c.Loss)
	var err error
	if c.Group, err = checkGroup(c.Group); err != nil {
		return c, err
	}
	c.Batch, err = checkCommon(c.Batch, c.Callbacks)
	return c, err
}

func (c PredictConfig) withDefaults() (PredictConfig, error) {
	var err error
	c.Batch, err = checkCommon(c.Batch, c.Callbacks)
	return c, err
}

func defaultLoss(l graph.Loss) graph.Loss {
	if l == nil {
		return graph.SparseCategoricalCrossEntropy{}
	}
	return l
}

// isNil reports whether v is nil, or a pointer or a function that is.
func isNil(v any) bool {
	r := reflect.ValueOf(v)
	return v == nil || (r.Kind() == reflect.Pointer || r.Kind() == reflect.Func) && r.IsNil()
}

// checkCommon checks what all three have, and is the batch size.
func checkCommon(batch int, callbacks []Callback) (int, error) {
	if batch < 0 {
		return 0, errors.Errorf("train: want a Batch of at least 1, or 0 for 32, got %d", batch)
	}
	for i, callback := range callbacks {
		if isNil(callback) {
			return 0, errors.Errorf("train: want no nil among Callbacks, got one at %d", i)
		}
	}
	if batch == 0 {
		batch = 32
	}
	return batch, nil
}
