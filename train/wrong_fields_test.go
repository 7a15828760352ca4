package train

import (
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"euryale/internal/wrong"
)

// TestFieldsAskedWrongly asks every numeric field of this package's structs for
// what it cannot be.
func TestFieldsAskedWrongly(t *testing.T) {
	net, data := tiny(t, 1), bars(9)
	stop := CallbackFunc(func(Event) error { return ErrStop })
	fitWith := func(c Config) error {
		c.Callbacks = append(c.Callbacks, stop)
		_, err := Fit(t.Context(), net, data, c)
		return err
	}
	optimizer := func(o Optimizer) wrong.Subject {
		return wrong.Subject{Of: o, Ask: func(o any) error {
			_, err := o.(Optimizer).Start(net.Params())
			return err
		}}
	}
	schedule := func(s Schedule) wrong.Subject {
		return wrong.Subject{Of: s, Ask: func(s any) error {
			_, err := SGD{Schedule: s.(Schedule)}.Start(net.Params())
			return err
		}}
	}
	callback := func(c Callback) wrong.Subject {
		return wrong.Subject{Of: c, Ask: func(c any) error {
			return fitWith(Config{Validation: data, Callbacks: []Callback{c.(Callback)}})
		}}
	}
	state := fit(t, net, data, Config{}).State
	wrong.Fields{
		Subjects: []wrong.Subject{
			optimizer(Adam{}),
			optimizer(AdamW{}),
			optimizer(SGD{}),
			optimizer(RMSprop{}),
			optimizer(Lion{}),
			schedule(Constant{}),
			schedule(Cosine{Steps: 10}),
			schedule(Exponential{Decay: 0.5}),
			schedule(OneCycle{Steps: 10}),
			schedule(Piecewise{At: []int{2}, Factors: []float64{0.5}}),
			schedule(Polynomial{Steps: 10}),
			schedule(Step{Every: 1}),
			schedule(WarmUp{Steps: 1}),
			callback(&EarlyStop{}),
			callback(&ReducePlateau{}),
			callback(&StopAfter{Duration: time.Hour}),
			callback(StopAt{Accuracy: 0.5}),
			callback(Checkpoints{Save: func(Event, *Checkpoint) error { return nil }}),
			{Of: &Folder{Dir: "one of each", Best: true}, Ask: func(f any) error {
				folder := f.(*Folder)
				folder.Dir = filepath.Join(t.TempDir(), "run")
				return fitWith(Config{Validation: data, Callbacks: []Callback{folder}})
			}},
			{Of: Clip{}, Ask: func(c any) error { return fitWith(Config{Clip: c.(Clip)}) }},
			{Of: EMA{}, Ask: func(e any) error { return fitWith(Config{Average: e.(EMA)}) }},
			{Of: Config{}, Ask: func(c any) error { return fitWith(c.(Config)) }},
			{Of: EvaluateConfig{}, Ask: func(c any) error {
				_, err := Evaluate(t.Context(), net, data, c.(EvaluateConfig))
				return err
			}},
			{Of: PredictConfig{}, Ask: func(c any) error {
				_, err := Predict(t.Context(), net, data, c.(PredictConfig))
				return err
			}},
			{Of: Patience{}, Ask: func(p any) error { return new(EarlyStop).SetState(p.(Patience)) }},
			{Of: Patience{}, Ask: func(p any) error { return new(ReducePlateau).SetState(p.(Patience)) }},
			{Of: state, Ask: func(s any) error {
				state := s.(OptimizerState)
				return fitWith(Config{State: &state})
			}, As: map[string][]string{"Steps": {"steps"}, "Scale": {"scale"}}},
		},
		Values: func(field reflect.Value) []any {
			switch field.Interface().(type) {
			case []int: // at which steps
				return []any{[]int{}, []int{-1}, []int{1, 2}}
			case []string: // of weights
				return []any{[]string{""}}
			}
			return nil
		},
		Right: []string{
			// Time that nobody lives to see.
			"Cosine.Steps: 9223372036854775807", "Exponential.Every: 9223372036854775807", "OneCycle.Steps: 9223372036854775807",
			"Polynomial.Steps: 9223372036854775807", "Step.Every: 9223372036854775807", "WarmUp.Steps: 9223372036854775807",
			"EarlyStop.Patience: 9223372036854775807", "ReducePlateau.Patience: 9223372036854775807", "ReducePlateau.Cooldown: 9223372036854775807",
			"Config.Epochs: 9223372036854775807", "Config.FirstEpoch: 9223372036854775807",
			"Patience.Epoch: 9223372036854775807", "Patience.Waited: 9223372036854775807", "Patience.Cooldown: 9223372036854775807",
			"OptimizerState.Steps: 9223372036854775807", "Checkpoints.Every: 9223372036854775807", "Folder.Every: 9223372036854775807", "Folder.Keep: 9223372036854775807",
			// All samples in one.
			"Config.Batch: 9223372036854775807", "Config.Accumulate: 9223372036854775807",
			"EvaluateConfig.Batch: 9223372036854775807", "PredictConfig.Batch: 9223372036854775807",
			"Patience.Best: -1", // the value of a metric of one's own
		},
		Answers: []string{
			"ClassScore", "Epoch", "Event", "Figure", "History", "Kept", "MeanScore", "Metrics", "OutputMetrics", "OutputTally", "RatePoint", "RateRange",
			"Scores", "Slot", "StepValidation", "Tally",
			"Checkpoint", "RangeTest", // see TestFromAnotherRun, TestFindRateErrors
		},
	}.Run(t, ".")
}
