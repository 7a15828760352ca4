package train

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pkg/errors"
)

// marked is a checkpoint, and the state of a callback beside it.
type marked struct {
	*Checkpoint
	waiting Patience
	kind    Kind
}

// TestCheckpoint goes on from every checkpoint of a run, each on a network of other
// weights, and comes to the same bits.
func TestCheckpoint(t *testing.T) {
	const epochs = 3
	data, held := bars(100), bars(31)
	for name, c := range map[string]Config{
		"adam":       {},
		"all of it":  {Optimizer: SGD{LearningRate: 0.1, Momentum: 0.9, Schedule: Cosine{Steps: 12}}, Accumulate: 2, Average: EMA{Decay: 0.9}, Clip: Clip{GlobalNorm: 1}},
		"validation": {ValidateEvery: 2, Validation: held},
		"in order":   {NoShuffle: true, Validation: held},
	} {
		t.Run(name, func(t *testing.T) {
			c.Batch, c.Seed = 16, 3
			plateau := func() *ReducePlateau {
				return &ReducePlateau{Monitor: c.monitor(), Factor: 0.5, Patience: 1, MinDelta: 0.3}
			}
			first := plateau()
			var all []marked
			whole := c
			whole.Epochs = epochs
			whole.Callbacks = []Callback{first, Checkpoints{Every: 1, Save: func(e Event, p *Checkpoint) error {
				all = append(all, marked{p, first.State(), e.Kind})
				return nil
			}}}
			net := restless(t)
			want := fit(t, net, data, whole)
			perEpoch := 7
			if c.Accumulate > 1 {
				perEpoch = 4
			}
			if len(all) != epochs*perEpoch {
				t.Errorf("want a checkpoint a step, %d, got %d", epochs*perEpoch, len(all))
			}
			for _, from := range all[:len(all)-1] {
				where := fmt.Sprintf("epoch %d, %d samples, kind %d", from.Epoch, from.Samples, from.kind)
				next := restless(t)
				for _, p := range next.Params() {
					for k := range p.Value.Shape().TotalSize() {
						set(p.Value, k, 9) // what is in the checkpoint is to replace it
					}
				}
				second := plateau()
				if err := second.SetState(from.waiting); err != nil {
					t.Fatal(err)
				}
				rest := c
				rest.From, rest.Epochs, rest.Callbacks = from.Checkpoint, epochs-from.Epoch+1, []Callback{second}
				got := fit(t, next, data, rest)
				if !slices.Equal(weights(net), weights(next)) {
					t.Fatalf("%s: want the same weights", where)
				}
				if diff := cmp.Diff(want.Epochs[from.Epoch-1:], got.Epochs, cmpopts.IgnoreFields(Epoch{}, "Elapsed")); diff != "" {
					t.Errorf("%s: epochs (-whole +rest):\n%s", where, diff)
				}
				if n := len(want.Validations) - len(got.Validations); !cmp.Equal(want.Validations[n:], got.Validations, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(StepValidation{}, "At")) {
					t.Errorf("%s: want the validations of the rest, got %v of %v", where, got.Validations, want.Validations)
				}
				if want.State.Steps != got.State.Steps || want.State.Scale != got.State.Scale || want.State.NetworkSteps != got.State.NetworkSteps || first.State() != second.State() {
					t.Errorf("%s: want the state %v, got %v", where, want.State, got.State)
				}
			}
		})
	}
}

// monitor is what there is to watch.
func (c Config) monitor() Monitor {
	if c.Validation == nil {
		return TrainingLoss
	}
	return ValidationLoss
}

// TestCheckpointAtTheEnd is one of what was interrupted, in the middle of an epoch.
func TestCheckpointAtTheEnd(t *testing.T) {
	whole := restless(t)
	fit(t, whole, bars(100), Config{Batch: 16, Epochs: 2})
	for _, kind := range []Kind{BatchEnd, EpochEnd} {
		ctx, cancel := context.WithCancel(t.Context())
		var last *Checkpoint
		net := restless(t)
		_, err := Fit(ctx, net, bars(100), Config{Batch: 16, Epochs: 2, Callbacks: []Callback{CallbackFunc(func(e Event) (err error) {
			if e.Kind == kind && e.Step >= 3 {
				cancel()
			}
			if e.Kind == End {
				last, err = e.Checkpoint()
			}
			return err
		})}})
		if !errors.Is(err, context.Canceled) || last == nil {
			t.Fatalf("want a checkpoint of a cancelled Fit, got %v and %v", last, err)
		}
		fit(t, net, bars(100), Config{Batch: 16, Epochs: 3 - last.Epoch, From: last})
		if !slices.Equal(weights(net), weights(whole)) {
			t.Errorf("kind %d: want the weights of a whole Fit", kind)
		}
	}
}

// TestCheckpointIsACopy that later steps leave alone, and JSON keeps but for the
// tensors.
func TestCheckpointIsACopy(t *testing.T) {
	var all []*Checkpoint
	var texts []string
	text := func(c *Checkpoint) string {
		var values []any
		for _, w := range c.Weights {
			values = append(values, w.Data())
		}
		for _, s := range c.State.Slots {
			for _, v := range s.Values {
				values = append(values, v.Data())
			}
		}
		b, err := json.Marshal([]any{c.Epoch, c.Samples, c.Tally, values})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	fit(t, tiny(t, 1), bars(64), Config{Batch: 16, Callbacks: []Callback{Checkpoints{Every: 1, Save: func(_ Event, c *Checkpoint) error {
		all, texts = append(all, c), append(texts, text(c))
		return nil
	}}}})
	for i, c := range all {
		if text(c) != texts[i] || i > 0 && texts[i] == texts[i-1] {
			t.Errorf("checkpoint %d: want it as it was when it was made", i)
		}
	}
}

func TestCheckpointErrors(t *testing.T) {
	var whole *Checkpoint
	save := Checkpoints{Every: 2, Save: func(e Event, c *Checkpoint) error {
		if e.Kind != EpochEnd {
			whole = c
		}
		return nil
	}}
	fit(t, tiny(t, 1), bars(64), Config{Batch: 16, Callbacks: []Callback{save}})
	with := func(change func(*Checkpoint)) Config {
		c := *whole
		change(&c)
		return Config{Batch: 16, From: &c}
	}
	for _, tt := range []struct {
		config Config
		want   string
	}{
		{with(func(*Checkpoint) {}), ""},
		{Config{Batch: 16, From: whole, FirstEpoch: 2}, "train: want From, or FirstEpoch and State, got both"},
		{Config{Batch: 16, From: whole, State: &OptimizerState{}}, "train: want From, or FirstEpoch and State, got both"},
		{with(func(c *Checkpoint) { c.Epoch = 0 }), "train: From: want an Epoch of at least 1, got 0"},
		{with(func(c *Checkpoint) { c.Samples = -1 }), "train: From: want Samples of at least 0, got -1"},
		{with(func(c *Checkpoint) { c.Samples = 65 }), "train: From: want Samples that batches of 16 end at, of 64 samples, got 65"},
		{Config{Batch: 24, From: whole}, "train: From: want a Batch of 16, as the checkpoint's run has, or FirstEpoch and State instead, got 24"},
		{with(func(c *Checkpoint) { c.Tally.Outputs = nil }), "train: From: want a Tally of 1 outputs with a loss, got 0"},
		{with(func(c *Checkpoint) { c.Weights = c.Weights[1:] }), "train: From: slot weights of the state: want values for 4 weights, got 3"},
		{with(func(c *Checkpoint) { c.State.Optimizer = "sgd" }), `train: State: want the state of adam, got that of "sgd"`},
		{Config{Callbacks: []Callback{Checkpoints{Every: -1, Save: save.Save}}}, "checkpoints: want Every of at least 1 step, or 0 for none, got -1"},
		{Config{Callbacks: []Callback{Checkpoints{}}}, "checkpoints: want a Save, got nil"},
		{Config{Callbacks: []Callback{Checkpoints{Save: func(Event, *Checkpoint) error { return errors.New("full") }}}}, "checkpoints: full"},
	} {
		net := tiny(t, 5)
		was := weights(net)
		_, err := Fit(t.Context(), net, bars(64), tt.config)
		if message(err) != tt.want {
			t.Errorf("want error %q, got %q", tt.want, message(err))
		}
		if tt.config.From != nil && err != nil && !slices.Equal(was, weights(net)) {
			t.Errorf("%s: want the network as it was", tt.want)
		}
	}
	var pending error
	fit(t, tiny(t, 1), bars(64), Config{Batch: 16, Accumulate: 3, Callbacks: []Callback{CallbackFunc(func(e Event) error {
		if _, err := e.Checkpoint(); e.Kind == BatchEnd && e.Samples == 16 {
			pending = err
		} else if (err != nil) != (e.Kind == BatchEnd && e.Samples == 32) {
			t.Errorf("kind %d, %d samples: got %v", e.Kind, e.Samples, err)
		}
		return nil
	})}})
	wantOneLine(t, pending, "checkpoint: want a BatchEnd that ended in a step")
	_, err := Event{Phase: Evaluation}.Checkpoint()
	wantOneLine(t, err, "checkpoint: want an event of training, got one of evaluation")
}

// TestFromAnotherRun refuses what its steps cannot be those of.
func TestFromAnotherRun(t *testing.T) {
	var half *Checkpoint
	run := Config{Batch: 8, Seed: 4, Accumulate: 2, Callbacks: []Callback{Checkpoints{Every: 2, Save: func(e Event, c *Checkpoint) error {
		if e.Kind == BatchEnd {
			half = c
		}
		return nil
	}}}}
	fit(t, tiny(t, 1), bars(64), run)
	if half == nil || half.Seed != 4 || half.Batch != 8 || half.Accumulate != 2 {
		t.Fatalf("want the Config's, got %+v", half)
	}
	for want, c := range map[string]Config{
		"train: From: want a Seed of 4, as the checkpoint's run has, or FirstEpoch and State instead, got 5":     {Seed: 5, Batch: 8, Accumulate: 2},
		"train: From: want a Batch of 8, as the checkpoint's run has, or FirstEpoch and State instead, got 32":   {Seed: 4, Accumulate: 2},
		"train: From: want Accumulate of 2, as the checkpoint's run has, or FirstEpoch and State instead, got 1": {Seed: 4, Batch: 8},
	} {
		c.From = half
		_, err := Fit(t.Context(), tiny(t, 1), bars(64), c)
		wantOneLine(t, err, want)
	}
	older := *half
	older.Batch = 0 // of before it was known
	fit(t, tiny(t, 1), bars(64), Config{Seed: 5, Batch: 8, From: &older})
	fit(t, tiny(t, 1), bars(64), Config{Seed: 4, Batch: 8, Accumulate: 2, From: half})
}
