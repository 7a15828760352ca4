package train

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestValidateEvery has seven steps an epoch, and validations after the third,
// sixth, ninth, twelfth: each is an evaluation of the weights as they then are, and
// training takes no notice.
func TestValidateEvery(t *testing.T) {
	data, held := bars(100), bars(31)
	for _, c := range []Config{{}, {Accumulate: 2, ValidateEvery: 2}, {Average: EMA{Decay: 0.5}, ValidateEvery: 7}} {
		c.Epochs, c.Batch, c.Seed = 2, 16, 3
		without := c
		without.ValidateEvery = 0
		if c.ValidateEvery == 0 {
			c.ValidateEvery = 3
		}
		perEpoch := 7
		if c.Accumulate > 1 {
			perEpoch = 4
		}
		var want []StepValidation
		for step := 1; step <= 2*perEpoch; step++ {
			if step%c.ValidateEvery == 0 && step%perEpoch != 0 {
				done := (step - 1) / perEpoch
				at := float64(done) + float64((step-done*perEpoch)*16*max(c.Accumulate, 1))/100
				want = append(want, StepValidation{Epoch: done + 1, Step: step, At: at})
			}
		}
		net, plain := restless(t), restless(t)
		c.Validation = held
		seen, steps := events{}, 0
		c.Callbacks = []Callback{&seen, CallbackFunc(func(e Event) error {
			if e.Kind == BatchEnd && e.Gradients != nil {
				steps++
			}
			if e.Kind != ValidationEnd {
				if (e.Validation != nil) != (e.Kind == EpochEnd || e.Kind == End && e.Epoch == 2) {
					t.Errorf("kind %d: want no validation, got %v", e.Kind, e.Validation)
				}
				return nil
			}
			if e.Step != steps {
				t.Errorf("want step %d, got %d", steps, e.Step)
			}
			var m Metrics
			evaluate := func() (err error) {
				m, err = Evaluate(context.Background(), net, held, EvaluateConfig{Batch: 16})
				return err
			}
			var err error
			if c.Average.Decay > 0 {
				err = e.Optimizer.State().WithAverage(net, evaluate)
			} else {
				err = evaluate()
			}
			if err != nil {
				return err
			}
			if diff := cmp.Diff(&m, e.Validation); diff != "" {
				t.Errorf("step %d: validation (-want +got):\n%s", e.Step, diff)
			}
			return nil
		})}
		history := fit(t, net, data, c)
		for i := range want {
			if i < len(history.Validations) {
				want[i].Metrics = history.Validations[i].Metrics
			}
		}
		if diff := cmp.Diff(want, history.Validations); diff != "" {
			t.Errorf("every %d: History (-want +got):\n%s", c.ValidateEvery, diff)
		}
		if n := seen.count(ValidationEnd); n != len(want) {
			t.Errorf("every %d: want %d events, got %d", c.ValidateEvery, len(want), n)
		}
		fit(t, plain, data, without)
		if !slices.Equal(weights(net), weights(plain)) {
			t.Errorf("every %d: want the weights of a run without", c.ValidateEvery)
		}
	}
}

// TestValidateEveryIsLogged in lines that have the columns of all.
func TestValidateEveryIsLogged(t *testing.T) {
	var csv, json, progress strings.Builder
	history := fit(t, tiny(t, 1), bars(64), Config{
		Epochs: 2, Batch: 16, Validation: bars(9), ValidateEvery: 3,
		Callbacks: []Callback{NewCSVLog(&csv), NewJSONLog(&json), NewProgress(&progress)},
	})
	lines := strings.Split(csv.String(), "\n")
	if lines[0] != "epoch,step,loss,accuracy,val_loss,val_accuracy,rate,seconds" || len(lines) != 6 {
		t.Fatalf("want a line of names and four, got\n%s", &csv)
	}
	for i, want := range []string{"1,3,", "1,4,", "2,6,", "2,8,"} {
		if !strings.HasPrefix(lines[i+1], want) || strings.Contains(lines[i+1], ",,") {
			t.Errorf("want a whole line that begins with %s, got %s", want, lines[i+1])
		}
	}
	if got := strings.Count(json.String(), `"step":3,"loss":`); got != 1 || strings.Count(json.String(), "\n") != 4 {
		t.Errorf("want four lines, got\n%s", &json)
	}
	m := history.Validations[0]
	if want := fmt.Sprintf("Epoch 1/2, step 3 - val_loss: %.4f - val_accuracy: %.4f\nEpoch 1/2 - ", m.Loss, m.Accuracy); !strings.HasPrefix(progress.String(), want) {
		t.Errorf("want %q at the beginning, got\n%s", want, &progress)
	}
}

// TestWaitingByValidations: each validation counts, for a monitor of validation.
func TestWaitingByValidations(t *testing.T) {
	event := func(k Kind, loss float64) Event {
		return Event{Kind: k, Epoch: 1, Metrics: Metrics{Loss: 1}, Validation: &Metrics{Loss: loss}, Optimizer: stepper(t, SGD{LearningRate: 1})}
	}
	all := []Event{event(ValidationEnd, 3), event(ValidationEnd, 2), event(EpochEnd, 2.5), event(ValidationEnd, 2.5)}
	for _, tt := range []struct {
		name string
		stop *EarlyStop
		want int
	}{
		{"validation", &EarlyStop{Patience: 2}, 4},
		{"training", &EarlyStop{Patience: 1, Monitor: TrainingLoss}, 0},
	} {
		got := 0
		for i, e := range all {
			if err := tt.stop.On(e); err != nil {
				got = i + 1
			}
		}
		if got != tt.want {
			t.Errorf("%s: want a stop after %d events, got %d", tt.name, tt.want, got)
		}
	}
	stop := &EarlyStop{Patience: 2}
	for _, e := range []Event{all[0], all[2], {Kind: EpochBegin, Epoch: 1, Samples: 32}} {
		if err := stop.On(e); err != nil {
			t.Fatal(err)
		}
	}
	if stop.State().Epoch != 1 {
		t.Error("want it to go on waiting where an epoch 1 goes on")
	}
	r, s := &ReducePlateau{Patience: 2, Factor: 0.5}, stepper(t, SGD{LearningRate: 1})
	for _, e := range all {
		e.Optimizer = s
		if err := r.On(e); err != nil {
			t.Fatal(err)
		}
	}
	if s.Rate() != 0.5 {
		t.Errorf("want the rate halved after two validations, got %v", s.Rate())
	}
}

// TestStopByValidation stops in the middle of an epoch, with the best weights.
func TestStopByValidation(t *testing.T) {
	net := tiny(t, 1)
	var best []uint64
	worse := CallbackFunc(func(e Event) error {
		if e.Kind == ValidationEnd && e.Step == 2 {
			best = weights(net)
		} else if e.Kind == ValidationEnd {
			e.Validation.Loss = 100
		}
		return nil
	})
	h := fit(t, net, bars(160), Config{
		Epochs: 3, Batch: 16, Validation: bars(9), ValidateEvery: 2, Callbacks: []Callback{worse, &EarlyStop{RestoreBest: true}},
	})
	if len(h.Epochs) != 0 || len(h.Validations) != 2 || h.State.Steps != 2 || !slices.Equal(best, weights(net)) {
		t.Errorf("want the weights of step 2 and no epoch, got %d epochs, %d validations and %v", len(h.Epochs), len(h.Validations), h.State)
	}
}

func TestBadValidateEvery(t *testing.T) {
	_, err := Fit(t.Context(), tiny(t, 1), bars(9), Config{ValidateEvery: -1})
	wantOneLine(t, err, "train: want ValidateEvery of at least 1 step, or 0 for none, got -1")
	_, err = Fit(t.Context(), tiny(t, 1), bars(9), Config{ValidateEvery: 1})
	wantOneLine(t, err, "train: want Validation for ValidateEvery, got none")
}
