package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/loaders"
)

// TestCareFlags: each is recorded, and changes what the test comes to.
func TestCareFlags(t *testing.T) {
	tests := map[metrics]string{record(t).Test: "the default"}
	for _, tt := range []struct {
		args, key string
		value     any
	}{
		{"--validation-share 0.25", "validation_share", 0.25},
		{"--dropout 0.25", "dropout", 0.25},
		{"--clip-norm 0.01", "clip_norm", 0.01},
		{"--accumulate 2", "accumulate", 2.0},
		{"--ema 0.5", "ema", 0.5},
		{"--label-smoothing 0.1", "label_smoothing", 0.1},
		{"--class-weights 1,1,1,2,1,1,1,1,1,0.5", "class_weights", "1,1,1,2,1,1,1,1,1,0.5"},
		{"--class-weights balanced --train-samples 193", "class_weights", balanced},
		{"--train-samples 193", "train_samples", 193.0},
	} {
		got := record(t, strings.Fields(tt.args)...)
		if got.Flags[tt.key] != tt.value {
			t.Errorf("%s: want %v of %s in the JSON, got %v", tt.args, tt.value, tt.key, got.Flags[tt.key])
		}
		if same := tests[got.Test]; same != "" {
			t.Errorf("%s: want another test than with %s, got %v", tt.args, same, got.Test)
		}
		tests[got.Test] = tt.args
	}
}

// TestAccumulateIsTheLargerBatch: two batches of 16 are one of 32, but for
// rounding.
func TestAccumulateIsTheLargerBatch(t *testing.T) {
	one, two := record(t, "--batch", "32").Test, record(t, "--batch", "16", "--accumulate", "2").Test
	if d := one.Loss - two.Loss; d > 1e-3 || d < -1e-3 {
		t.Errorf("want the same loss, got %v and %v", one, two)
	}
}

// TestValidationShare validates on what is held out, and not on the test images.
func TestValidationShare(t *testing.T) {
	got := run(digits, short("--validation-share", "0.25")...)
	for _, want := range []string{"; 150 training, 50 validation and 100 test images\n", " - val_loss: ", " - val_accuracy: "} {
		if got.status != 0 || !strings.Contains(got.stdout, want) {
			t.Errorf("want %q, got %+v", want, got)
		}
	}
	path := filepath.Join(t.TempDir(), "run.html")
	if got := run(digits, short("--validation-share", "0.25", "--page", path)...); got.status != 0 {
		t.Errorf("got %+v", got)
	}
	wantText(t, path, "those of validation are of 50 images held out of training, after the epoch")
	r := record(t, "--validation-share", "0.25")
	if v := r.Epochs[0].Validation; v == nil || *v == r.Test {
		t.Errorf("want another validation than the test %v, got %v", r.Test, v)
	}
	none := run(digits, short("--validation-share", "0.001")...)
	if none.status != 1 || none.stdout != "" || strings.Count(none.stderr, "\n") != 1 ||
		!strings.HasPrefix(none.stderr, "digits: --validation-share: ") || !strings.HasSuffix(none.stderr, "got 0.001 of 200, which is 0\n") {
		t.Errorf("want one line about a part without images, got %+v", none)
	}
}

// TestPatience: at such a rate there is soon no better epoch.
func TestPatience(t *testing.T) {
	args := short("--validation-share", "0.25", "--patience", "2", "--lr", "0.05", "--epochs", "30", "--stop-at", "0")
	got := run(digits, args...)
	if got.status != 0 || !strings.Contains(got.stdout, "\nStopped early: val_loss was best in epoch ") || strings.Contains(got.stdout, "Epoch 30/30") {
		t.Errorf("want it to stop early and say so, got %+v", got)
	}
	if quiet := run(digits, append(args, "--quiet")...); strings.Contains(quiet.stdout, "Stopped") {
		t.Errorf("--quiet: want no word, got %+v", quiet)
	}
}

// TestValidateEvery prints, logs and keeps what there is between the epochs: of five
// steps an epoch, after the second, fourth, sixth and eighth.
func TestValidateEvery(t *testing.T) {
	dir := t.TempDir()
	log, path := filepath.Join(dir, "run.csv"), filepath.Join(dir, "run.json")
	got := run(digits, short("--validation-share", "0.2", "--validate-every", "2", "--epochs", "2", "--csv", log, "--json", path)...)
	if got.status != 0 || strings.Count(got.stdout, ", step ") != 4 {
		t.Errorf("want a line for each of four validations, got %+v", got)
	}
	wantText(t, log, "epoch,step,loss,")
	var all results
	text, err := os.ReadFile(path)
	if err != nil || json.Unmarshal(text, &all) != nil {
		t.Fatalf("%v in %s", err, text)
	}
	var steps []int
	for _, v := range all.Validations {
		steps = append(steps, v.Step)
		if v.Loss <= 0 || v.Epoch != (v.Step-1)/5+1 {
			t.Errorf("got %+v", v)
		}
	}
	if diff := cmp.Diff([]int{2, 4, 6, 8}, steps); diff != "" {
		t.Errorf("steps (-want +got):\n%s", diff)
	}
}

// TestPatienceRestores the best epoch's weights: those of a run that ends there.
func TestPatienceRestores(t *testing.T) {
	args := []string{"--validation-share", "0.25", "--lr", "0.05", "--stop-at", "0"}
	stopped := record(t, append(args, "--patience", "2", "--epochs", "30")...)
	best := 0
	for i, e := range stopped.Epochs {
		if e.Validation.Loss < stopped.Epochs[best].Validation.Loss {
			best = i
		}
	}
	if n := len(stopped.Epochs); n != best+3 {
		t.Errorf("want two epochs after the best, number %d, got %d in all", best+1, n)
	}
	if short := record(t, append(args, "--epochs", strconv.Itoa(best+1))...); short.Test != stopped.Test {
		t.Errorf("want the test of epoch %d, %v, got %v", best+1, short.Test, stopped.Test)
	}
}

// TestClassWeightsBalanced: of 6 images in two classes.
func TestClassWeightsBalanced(t *testing.T) {
	f := flags{care: care{ClassWeights: balanced}}
	got, err := f.classWeights(&loaders.Dataset{Classes: []string{"a", "b"}, Labels: []int{0, 1, 0, 0, 0, 1}})
	if diff := cmp.Diff([]float64{0.75, 1.5}, got); diff != "" || err != nil {
		t.Errorf("weights (-want +got):\n%s\nerror %v", diff, err)
	}
}
