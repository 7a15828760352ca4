package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"euryale/nets"
)

// digits and fashion are as in the commands of those names.
var (
	digits  = Lesson{Name: "digits", Short: "Train a network to read handwritten digits, and test it", Dataset: "mnist", BuiltIn: "rendered-digits", Epochs: 20, StopAt: 0.998}
	fashion = Lesson{Name: "fashion", Short: "Train a network to tell garments apart, and test it", Dataset: "fashion", BuiltIn: "rendered-garments", Epochs: 5}
)

// result is what a run of a command leaves.
type result struct {
	status         int
	stdout, stderr string
}

func run(l Lesson, args ...string) result {
	var stdout, stderr bytes.Buffer
	status := Run(context.Background(), l, args, &stdout, &stderr)
	return result{status, stdout.String(), stderr.String()}
}

// short makes a run of a second or less.
func short(args ...string) []string {
	return append([]string{"--dataset", "rendered-digits", "--train-samples", "200", "--test-samples", "100", "--epochs", "1", "--net", "simple"}, args...)
}

// simpleReport is the report of the network simple.
const simpleReport = `Model: "simple"
___________________________________________________________________
Layer (type)                 Output Shape              Param #
===================================================================
flatten_1 (Flatten)          (None, 784)               0
___________________________________________________________________
dense_1 (Dense)              (None, 512)               401920
___________________________________________________________________
dense_2 (Dense)              (None, 10)                5130
===================================================================
Total params: 407,050
Trainable params: 407,050
Non-trainable params: 0
___________________________________________________________________
`

// figures matches the numbers that differ from run to run and machine to machine.
var figures = regexp.MustCompile(`\d+s \d+µs|\d+\.\d+(e[-+]\d+)?`)

func TestTrain(t *testing.T) {
	got := run(digits, short()...)
	want := result{0, "Dataset: rendered-digits, built in: drawn by the program, seed 1; 200 training and 100 test images\n" +
		simpleReport +
		"Epoch 1/1 - #/sample - loss: # - accuracy: #\n" +
		"100/100 - #/sample - loss: # - accuracy: #\n" +
		"[#, #]\n", ""}
	got.stdout = figures.ReplaceAllString(got.stdout, "#")
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(result{})); diff != "" {
		t.Errorf("run (-want +got):\n%s", diff)
	}
}

// TestTrainPair compares the last line with the one of evaluation.
func TestTrainPair(t *testing.T) {
	loud, quiet := run(digits, short()...), run(digits, short("--quiet")...)
	lines := strings.Split(loud.stdout, "\n")
	pair := lines[len(lines)-2]
	if want := (result{0, pair + "\n", ""}); quiet != want {
		t.Errorf("--quiet: want %+v, got %+v", want, quiet)
	}
	m := regexp.MustCompile(`^\[(\d+\.\d{4}), (0\.\d{4})\]$`).FindStringSubmatch(pair)
	if m == nil {
		t.Fatalf("want a pair such as [0.0345, 0.9912], got %q", pair)
	}
	if want := "loss: " + m[1] + " - accuracy: " + m[2]; !strings.HasSuffix(lines[len(lines)-3], want) {
		t.Errorf("want an evaluation line that ends in %q, got %q", want, lines[len(lines)-3])
	}
}

func TestSeed(t *testing.T) {
	one, again, two := run(digits, short("--quiet", "--seed=7")...), run(digits, short("--quiet", "--seed=7")...), run(digits, short("--quiet", "--seed=8")...)
	if one != again {
		t.Errorf("same seed: want the same result, got %+v and %+v", one, again)
	}
	if one == two {
		t.Errorf("want another result from another seed, got %+v twice", one)
	}
}

func TestStopAt(t *testing.T) {
	got := run(digits, short("--epochs", "9", "--stop-at", "0.05")...)
	if !strings.Contains(got.stdout, "\nReached 5% accuracy so cancelling training!\n100/100 - ") || strings.Contains(got.stdout, "Epoch 2") {
		t.Errorf("want one epoch and the reason, got %+v", got)
	}
	got = run(digits, short("--stop-at", "0.05", "--quiet")...)
	if strings.Contains(got.stdout, "Reached") {
		t.Errorf("--quiet: want no message, got %+v", got)
	}
}

func TestFashion(t *testing.T) {
	got := run(fashion, "--dataset", "rendered-garments", "--train-samples", "64", "--test-samples", "32", "--epochs", "1", "--net", "dense128")
	if got.status != 0 || !strings.HasPrefix(got.stdout, "Dataset: rendered-garments, ") || !strings.HasSuffix(got.stdout, "]\n") {
		t.Errorf("got %+v", got)
	}
}

// TestBuiltIn runs where the lesson's dataset cannot be had.
func TestBuiltIn(t *testing.T) {
	for _, name := range []string{"EURYALE_DATA", "HOME", "XDG_CACHE_HOME", "LocalAppData", "home"} {
		t.Setenv(name, "") // no folder to search, none to download to
	}
	args := []string{"--train-samples", "64", "--test-samples", "32", "--epochs", "1", "--net", "simple"}
	const notice = "Training on the built-in dataset rendered-digits: results do not compare with those on mnist.\n"
	got := run(digits, args...)
	if got.status != 0 || !strings.HasPrefix(got.stdout, notice) || !strings.Contains(got.stdout, "\nDataset: rendered-digits, built in") {
		t.Errorf("want the built-in dataset and a first line that says so, got %+v", got)
	}
	got = run(digits, append(args, "--quiet")...)
	if got.status != 0 || !strings.HasPrefix(got.stderr, notice) || strings.Count(got.stdout, "\n") != 1 {
		t.Errorf("--quiet: want the pair on stdout and the notice on stderr, got %+v", got)
	}
	got = run(digits, append(args, "--dataset", "mnist")...)
	if got.status != 1 || got.stdout != "" || !strings.Contains(got.stderr, "--data DIR") {
		t.Errorf("--dataset mnist: want an error that says what to do, got %+v", got)
	}
}

func TestHelpFitsAScreen(t *testing.T) {
	for _, l := range []Lesson{digits, fashion} {
		for _, args := range [][]string{{"--help"}, {"-h"}, {"help"}, {"summary", "--help"}, {"compare", "--help"}, {"help", "compare"}, {"show", "--help"}, {"doctor", "--help"}} {
			got := run(l, args...)
			if got.status != 0 || got.stderr != "" {
				t.Errorf("%s %v: got %+v", l.Name, args, got)
			}
			lines := strings.Split(got.stdout, "\n")
			if len(lines) > 40 {
				t.Errorf("%s %v: want at most 40 lines, got %d", l.Name, args, len(lines))
			}
			for _, line := range lines {
				if utf8.RuneCountInString(line) > 80 {
					t.Errorf("%s %v: want at most 80 columns, got %d: %s", l.Name, args, utf8.RuneCountInString(line), line)
				}
			}
		}
	}
}

func TestHelpNamesWhatThereIs(t *testing.T) {
	all := run(digits, "--help").stdout
	for _, flag := range []string{
		"--net", "--epochs", "--batch", "--lr", "--seed", "--stop-at", "--train-samples", "--test-samples",
		"--data", "--dataset", "--engine", "--json", "--quiet", "--chart", "--page", "--force", "summary", "show", "compare", "doctor", "default, gorgonia, fused", "(default 20)", "(default 0.998)", `(default "lesson")`,
	} {
		if !strings.Contains(all, flag) {
			t.Errorf("want %s in the help, got\n%s", flag, all)
		}
	}
	if help := run(fashion, "--help").stdout; !strings.Contains(help, "(default 5)") || strings.Contains(help, "0.998") {
		t.Errorf("fashion: want 5 epochs and no accuracy to stop at, got\n%s", help)
	}
	if same := run(digits, "help"); same.stdout != all {
		t.Errorf("help: want what --help prints, got %+v", same)
	}
	for _, name := range nets.Names() {
		for _, command := range []string{"summary", "compare", "doctor"} {
			if help := run(digits, command, "--help").stdout; !strings.Contains(help, nets.About(name)) {
				t.Errorf("%s --help: want a line about %s, got\n%s", command, name, help)
			}
		}
	}
}

func TestUsageErrors(t *testing.T) {
	const names = "simple, dense128, lesson, conv32, conv64, three-conv, lenet5"
	for _, tt := range []struct {
		args    string
		want    string
		command string // whose help is pointed to
	}{
		{"--colour", "unknown flag: --colour", "digits"},
		{"-x", "unknown shorthand flag: 'x' in -x", "digits"},
		{"--epochs", "flag needs an argument: --epochs", "digits"},
		{"train", `unknown command "train"`, "digits"},
		{"help train", `unknown command "train"`, "digits"},
		{"summary lesson", `summary: want no arguments, got "lesson"`, "digits summary"},
		{"compare lesson", `compare: want no arguments, got "lesson"`, "digits compare"},
		{"--epochs 0", "--epochs: want at least 1, got 0", "digits"},
		{"--epochs x", `--epochs: want a whole number, got "x"`, "digits"},
		{"--epochs 99999999999999999999", `--epochs: want a whole number, got "99999999999999999999"`, "digits"},
		{"--batch -1", "--batch: want at least 1, got -1", "digits"},
		{"--batch 1.5", `--batch: want a whole number, got "1.5"`, "digits"},
		{"--lr 0", "--lr: want a number above 0, got 0", "digits"},
		{"--lr nan", "--lr: want a number above 0, got NaN", "digits"},
		{"--lr inf", "--lr: want a number above 0, got +Inf", "digits"},
		{"--lr fast", `--lr: want a number, got "fast"`, "digits"},
		{"--seed -1", `--seed: want a whole number of at least 0, got "-1"`, "digits"},
		{"--stop-at 99", "--stop-at: want an accuracy from 0 to 1, got 99", "digits"},
		{"--stop-at -0.5", "--stop-at: want an accuracy from 0 to 1, got -0.5", "digits"},
		{"--stop-at nan", "--stop-at: want an accuracy from 0 to 1, got NaN", "digits"},
		{"--train-samples -1", "--train-samples: want at least 0, got -1", "digits"},
		{"--test-samples -1", "--test-samples: want at least 0, got -1", "digits"},
		{"--quiet=perhaps", `--quiet: want true or false, got "perhaps"`, "digits"},
		{"--engine steam", `--engine: want default, gorgonia, fused, got "steam"`, "digits"},
		{"--net resnet", "--net: want one of " + names + `, got "resnet"`, "digits"},
		{"summary --net resnet", "--net: want one of " + names + `, got "resnet"`, "digits summary"},
		{"summary --epochs 3", "unknown flag: --epochs", "digits summary"},
		{"--dataset cifar", `--dataset: want one of mnist, fashion, rendered-digits, rendered-garments, got "cifar"`, "digits"},
		{"compare --nets simple,resnet", "--nets: want one of " + names + `, got "resnet"`, "digits compare"},
		{"compare --nets=", "--nets: want at least one network, got none", "digits compare"},
		{"compare --epochs 0", "--epochs: want at least 1, got 0", "digits compare"},
		{"compare --net simple", "unknown flag: --net", "digits compare"},
		{"doctor lesson", `doctor: want no arguments, got "lesson"`, "digits doctor"},
		{"doctor --net resnet", "--net: want one of " + names + `, got "resnet"`, "digits doctor"},
		{"doctor --batch 0", "--batch: want at least 1, got 0", "digits doctor"},
		{"doctor --engine fused", "unknown flag: --engine", "digits doctor"},
	} {
		t.Run(tt.args, func(t *testing.T) {
			want := result{2, "", "digits: " + tt.want + "\nRun '" + tt.command + " --help' for usage.\n"}
			if diff := cmp.Diff(want, run(digits, strings.Fields(tt.args)...), cmp.AllowUnexported(result{})); diff != "" {
				t.Errorf("run (-want +got):\n%s", diff)
			}
		})
	}
}

func TestData(t *testing.T) {
	dir := t.TempDir()
	missing := filepath.Join(dir, "missing")
	damaged := filepath.Join(dir, "damaged")
	if err := os.Mkdir(damaged, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"} {
		if err := os.WriteFile(filepath.Join(damaged, name), []byte{0, 0, 8, 3, 0, 0}, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name, dir string
		want      string // in the error
	}{
		{"no folder", missing, missing},
		{"empty folder", dir, "train-images-idx3-ubyte"},
		{"damaged files", damaged, damaged + string(filepath.Separator)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := run(digits, "--data", tt.dir, "--net", "simple", "--epochs", "1")
			if got.status != 1 || got.stdout != "" || strings.Count(got.stderr, "\n") != 1 ||
				!strings.HasPrefix(got.stderr, "digits: --data: ") || !strings.Contains(got.stderr, tt.want) {
				t.Errorf("want one line about --data that names %s, got %+v", tt.want, got)
			}
		})
	}
}

func TestJSON(t *testing.T) {
	path := filepath.Join(t.TempDir(), "result.json")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	out := run(digits, short("--epochs", "2", "--json", path, "--lr", "0.002", "--stop-at", "0")...)
	if out.status != 0 {
		t.Fatalf("got %+v", out)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	type point struct{ Loss, Accuracy, Seconds float64 }
	var got struct {
		Dataset, Origin, Network string
		Parameters               int
		Flags                    map[string]any
		Epochs                   []point
		USPerSample              float64 `json:"us_per_sample"`
		Test                     point
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&got); err != nil {
		t.Fatal(err)
	}
	want := got
	want.Dataset, want.Network, want.Parameters = "rendered-digits", "simple", 407_050
	want.Origin = "built in: drawn by the program, seed 1"
	want.Flags = map[string]any{
		"net": "simple", "epochs": 2.0, "batch": 32.0, "lr": 0.002, "seed": 1.0, "stop_at": 0.0, "train_samples": 200.0,
		"test_samples": 100.0, "data": "", "dataset": "rendered-digits", "engine": "default",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	if len(got.Epochs) != 2 {
		t.Fatalf("want 2 epochs, got %+v", got.Epochs)
	}
	var seconds float64
	for i, e := range got.Epochs {
		if e.Loss <= 0 || e.Accuracy <= 0 || e.Accuracy > 1 || e.Seconds <= 0 {
			t.Errorf("epoch %d: %+v", i+1, e)
		}
		seconds += e.Seconds
	}
	if diff := cmp.Diff(seconds*1e6/400, got.USPerSample, cmpopts.EquateApprox(1e-6, 0)); diff != "" {
		t.Errorf("us_per_sample (-want +got):\n%s", diff)
	}
	pair := figures.FindAllString(out.stdout[strings.LastIndex(out.stdout, "["):], -1)
	for i, v := range []float64{got.Test.Loss, got.Test.Accuracy} {
		if diff := cmp.Diff(number(t, pair[i]), v, cmpopts.EquateApprox(0, 0.00005)); diff != "" {
			t.Errorf("test (-printed +got):\n%s", diff)
		}
	}
	wantFiles(t, filepath.Dir(path), "result.json")
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	var x float64
	if err := json.Unmarshal([]byte(s), &x); err != nil {
		t.Fatal(err)
	}
	return x
}

// wantFiles wants a folder to hold files of these names and no other.
func wantFiles(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

// TestJSONFailsFirst has files that cannot be written, which must be noticed before training.
func TestJSONFailsFirst(t *testing.T) {
	dir := t.TempDir()
	for _, tt := range []struct{ name, path, want string }{
		{"folder", dir, "digits: --json: want a file, got the folder " + dir + "\n"},
		{"no folder", filepath.Join(dir, "none", "result.json"), "digits: --json: cannot write " + filepath.Join(dir, "none", "result.json") + ": "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := run(digits, short("--json", tt.path)...)
			if got.status != 1 || got.stdout != "" || !strings.HasPrefix(got.stderr, tt.want) || strings.Contains(got.stderr, ".euryale") {
				t.Errorf("want %q, got %+v", tt.want, got)
			}
		})
	}
	wantFiles(t, dir)
}

// TestJSONFailsLast loses the folder while it trains, but not the result.
func TestJSONFailsLast(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "lost")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "result.json")
	stdout, stderr := &hooked{at: "Model:", do: func() { os.Remove(dir) }}, &bytes.Buffer{}
	status := Run(context.Background(), digits, short("--json", path), stdout, stderr)
	if want := "digits: --json: cannot write " + path + ": "; status != 1 || !strings.HasPrefix(stderr.String(), want) {
		t.Errorf("want exit status 1 and %q, got %d and %q", want, status, stderr)
	}
	if !strings.HasSuffix(stdout.text.String(), "]\n") {
		t.Errorf("want the result all the same, got %q", &stdout.text)
	}
}

func TestSummary(t *testing.T) {
	if diff := cmp.Diff(result{0, simpleReport, ""}, run(digits, "summary", "--net", "simple"), cmp.AllowUnexported(result{})); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
	if before, after := run(digits, "--net", "simple", "summary"), run(digits, "summary", "--net", "simple"); before != after {
		t.Errorf("want flags before and after the command to do the same, got %+v and %+v", before, after)
	}
}

func TestSummaryExplains(t *testing.T) {
	got := run(fashion, "summary", "--explain")
	for _, want := range []string{
		"(28-3)/1+1 = 26", "3·3·1·64+64 = 640", "3·3·64·64+64 = 36,928", "1600·128+128 = 204,928",
		"(None, 64, 26, 26)", "(None, 1600)", "Total params: 243,786\n", "Multiply-adds: ", " bytes",
	} {
		if !strings.Contains(got.stdout, want) {
			t.Errorf("want %q, got\n%s", want, got.stdout)
		}
	}
	if got.status != 0 || got.stderr != "" {
		t.Errorf("got %+v", got)
	}
}

func TestCompare(t *testing.T) {
	args := []string{"compare", "--nets", "simple, dense128", "--dataset", "rendered-digits", "--train-samples", "200", "--test-samples", "100", "--epochs", "2"}
	table := "network     parameters  epochs  s/epoch  train accuracy  test accuracy\n" +
		"simple          407050       2      #          #         #\n" +
		"dense128        101770       2      #          #         #\n"
	got := run(digits, append(args, "--quiet")...)
	got.stdout = figures.ReplaceAllString(got.stdout, "#")
	if diff := cmp.Diff(result{0, table, ""}, got, cmp.AllowUnexported(result{})); diff != "" {
		t.Errorf("--quiet (-want +got):\n%s", diff)
	}
	got = run(digits, args...)
	got.stdout = figures.ReplaceAllString(got.stdout, "#")
	if got.status != 0 || !strings.HasPrefix(got.stdout, "Dataset: rendered-digits, ") || !strings.HasSuffix(got.stdout, "\n"+table) ||
		strings.Count(got.stdout, "Model: ") != 2 || strings.Count(got.stdout, "Epoch 2/2 - ") != 2 {
		t.Errorf("want the dataset, two runs and the table, got %+v", got)
	}
}

// hooked is a writer that does something when it is given a certain text.
type hooked struct {
	text bytes.Buffer
	at   string
	do   func()
}

func (h *hooked) Write(p []byte) (int, error) {
	if strings.Contains(string(p), h.at) {
		h.do()
	}
	return h.text.Write(p)
}

func TestInterrupted(t *testing.T) {
	for _, tt := range []struct {
		name string
		at   string // the text at which the user interrupts
		args []string
		last string // line on stdout
	}{
		{"before training", "Model:", short("--epochs", "50"), strings.Repeat("_", 67)},
		{"in training", "Epoch 3/50", short("--epochs", "50", "--stop-at", "0"), "Epoch 3/50 - #/sample - loss: # - accuracy: #"},
		{"comparing", "100/100", []string{"compare", "--nets", "simple,dense128", "--dataset", "rendered-digits", "--train-samples", "200", "--test-samples", "100", "--epochs", "1"}, "simple          407050       1      #          #         #"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if tt.args[0] != "compare" {
				tt.args = append(tt.args, "--json", filepath.Join(dir, "result.json"))
			}
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			stdout, stderr := &hooked{at: tt.at, do: cancel}, &bytes.Buffer{}
			if status := Run(ctx, digits, tt.args, stdout, stderr); status != 130 {
				t.Errorf("want exit status 130, got %d", status)
			}
			if want := "digits: interrupted\n"; stderr.String() != want {
				t.Errorf("want %q on stderr, got %q", want, stderr)
			}
			lines := strings.Split(strings.TrimSuffix(figures.ReplaceAllString(stdout.text.String(), "#"), "\n"), "\n")
			if last := lines[len(lines)-1]; last != tt.last {
				t.Errorf("want a last line of %q, got %q", tt.last, last)
			}
			wantFiles(t, dir)
		})
	}
}

func TestDiverged(t *testing.T) {
	got := run(digits, short("--lr", "1e30")...)
	if got.status != 1 || !strings.HasPrefix(got.stderr, "digits: epoch 1, after ") || strings.Count(got.stderr, "\n") != 1 ||
		!strings.Contains(got.stderr, "smaller learning rate") {
		t.Errorf("want one line that says what to do, got %+v", got)
	}
}

// failing is an output that is closed.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestOutputFails(t *testing.T) {
	for _, args := range [][]string{short(), short("--quiet"), {"summary"}} {
		var stderr bytes.Buffer
		status := Run(context.Background(), digits, args, failing{}, &stderr)
		if want := "digits: " + io.ErrClosedPipe.Error() + "\n"; status != 1 || stderr.String() != want {
			t.Errorf("%v: want exit status 1 and %q, got %d and %q", args, want, status, &stderr)
		}
	}
}
