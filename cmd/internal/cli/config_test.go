package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"euryale/loaders"
	"euryale/nets"
	"euryale/train"
)

// whole are the results in a file, without what differs from run to run.
func whole(t *testing.T, path string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"us_per_sample", "outputs", "instead_of"} {
		delete(all, key)
	}
	return all
}

var noSeconds = cmpopts.IgnoreMapEntries(func(key string, _ any) bool { return key == "seconds" })

// TestConfig repeats runs: same flags, same losses, same scores, to the last bit.
func TestConfig(t *testing.T) {
	for _, args := range []string{
		"--seed 18446744073709551615 --lr 0.0123456789",
		"--optimizer sgd --momentum 0.9 --nesterov --weight-decay 1e-7 --schedule cosine --warm-up 0.5 --batch 16",
		"--optimizer adamw --validation-share 0.2 --validate-every 2 --patience 3 --epochs 4 --lr 0.03 --stop-at 0 --engine gorgonia --dropout 0.3",
		"--optimizer rmsprop --clip-norm 0.1 --accumulate 3 --ema 0.9 --label-smoothing 0.1 --class-weights balanced",
		"--optimizer lion --schedule one-cycle --class-weights 1,2,1,1,1,1,1,1,1,1 --net dense128 --epochs 2 --stop-at 0.3",
	} {
		dir := t.TempDir()
		first, again := filepath.Join(dir, "first.json"), filepath.Join(dir, "again.json")
		if got := run(digits, short(append(strings.Fields(args), "--quiet", "--json", first)...)...); got.status != 0 {
			t.Fatalf("%s: got %+v", args, got)
		}
		// Another lesson has other defaults.
		if got := run(fashion, "--config", first, "--json", again, "--quiet"); got.status != 0 {
			t.Fatalf("%s: got %+v", args, got)
		}
		if diff := cmp.Diff(whole(t, first), whole(t, again), noSeconds); diff != "" {
			t.Errorf("%s (-first +again):\n%s", args, diff)
		}
	}
}

// TestConfigNamesTheDataset that stood in for the lesson's.
func TestConfigNamesTheDataset(t *testing.T) {
	nowhere(t)
	path := filepath.Join(t.TempDir(), "run.json")
	if got := run(digits, "--train-samples", "64", "--test-samples", "32", "--epochs", "1", "--net", "simple", "--json", path); got.status != 0 {
		t.Fatalf("got %+v", got)
	}
	got := run(fashion, "--config", path)
	if got.status != 0 || !strings.HasPrefix(got.stdout, "Dataset: rendered-digits, ") {
		t.Errorf("want the dataset of the run, got %+v", got)
	}
}

// config writes a file for --config.
func config(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "run.json")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestConfigByHand: the flags alone will do, and those of the command line win.
func TestConfigByHand(t *testing.T) {
	path := config(t, `{"optimizer": "sgd", "momentum": 0.5, "lr": 0.25, "class_weights": ""}`)
	got := record(t, "--config", path, "--lr", "0.125").Flags
	for key, want := range map[string]any{"optimizer": "sgd", "momentum": 0.5, "lr": 0.125, "class_weights": "", "epochs": 1.0} {
		if got[key] != want {
			t.Errorf("%s: want %v, got %v", key, want, got[key])
		}
	}
	if lr := record(t, "--config", config(t, `{"optimizer": "sgd"}`)).Flags["lr"]; lr != 0.01 {
		t.Errorf("want sgd's own rate, got %v", lr)
	}
}

// TestConfigOfAnotherOptimizer: what the file says of steps is of its optimiser,
// also what it says of defaults.
func TestConfigOfAnotherOptimizer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.json")
	if got := run(digits, short("--optimizer", "adamw", "--lr", "0.03", "--batch", "16", "--json", path)...); got.status != 0 {
		t.Fatalf("got %+v", got)
	}
	for _, tt := range []struct {
		args string
		want map[string]any
	}{
		{"--optimizer sgd", map[string]any{"lr": 0.01, "weight_decay": 0.0, "batch": 16.0}},
		{"--optimizer adam", map[string]any{"lr": 0.001, "weight_decay": 0.0, "batch": 16.0}},
		{"--optimizer sgd --lr 0.5 --weight-decay 0.25", map[string]any{"lr": 0.5, "weight_decay": 0.25}},
		{"--optimizer adamw", map[string]any{"lr": 0.03, "weight_decay": 0.004}},
	} {
		got := record(t, append(strings.Fields(tt.args), "--config", path)...).Flags
		for key, want := range tt.want {
			if got[key] != want {
				t.Errorf("%s: want %v of %s, got %v", tt.args, want, key, got[key])
			}
		}
	}
	if lr := record(t, "--optimizer", "sgd", "--config", config(t, `{"lr": 0.25}`)).Flags["lr"]; lr != 0.25 {
		t.Errorf("want the rate of a file that names no optimiser, got %v", lr)
	}
}

// TestConfigFindsTheData that a run had, from another folder and without the
// variable: --json holds where it was.
func TestConfigFindsTheData(t *testing.T) {
	t.Chdir(t.TempDir())
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	net, err := nets.New("simple", nets.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ dir, env, origin, want string }{
		{"some", "", "files in some", filepath.Join(here, "some")},
		{"", "some", "files in some/mnist", filepath.Join(here, "some", "mnist")},
		{"", here, "files in " + filepath.Join(here, "mnist"), filepath.Join(here, "mnist")},
		{"", "some", "files in /usr/share/mnist", ""}, // where any run looks
		{"", "some", "built in: drawn by the program, seed 1", ""},
		{"", "", "files in some", ""},
	} {
		t.Setenv(loaders.DirVariable, tt.env)
		f := &flags{Dir: tt.dir}
		d := &data{train: &loaders.Dataset{Origin: tt.origin}}
		r := &report{flags: f, data: d, outcome: &outcome{net: net, history: &train.History{}}}
		if got := r.results().Flags.Dir; got != tt.want || f.Dir != tt.dir {
			t.Errorf("%+v: want %q, got %q", tt, tt.want, got)
		}
	}
}

func TestConfigErrors(t *testing.T) {
	for _, tt := range []struct{ text, args, want string }{
		{"", "", "want a JSON object, as --json writes it, got what is none"},
		{"null", "", "want a JSON object, as --json writes it, got what is none"},
		{`{"flags": 3}`, "", "want a JSON object of flags, got 3"},
		{`{"epoch": 3}`, "", `got "epoch": did you mean epochs?`},
		{`{"csv": "x"}`, "", `got "csv"`},
		{`{"set": 1}`, "", `got "set": did you mean net?`},
		{`{"flags": {"learning": 3}}`, "", `got "learning"`},
		{`{"flags": {}, "network": "simple", "speed": 3}`, "", `got "speed"`},
		{`{"epochs": [3]}`, "", `want a text, a number, true or false for "epochs", got [3]`},
		{`{"epochs": null}`, "", `want a text, a number, true or false for "epochs", got null`},
		{`{"epochs": 1.5}`, "", `--epochs: want a whole number, got "1.5"`},
		{`{"nesterov": "perhaps"}`, "", `--nesterov: want true or false, got "perhaps"`},
		{`{"epochs": 0}`, "", "--epochs: want at least 1, got 0"},
		{`{"optimizer": "adamm"}`, "", `did you mean adam?`},
		{`{"optimizer": "lion", "momentum": 0.5}`, "", "--momentum: want --optimizer sgd or rmsprop, got lion"},
		{`{}`, "", `want flags, such as {"epochs": 3}, got none`},
		{`{"flags": {}, "network": "simple"}`, "", `want flags in "flags", got none`},
		{"{\n  \"net\": \"simple\",\n  \"né\": oh}", "", "want JSON, got at 3:9: invalid character 'o' looking for beginning of value"},
		{"{\"epochs\": 3,\n", "", "want JSON, got at 1:14: unexpected end of JSON input"},
	} {
		path := config(t, tt.text)
		got := run(digits, append([]string{"--config", path}, strings.Fields(tt.args)...)...)
		if got.status != 2 || got.stdout != "" || !strings.HasPrefix(got.stderr, "digits: --") ||
			!strings.HasSuffix(got.stderr, tt.want+"\nRun 'digits --help' for usage.\n") || strings.Count(got.stderr, "\n") != 2 {
			t.Errorf("%s: want %q, got %+v", tt.text, tt.want, got)
		}
	}
	missing := filepath.Join(t.TempDir(), "none.json")
	if got := run(digits, "--config", missing); got.status != 1 || !strings.HasPrefix(got.stderr, "digits: --config: open "+missing+": ") {
		t.Errorf("want one line that names the file, got %+v", got)
	}
}
