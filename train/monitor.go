package train

import (
	"fmt"
	"math"

	"github.com/pkg/errors"
)

// Monitor is a metric that a callback watches, epoch by epoch; one of validation,
// with Config.ValidateEvery, validation by validation.
type Monitor uint8

// The metrics that may be watched. Losses are to fall, accuracies to rise.
const (
	ValidationLoss     Monitor = iota // val_loss
	ValidationAccuracy                // val_accuracy
	TrainingLoss                      // loss
	TrainingAccuracy                  // accuracy
)

var monitorNames = []struct{ code, keras string }{
	{"ValidationLoss", "val_loss"},
	{"ValidationAccuracy", "val_accuracy"},
	{"TrainingLoss", "loss"},
	{"TrainingAccuracy", "accuracy"},
}

func (m Monitor) String() string {
	if int(m) < len(monitorNames) {
		return monitorNames[m].code
	}
	return fmt.Sprintf("Monitor(%d)", uint8(m))
}

func (m Monitor) rises() bool { return m == ValidationAccuracy || m == TrainingAccuracy }

// watches says whether there is a value of the metric in an event.
func (m Monitor) watches(e Event) bool {
	validates := m == ValidationLoss || m == ValidationAccuracy
	return e.Kind == EpochEnd || e.Kind == ValidationEnd && validates
}

// of is the metric at the end of an epoch, or of a validation.
func (m Monitor) of(e Event) (float64, error) {
	metrics := &e.Metrics
	if m == ValidationLoss || m == ValidationAccuracy {
		metrics = e.Validation
	}
	if metrics == nil {
		return 0, errors.Errorf("want Config.Validation to watch %s, got none", monitorNames[m].keras)
	}
	if !m.rises() {
		return metrics.Loss, nil
	}
	if metrics.Unlabelled {
		return 0, errors.Errorf("want an output with labels to watch %s, got none", monitorNames[m].keras)
	}
	return metrics.Accuracy, nil
}

// suits says whether there will be such a metric.
func (m Monitor) suits(c Config) error {
	if int(m) >= len(monitorNames) {
		return errors.Errorf("want a Monitor of ValidationLoss, ValidationAccuracy, TrainingLoss or TrainingAccuracy, got %v", m)
	}
	if (m == ValidationLoss || m == ValidationAccuracy) && c.Validation == nil {
		return errors.Errorf("want Config.Validation to watch %s, got none", monitorNames[m].keras)
	}
	return nil
}

// Patience is how far a callback has come that waits for a metric to improve:
// an [EarlyStop] or a [ReducePlateau].
type Patience struct {
	Best     float64 // value of the metric
	Epoch    int     // whose it was; 0 means none yet
	Waited   int     // epochs, or validations, since it improved
	Cooldown int     // those to go before ReducePlateau waits again
}

// improved takes the metric of an epoch, and says whether it is the best yet by
// more than least.
func (p *Patience) improved(m Monitor, value, least float64, epoch int) bool {
	gain := p.Best - value
	if m.rises() {
		gain = -gain
	}
	if p.Epoch > 0 && !(gain > least) || math.IsNaN(value) {
		return false
	}
	p.Best, p.Epoch, p.Waited = value, epoch, 0
	return true
}

func (p Patience) check() error {
	s := settings{of: "state"}
	s.want(finite(p.Best), "a finite Best", p.Best)
	s.want(p.Epoch >= 0, "an Epoch of 0 or more", p.Epoch)
	s.want(p.Waited >= 0, "Waited of 0 or more", p.Waited)
	s.want(p.Cooldown >= 0, "a Cooldown of 0 or more", p.Cooldown)
	return s.err
}
