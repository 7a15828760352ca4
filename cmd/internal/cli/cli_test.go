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
	"euryale/train"
)

// digits and fashion are as in the commands of those names.
var (
	digits  = Lesson{Name: "digits", Short: "Train a network to read handwritten digits, and test it", Dataset: "mnist", BuiltIn: "rendered-digits", Epochs: 20, StopAt: 0.998, Prepared: "digit", Title: "Handwritten digits", Thing: "a digit"}
	fashion = Lesson{Name: "fashion", Short: "Train a network to tell garments apart, and test it", Dataset: "fashion", BuiltIn: "rendered-garments", Epochs: 5, Prepared: "garment", Title: "Garments", Thing: "a garment"}
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

// figures matches the numbers that differ from run to run and machine to
// machine.
var figures = regexp.MustCompile(`\d+s \d+µs|\d+\.\d+(e[-+]\d+)?`)

func TestTrain(t *testing.T) {
	got := run(digits, short()...)
	want := result{0, "Dataset: rendered-digits, built in: drawn by the program, seed 1; 200 training and 100 test images\n" +
		simpleReport +
		"Epoch 1/1 - #/sample - loss: # - accuracy: #\n" +
		"100/100 - #/sample - loss: # - accuracy: #\n" +
		"balanced accuracy: # - macro F1: # - top-2 accuracy: #\n" +
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
	if want := "loss: " + m[1] + " - accuracy: " + m[2]; !strings.HasSuffix(lines[len(lines)-4], want) {
		t.Errorf("want an evaluation line that ends in %q, got %q", want, lines[len(lines)-4])
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
	nowhere(t)
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
	const todo = ": put the four IDX files in a folder that EURYALE_DATA names, or that --data names; --dataset rendered-digits needs none\n"
	if got.status != 1 || got.stdout != "" || !strings.HasSuffix(got.stderr, todo) {
		t.Errorf("--dataset mnist: want an error that says what to do, got %+v", got)
	}
}

// TestBuiltInIsMarked: what is printed last is what is read, and kept.
func TestBuiltInIsMarked(t *testing.T) {
	nowhere(t)
	const mark = "the built-in dataset rendered-digits, not mnist"
	dir := t.TempDir()
	args := []string{"--train-samples", "64", "--test-samples", "32", "--epochs", "1", "--quiet"}
	got := run(digits, append(args, "--net", "simple", "--json", filepath.Join(dir, "run.json"), "--page", filepath.Join(dir, "run.html"))...)
	if !regexp.MustCompile(`^\[[0-9.]+, [0-9.]+\] on ` + mark + "\n$").MatchString(got.stdout) {
		t.Errorf("want a closing line that says so, got %+v", got)
	}
	wantText(t, filepath.Join(dir, "run.html"), "<h1>digits: the network simple on "+mark+"</h1>")
	wantText(t, filepath.Join(dir, "run.json"), `"instead_of": "mnist"`)
	got = run(digits, append(args, "compare", "--nets", "simple")...)
	if !strings.HasSuffix(got.stdout, "\nThese are of "+mark+".\n") {
		t.Errorf("compare: want a last line that says so, got %+v", got)
	}
}

// wantText wants a file that holds the text.
func wantText(t *testing.T, path, want string) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || !strings.Contains(string(got), want) {
		t.Errorf("%s: want %q in it, got %.900q and error %v", path, want, got, err)
	}
}

// nowhere leaves no folder to search, and none to download to.
func nowhere(t *testing.T) {
	for _, name := range []string{"EURYALE_DATA", "HOME", "XDG_CACHE_HOME", "LocalAppData", "home"} {
		t.Setenv(name, "")
	}
}

// TestEnvironmentIsAWish: drawn images do not stand in for those of
// EURYALE_DATA.
func TestEnvironmentIsAWish(t *testing.T) {
	nowhere(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, value, want string }{
		{"damaged files", damaged(t), "digits: EURYALE_DATA: MNIST training: "},
		{"no folder", filepath.Join(dir, "none"), "digits: MNIST: EURYALE_DATA: stat " + filepath.Join(dir, "none") + ": "},
		{"a file", file, "digits: MNIST: EURYALE_DATA: want a folder with the four IDX files, got the file " + file + "\n"},
		{"not expanded", "~/euryale", "digits: MNIST: EURYALE_DATA: a shell replaces ~ only at the start of a word and outside quotes: "},
		{"without the dataset", dir, "digits: MNIST: not found in " + dir + ", "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("EURYALE_DATA", tt.value)
			for _, args := range [][]string{{"--net", "simple", "--epochs", "1"}, {"show", "0"}, {"compare", "--nets", "simple"}} {
				got := run(digits, args...)
				if got.status != 1 || got.stdout != "" || !strings.HasPrefix(got.stderr, tt.want) || strings.Count(got.stderr, "\n") != 1 {
					t.Errorf("%v: want %q, got %+v", args, tt.want, got)
				}
			}
			if got := run(digits, short("--quiet")...); got.status != 0 {
				t.Errorf("--dataset rendered-digits: want it not to be looked at, got %+v", got)
			}
		})
	}
}

// TestTooFewImages: more images than there are is a wish that cannot be met.
func TestTooFewImages(t *testing.T) {
	few := &data{name: "mnist", train: garments(), test: garments()}
	for want, f := range map[string]flags{
		"--train-samples: want at most 2, as mnist has, got 3": {TrainSamples: 3, TestSamples: 2},
		"--test-samples: want at most 2, as mnist has, got 5":  {TrainSamples: 2, TestSamples: 5},
		"": {TrainSamples: 2, TestSamples: 1},
	} {
		got := ""
		if err := f.checkSamples(few); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("want %q, got %q", want, got)
		}
	}
}

func TestHelpFitsAScreen(t *testing.T) {
	for _, l := range []Lesson{digits, fashion, ownImages} {
		for _, args := range [][]string{{"--help"}, {"data", "--help"}, {"evaluate", "--help"}, {"-h"}, {"help"}, {"summary", "--help"}, {"compare", "--help"}, {"help", "compare"}, {"show", "--help"}, {"doctor", "--help"}, {"predict", "--help"}, {"serve", "--help"}, {"findlr", "--help"}} {
			got := run(l, args...)
			if got.status != 0 || got.stderr != "" {
				t.Errorf("%s %v: got %+v", l.Name, args, got)
			}
			lines := strings.Split(got.stdout, "\n")
			most := 40
			if l.Own {
				most = 44 // there is more to say of pictures
			}
			if strings.Contains(got.stdout, "\nOptimiser:\n") {
				most = 115 // in groups
			}
			if len(lines) > most {
				t.Errorf("%s %v: want at most %d lines, got %d", l.Name, args, most, len(lines))
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
		"--data", "--dataset", "--engine", "--json", "--quiet", "--chart", "--page", "--force", "--config", "--csv", "--jsonl", "--tensorboard",
		"--optimizer", "--momentum", "--nesterov", "--weight-decay", "--schedule", "--warm-up", "--validation-share", "--validate-every", "--patience", "--dropout", "--clip-norm",
		"--accumulate", "--ema", "--label-smoothing", "--class-weights", "Training:", "Optimiser:", "Generalisation:", "Data:", "\nOutput (without --validation-share, --chart, --json, --page, --pictures and\n--tensorboard add val_loss and val_accuracy of the test images):\n", "summary", "show", "compare", "findlr", "doctor", "default, gorgonia, fused", "--augment", "--normalize", "--suspects", "data ", "(default 20)", "(default 0.998)", "evaluate", "\nKeeping it:\n", "--save", "--load", "--freeze-until", "--checkpoint", "--keep", "--checkpoint-every", "--resume", `(default "lesson")`,
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
	const names = "simple, dense128, lesson, conv32, conv64, three-conv, lenet5, conv5, vgg-small, all-conv, resnet20, mobile"
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
		{"--net inception", "--net: want one of " + names + `, got "inception"`, "digits"},
		{"summary --net inception", "--net: want one of " + names + `, got "inception"`, "digits summary"},
		{"summary --epochs 3", "unknown flag: --epochs", "digits summary"},
		{"--dataset cifar", `--dataset: want one of mnist, fashion, cifar10, cifar100, rendered-digits, rendered-garments, got "cifar": did you mean cifar10?`, "digits"},
		{"compare --nets simple,inception", "--nets: want one of " + names + `, got "inception"`, "digits compare"},
		{"compare --nets=", "--nets: want at least one network, got none", "digits compare"},
		{"compare --epochs 0", "--epochs: want at least 1, got 0", "digits compare"},
		{"compare --net simple", "unknown flag: --net: did you mean --nets?", "digits compare"},
		{"--epoch 3", "unknown flag: --epoch: did you mean --epochs?", "digits"},
		{"-epochs 3", "unknown shorthand flag: 'e' in -epochs: did you mean --epochs?", "digits"},
		{"sumary", `unknown command "sumary": did you mean summary?`, "digits"},
		{"--net resnet", "--net: want one of " + names + `, got "resnet": did you mean resnet20?`, "digits"},
		{"--net lenet", "--net: want one of " + names + `, got "lenet": did you mean lenet5?`, "digits"},
		{"compare --nets simple,leson", "--nets: want one of " + names + `, got "leson": did you mean lesson?`, "digits compare"},
		{"--engine fuse", `--engine: want default, gorgonia, fused, got "fuse": did you mean fused?`, "digits"},
		{"--dataset minst", `--dataset: want one of mnist, fashion, cifar10, cifar100, rendered-digits, rendered-garments, got "minst": did you mean mnist?`, "digits"},
		{"--page=", "--page: want FILE, got an empty string", "digits"},
		{"--json=", "--json: want FILE, got an empty string", "digits"},
		{"--pictures=", "--pictures: want DIR, got an empty string", "digits"},
		{"--data=", "--data: want DIR, got an empty string", "digits"},
		{"--dataset=", "--dataset: want NAME, got an empty string", "digits"},
		{"--net=", "--net: want NAME, got an empty string", "digits"},
		{"show 1 --data=", "--data: want DIR, got an empty string", "digits show"},
		{"compare --data=", "--data: want DIR, got an empty string", "digits compare"},
		{"doctor --json=", "--json: want FILE, got an empty string", "digits doctor"},
		{"doctor --data=", "--data: want DIR, got an empty string", "digits doctor"},
		{"doctor --force", "--force: want --json or --trace too", "digits doctor"},
		{"doctor --trace=", "--trace: want FILE, got an empty string", "digits doctor"},
		{"doctor --trace -", "--trace: want a name, got -, which only --json takes: ./- is a name", "digits doctor"},
		{"doctor --json x --trace ./x", "--trace: want another file than that of --json, got ./x", "digits doctor"},
		{"--trace x", "unknown flag: --trace", "digits"},
		{"--force", "--force: want --json, --csv, --jsonl, --tensorboard, --page, --pictures, --save or --checkpoint too", "digits"},
		{"--convolution 2", "--convolution: want --pictures, --page or --tensorboard too", "digits"},
		{"--json x --image-class 2", "--image-class: want --pictures, --page or --tensorboard too", "digits"},
		{"--page x --all-convolutions", "--all-convolutions: want --pictures too", "digits"},
		{"--page x --net simple --convolution 1", "--convolution: the network simple has no layer that makes an image", "digits"},
		{"--pictures x --net simple --all-convolutions", "--all-convolutions: the network simple has no layer that makes an image", "digits"},
		{"--page x --net simple --image-class 1", "--image-class: the network simple has no layer that makes an image", "digits"},
		{"--page -", "--page: want a name, got -, which only --json takes: ./- is a name", "digits"},
		{"--pictures -", "--pictures: want a name, got -, which only --json takes: ./- is a name", "digits"},
		{"--page x --pictures ./x", "--pictures: want another file than that of --page, got ./x", "digits"},
		{"--json x/curves.png --pictures x", "--pictures: want another file than that of --json, got x/curves.png", "digits"},
		{"--data x --dataset rendered-digits", "--data: rendered-digits is drawn, not read from files", "digits"},
		{"show 1 --data x --dataset rendered-digits", "--data: rendered-digits is drawn, not read from files", "digits show"},
		{"--optimizer adamm", `--optimizer: want one of adam, adamw, sgd, rmsprop, lion, got "adamm": did you mean adam?`, "digits"},
		{"--optimiser sgd", "unknown flag: --optimiser: did you mean --optimizer?", "digits"},
		{"--optimizer=", "--optimizer: want NAME, got an empty string", "digits"},
		{"--momentum 0.9", "--momentum: want --optimizer sgd or rmsprop, got adam", "digits"},
		{"--optimizer sgd --momentum 1", "--momentum: want 0 to below 1, got 1", "digits"},
		{"--momentum nan", "--momentum: want 0 to below 1, got NaN", "digits"},
		{"--nesterov", "--nesterov: want --optimizer sgd, got adam", "digits"},
		{"--nesterov --optimizer sgd", "--nesterov: want a --momentum above 0, got 0", "digits"},
		{"--weight-decay 0.1", "--weight-decay: want --optimizer adamw, sgd, rmsprop or lion, got adam", "digits"},
		{"--weight-decay -1 --optimizer sgd", "--weight-decay: want a number of at least 0, got -1", "digits"},
		{"--weight-decay inf --optimizer sgd", "--weight-decay: want a number of at least 0, got +Inf", "digits"},
		{"--weight-decay 0 --optimizer adamw", "--weight-decay: want a number above 0 with adamw, as adam is that without, got 0", "digits"},
		{"--schedule cosin", `--schedule: want one of constant, step, exponential, cosine, one-cycle, polynomial, got "cosin": did you mean cosine?`, "digits"},
		{"--warm-up 5 --epochs 5", "--warm-up: want 0 epochs or more, but fewer than --epochs, which is 5, got 5", "digits"},
		{"--warm-up -1", "--warm-up: want 0 epochs or more, but fewer than --epochs, which is 20, got -1", "digits"},
		{"--warm-up 1e24", "--warm-up: want 0 epochs or more, but fewer than --epochs, which is 20, got 1000000000000000000000000", "digits"},
		{"--epochs 9223372036854775807 --schedule cosine --train-samples 64 --dataset rendered-digits", "--epochs: want at most 4611686018427387903, of 2 steps each, got 9223372036854775807", "digits"},
		{"compare --epochs 9223372036854775807 --train-samples 64 --dataset rendered-digits", "--epochs: want at most 4611686018427387903, of 2 steps each, got 9223372036854775807", "digits compare"},
		{"--warmup 1", "unknown flag: --warmup: did you mean --warm-up?", "digits"},
		{"--warm-up 1 --schedule one-cycle", "--warm-up: want another --schedule, as this one rises by itself, got one-cycle", "digits"},
		{"--validation-share 1", "--validation-share: want a share of 0 to below 1, got 1", "digits"},
		{"--validation-share nan", "--validation-share: want a share of 0 to below 1, got NaN", "digits"},
		{"--validate-every -1", "--validate-every: want at least 0, got -1", "digits"},
		{"--validate-every 9", "--validate-every: want a --validation-share above 0, got 0", "digits"},
		{"findlr --validate-every 9", "unknown flag: --validate-every", "digits findlr"},
		{"--patience 3", "--patience: want a --validation-share above 0, got 0", "digits"},
		{"--patience -1", "--patience: want at least 0, got -1", "digits"},
		{"--patience 1.5", `--patience: want a whole number, got "1.5"`, "digits"},
		{"--dropout 1", "--dropout: want a share of 0 to below 1, got 1", "digits"},
		{"--dropout nan", "--dropout: want a share of 0 to below 1, got NaN", "digits"},
		{"compare --dropout -0.5", "--dropout: want a share of 0 to below 1, got -0.5", "digits compare"},
		{"summary --dropout 1.5", "--dropout: want a share of 0 to below 1, got 1.5", "digits summary"},
		{"--clip-norm -1", "--clip-norm: want a number of at least 0, got -1", "digits"},
		{"--clip-norm inf", "--clip-norm: want a number of at least 0, got +Inf", "digits"},
		{"--accumulate 0", "--accumulate: want at least 1, got 0", "digits"},
		{"--ema 1", "--ema: want 0 to below 1, got 1", "digits"},
		{"--ema -0.5", "--ema: want 0 to below 1, got -0.5", "digits"},
		{"--label-smoothing 1", "--label-smoothing: want a share of 0 to below 1, got 1", "digits"},
		{"--class-weights balancd", `--class-weights: want numbers of at least 0 with commas between them, or balanced, got "balancd": did you mean balanced?`, "digits"},
		{"--class-weights 1,-2", `--class-weights: want numbers of at least 0 with commas between them, or balanced, got "-2"`, "digits"},
		{"--class-weights 0,0,0", "--class-weights: want one number at least above 0, got 0,0,0", "digits"},
		{"--class-weights 1,,2", `--class-weights: want numbers of at least 0 with commas between them, or balanced, got ""`, "digits"},
		{"--class-weights=", "--class-weights: want LIST, got an empty string", "digits"},
		{"--class-weights 1,2 --dataset rendered-digits", "--class-weights: want 10 numbers, one a class, got 2", "digits"},
		{"--class-weights balanced --dataset rendered-digits --train-samples 5", "--class-weights: want images of each class to balance them, got none of 0", "digits"},
		{"compare --ema 1", "--ema: want 0 to below 1, got 1", "digits compare"},
		{"--csv=", "--csv: want FILE, got an empty string", "digits"},
		{"--tensorboard=", "--tensorboard: want DIR, got an empty string", "digits"},
		{"--csv -", "--csv: want a name, got -, which only --json takes: ./- is a name", "digits"},
		{"--tensorboard -", "--tensorboard: want a name, got -, which only --json takes: ./- is a name", "digits"},
		{"--json x --csv ./x", "--csv: want another file than that of --json, got ./x", "digits"},
		{"--jsonl=", "--jsonl: want FILE, got an empty string", "digits"},
		{"--jsonl -", "--jsonl: want a name, got -, which only --json takes: ./- is a name", "digits"},
		{"--csv x --jsonl ./x", "--jsonl: want another file than that of --csv, got ./x", "digits"},
		{"--csv x --tensorboard ./x", "--tensorboard: want another file than that of --csv, got ./x", "digits"},
		{"--tensorbord x", "unknown flag: --tensorbord: did you mean --tensorboard?", "digits"},
		{"compare --csv x", "unknown flag: --csv", "digits compare"},
		{"compare --optimizer adamm", `--optimizer: want one of adam, adamw, sgd, rmsprop, lion, got "adamm": did you mean adam?`, "digits compare"},
		{"findlr lesson", `findlr: want no arguments, got "lesson"`, "digits findlr"},
		{"findlr --net inception", "--net: want one of " + names + `, got "inception"`, "digits findlr"},
		{"findlr --lr 0.1", "unknown flag: --lr", "digits findlr"},
		{"findlr --low 0", "--low: want a number above 0, got 0", "digits findlr"},
		{"findlr --low inf", "--low: want a number above 0, got +Inf", "digits findlr"},
		{"findlr --low 0.1 --high 0.1", "--high: want a number above --low, got 0.1", "digits findlr"},
		{"findlr --high inf", "--high: want a number above --low, got +Inf", "digits findlr"},
		{"findlr --high nan", "--high: want a number above --low, got NaN", "digits findlr"},
		{"findlr --steps 9", "--steps: want at least 10, got 9", "digits findlr"},
		{"findlr --batch 0", "--batch: want at least 1, got 0", "digits findlr"},
		{"findlr --momentum 0.9", "--momentum: want --optimizer sgd or rmsprop, got adam", "digits findlr"},
		{"findlr --force", "--force: want --json or --pictures too", "digits findlr"},
		{"findlr --pictures -", "--pictures: want a name, got -, which only --json takes: ./- is a name", "digits findlr"},
		{"findlr --json x/rates.svg --pictures x", "--pictures: want another file than that of --json, got x/rates.svg", "digits findlr"},
		{"doctor lesson", `doctor: want no arguments, got "lesson"`, "digits doctor"},
		{"doctor --net inception", "--net: want one of " + names + `, got "inception"`, "digits doctor"},
		{"doctor --batch 0", "--batch: want at least 1, got 0", "digits doctor"},
		{"doctor --engine steam", `--engine: want default, gorgonia, fused, got "steam"`, "digits doctor"},
	} {
		t.Run(tt.args, func(t *testing.T) {
			want := result{2, "", "digits: " + tt.want + "\nRun '" + tt.command + " --help' for usage.\n"}
			if diff := cmp.Diff(want, run(digits, strings.Fields(tt.args)...), cmp.AllowUnexported(result{})); diff != "" {
				t.Errorf("run (-want +got):\n%s", diff)
			}
		})
	}
}

// damaged is a folder of files that bear the names of MNIST's.
func damaged(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte{0, 0, 8, 3, 0, 0}, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestData(t *testing.T) {
	dir := t.TempDir()
	missing := filepath.Join(dir, "missing")
	damaged := damaged(t)
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
	out := run(digits, short("--epochs", "2", "--json", path, "--lr", "0.002", "--stop-at", "0")...)
	if out.status != 0 {
		t.Fatalf("got %+v", out)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	type point struct{ Loss, Accuracy float64 }
	var got struct {
		Dataset, Origin, Network string
		Parameters               int
		Flags, Outputs           map[string]any
		Interrupted              bool
		Epochs                   []struct {
			Loss, Accuracy, Seconds float64
			Validation              point
		}
		USPerSample float64 `json:"us_per_sample"`
		Test        point
		Classes     []string
		Confusion   [][]int
		Scores      *train.Scores
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
		"optimizer": "adam", "momentum": 0.0, "nesterov": false, "weight_decay": 0.0, "schedule": "constant", "warm_up": 0.0,
		"validation_share": 0.0, "validate_every": 0.0, "patience": 0.0, "dropout": 0.0, "clip_norm": 0.0, "accumulate": 1.0, "ema": 0.0, "label_smoothing": 0.0, "class_weights": "",
		"load": "", "freeze_until": "", "augment": "none", "normalize": "none",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	outputs := map[string]any{
		"json": path, "csv": "", "jsonl": "", "tensorboard": "", "quiet": false, "chart": false, "page": "", "force": false,
		"pictures": "", "convolution": 1.0, "all_convolutions": false, "image_class": -1.0,
		"save": "", "checkpoint": "", "keep": 2.0, "checkpoint_every": 0.0, "resume": false, "suspects": 0.0,
	}
	if diff := cmp.Diff(outputs, got.Outputs); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
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
	if last := got.Epochs[1].Validation; last != got.Test || got.Epochs[0].Validation == last {
		t.Errorf("want the last validation to be the test %v, and the first another, got %+v", got.Test, got.Epochs)
	}
	checkConfusion(t, got.Classes, got.Confusion, got.Test.Accuracy)
	checkScores(t, got.Scores, got.Confusion, got.Test.Accuracy)
	if want := "\n" + got.Scores.Summary() + "\nWrote "; !strings.Contains(out.stdout, want) {
		t.Errorf("want the scores %q, got %s", want, out.stdout)
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

// checkConfusion holds the matrix to the accuracy of a test on 100 images, ten
// a class.
func checkConfusion(t *testing.T, classes []string, confusion [][]int, accuracy float64) {
	t.Helper()
	if len(classes) != 10 || classes[3] != "3" || len(confusion) != 10 {
		t.Fatalf("want ten classes and as many rows, got %q and %v", classes, confusion)
	}
	right := 0
	for i, row := range confusion {
		right += row[i]
		sum := 0
		for _, n := range row {
			sum += n
		}
		if sum != 10 {
			t.Errorf("class %d: want a row of ten images, got %v", i, row)
		}
	}
	if diff := cmp.Diff(accuracy, float64(right)/100, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
		t.Errorf("accuracy (-test +confusion):\n%s", diff)
	}
}

// checkScores holds the scores to the matrix and the accuracy of a test on ten
// images a class.
func checkScores(t *testing.T, s *train.Scores, confusion [][]int, accuracy float64) {
	t.Helper()
	if s == nil || len(s.Classes) != 10 || s.Confusion != nil || s.Samples != 100 || s.ROCAUC != nil || len(s.TopK) != 5 {
		t.Fatalf("want scores of ten classes without their confusion, got %+v", s)
	}
	for i, c := range s.Classes {
		if want := float64(confusion[i][i]) / 10; c.Recall != want || c.Support != 10 {
			t.Errorf("class %d: want recall %v of 10 images, got %+v", i, want, c)
		}
	}
	got := []float64{s.Accuracy, s.BalancedAccuracy, s.Weighted.Recall, s.Macro.Recall, s.TopK[0]}
	want := []float64{accuracy, accuracy, accuracy, accuracy, accuracy}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
		t.Errorf("accuracy (-test +scores):\n%s", diff)
	}
}

// TestJSONOnStandardOutput has nothing but JSON there.
func TestJSONOnStandardOutput(t *testing.T) {
	for _, args := range [][]string{short("--json", "-", "--chart"), short("--json", "-", "--quiet")} {
		got := run(digits, args...)
		var object struct{ Network string }
		if err := json.Unmarshal([]byte(got.stdout), &object); err != nil || got.status != 0 || object.Network != "simple" {
			t.Errorf("%v: want JSON alone, got %+v and error %v", args, got, err)
		}
		if _, err := os.Lstat("-"); err == nil {
			t.Error("want no file of the name -")
		}
	}
	got := run(digits, short("--json", "-")...)
	if !strings.HasPrefix(got.stderr, "Dataset: ") || !strings.HasSuffix(got.stderr, "]\n") {
		t.Errorf("want all else on standard error, got %+v", got)
	}
}

// TestJSONNeverReplaces a file, unless --force.
func TestJSONNeverReplaces(t *testing.T) {
	path := filepath.Join(t.TempDir(), "result.json")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{short("--json", path), {"doctor", "--json", path}} {
		got := run(digits, args...)
		want := result{1, "", "digits: --json: " + path + " exists: write elsewhere, or replace it with --force\n"}
		if got != want {
			t.Errorf("want %+v, got %+v", want, got)
		}
		wantContent(t, path, "old")
	}
	if got := run(digits, short("--json", path, "--force")...); got.status != 0 || !strings.Contains(got.stdout, "\nWrote "+path+"\n[") {
		t.Errorf("--force: got %+v", got)
	}
	wantContent(t, path, "{")
}

// TestJSONThroughLink writes to what a link names: the link stays.
func TestJSONThroughLink(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "result.json"), filepath.Join(dir, "link.json")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path, link); err != nil {
		t.Skip(err)
	}
	if got := run(digits, short("--json", link, "--force")...); got.status != 0 {
		t.Fatalf("got %+v", got)
	}
	wantContent(t, path, "{")
	if to, err := os.Readlink(link); err != nil || to != path {
		t.Errorf("want the link to stay, got %q and error %v", to, err)
	}
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

// TestJSONFailsFirst has files that cannot be written, which must be noticed
// before training.
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
		"⌊(28-3)/1⌋+1 = 26", "3·3·1·64+64 = 640", "3·3·64·64+64 = 36,928", "1600·128+128 = 204,928",
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

// TestExercises holds that compare trains networks that there are.
func TestExercises(t *testing.T) {
	for _, name := range exercises {
		if nets.About(name) == "" {
			t.Errorf("want one of %v, got %q", nets.Names(), name)
		}
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

func TestDiverged(t *testing.T) {
	got := run(digits, short("--lr", "1e30")...)
	if got.status != 1 || !strings.HasPrefix(got.stderr, "digits: epoch 1, after ") || strings.Count(got.stderr, "\n") != 1 ||
		!strings.Contains(got.stderr, "smaller learning rate") {
		t.Errorf("want one line that says what to do, got %+v", got)
	}
	path := filepath.Join(t.TempDir(), "net.safetensors")
	got = run(digits, short("--lr", "1e30", "--save", path)...)
	if _, err := os.Stat(path); err == nil || !strings.Contains(got.stderr, "no model "+path) {
		t.Errorf("want no network of what diverged, got %+v", got)
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
