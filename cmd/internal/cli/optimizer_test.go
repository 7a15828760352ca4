package cli

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"euryale/train"
)

// recorded is what --json says of a run.
type recorded struct {
	Flags  map[string]any
	Epochs []struct {
		Loss       float64
		Validation *metrics
	}
	Test metrics
}

// record runs digits for a second or less with --json.
func record(t *testing.T, args ...string) recorded {
	t.Helper()
	got := run(digits, short(append(args, "--quiet", "--json", "-")...)...)
	var r recorded
	if err := json.Unmarshal([]byte(got.stdout), &r); err != nil || got.status != 0 {
		t.Fatalf("%v: want a run and its results, got %+v and error %v", args, got, err)
	}
	return r
}

// TestOptimizerFlags: each is recorded, and makes another run than those before.
func TestOptimizerFlags(t *testing.T) {
	losses := map[float64]string{record(t).Epochs[0].Loss: "the default"}
	for _, tt := range []struct {
		args  string
		key   string
		value any
	}{
		{"--optimizer adamw", "weight_decay", 0.004},
		{"--optimizer adamw --weight-decay 0.5", "weight_decay", 0.5},
		{"--optimizer sgd", "lr", 0.01},
		{"--optimizer sgd --lr 0.02", "lr", 0.02},
		{"--optimizer sgd --momentum 0.9", "momentum", 0.9},
		{"--optimizer sgd --momentum 0.9 --nesterov", "nesterov", true},
		{"--optimizer sgd --weight-decay 0.5", "weight_decay", 0.5},
		{"--optimizer rmsprop", "optimizer", "rmsprop"},
		{"--optimizer rmsprop --momentum 0.5", "momentum", 0.5},
		{"--optimizer rmsprop --weight-decay 0.5", "weight_decay", 0.5},
		{"--optimizer lion", "optimizer", "lion"},
		{"--optimizer lion --weight-decay 0.5", "weight_decay", 0.5},
		{"--schedule step", "schedule", "step"},
		{"--schedule exponential", "schedule", "exponential"},
		{"--schedule cosine", "schedule", "cosine"},
		{"--schedule one-cycle", "schedule", "one-cycle"},
		{"--schedule polynomial", "schedule", "polynomial"},
		{"--warm-up 0.5", "warm_up", 0.5},
		{"--warm-up 0.5 --schedule cosine", "schedule", "cosine"},
	} {
		got := record(t, strings.Fields(tt.args)...)
		if got.Flags[tt.key] != tt.value {
			t.Errorf("%s: want %v of %s in the JSON, got %v", tt.args, tt.value, tt.key, got.Flags[tt.key])
		}
		loss := got.Epochs[0].Loss
		if same := losses[loss]; same != "" {
			t.Errorf("%s: want another loss than with %s, got %v", tt.args, same, loss)
		}
		losses[loss] = tt.args
	}
	if got := record(t, "--optimizer", "adam", "--schedule", "constant", "--momentum", "0").Epochs[0].Loss; losses[got] != "the default" {
		t.Errorf("want what is the default to change nothing, got loss %v", got)
	}
}

// TestSchedules holds the courses at their ends and in between, over 90 steps.
func TestSchedules(t *testing.T) {
	for _, tt := range []struct {
		name   string
		warmUp float64 // of 9 epochs
		step   int
		want   float64
	}{
		{"step", 0, 29, 1},
		{"step", 0, 30, 0.1},
		{"step", 0, 60, 0.01},
		{"step", 0, 89, 0.01},
		{"exponential", 0, 0, 1},
		{"exponential", 0, 45, 0.1},
		{"exponential", 0, 90, 0.01},
		{"cosine", 0, 0, 1},
		{"cosine", 0, 45, 0.5},
		{"cosine", 0, 90, 0},
		{"one-cycle", 0, 0, 0.04},
		{"one-cycle", 0, 26, 1},
		{"polynomial", 0, 45, 0.5},
		{"polynomial", 0, 90, 0},
		{"constant", 3, 0, 0},
		{"constant", 3, 15, 0.5},
		{"constant", 3, 30, 1},
		{"constant", 3, 89, 1},
		{"cosine", 3, 15, 0.5},
		{"cosine", 3, 30, 1},
		{"cosine", 3, 60, 0.5},
		{"cosine", 3, 90, 0},
		{"constant", 0.001, 0, 0},
		{"constant", 0.001, 1, 1},
	} {
		f := flags{Epochs: 9, steps: steps{Schedule: tt.name, WarmUp: tt.warmUp}}
		if got := f.schedule(90).Factor(tt.step); math.Abs(got-tt.want) > 1e-12 {
			t.Errorf("%s, warm-up %v: want %v at step %d, got %v", tt.name, tt.warmUp, tt.want, tt.step, got)
		}
	}
	for _, name := range schedules {
		f := flags{Epochs: 1, steps: steps{Schedule: name}}
		if _, err := (train.Adam{Schedule: f.schedule(1)}).Start(nil); err != nil {
			t.Errorf("%s of one step: %v", name, err)
		}
	}
}
