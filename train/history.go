package train

import "time"

// History is how training went: one entry for each epoch that was completed.
type History struct {
	Epochs []Epoch

	// Validations are those between the ends of epochs, with
	// Config.ValidateEvery, also of an epoch that was not completed.
	Validations []StepValidation

	// State is the optimiser's as training ended, for Config.State of a Fit
	// that is to go on. Where training did not begin it is zero.
	State OptimizerState
}

// Epoch is the result of one pass over the data.
type Epoch struct {
	Metrics                  // means over the epoch, while the weights changed
	Validation *Metrics      // after it; nil without Config.Validation
	Elapsed    time.Duration // of training, callbacks included and validation not
}

// StepValidation is a validation after a step.
type StepValidation struct {
	Epoch int // under way
	Step  int // of the optimiser, as Event.Step

	// At is where that was, in epochs of the History: its completed ones, and of
	// the one under way the share of its samples that were trained on.
	At float64

	Metrics
}

// Elapsed is the time of all epochs.
func (h *History) Elapsed() time.Duration {
	var d time.Duration
	for _, e := range h.Epochs {
		d += e.Elapsed
	}
	return d
}
