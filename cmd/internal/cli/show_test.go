package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"euryale/loaders"
)

// garments is a tiny dataset whose classes have names.
func garments() *loaders.Dataset {
	return &loaders.Dataset{
		Name: "Tiny", Classes: []string{"0", "Coat"}, Channels: 1, Height: 2, Width: 2,
		Images: []uint8{0, 255, 255, 0, 100, 0, 0, 200}, Labels: []int{0, 1},
	}
}

func TestShow(t *testing.T) {
	var out strings.Builder
	if err := show(garments(), []int{1, 0}, &out); err != nil {
		t.Fatal(err)
	}
	const want = `Tiny, image 1: class 1, Coat
┌────┐
│░░  │
│  ▓▓│
└────┘
Tiny, image 0: class 0
┌────┐
│  ██│
│██  │
└────┘
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("show (-want +got):\n%s", diff)
	}
	out.Reset()
	err := show(garments(), []int{1, 2}, &out)
	if want := "show: want an image from 0 to 1, as Tiny has 2, got 2"; err == nil || err.Error() != want || out.Len() > 0 {
		t.Errorf("want %q and nothing shown, got %v and %q", want, err, &out)
	}
	if err := show(garments(), []int{0}, failing{}); err == nil {
		t.Error("want the error of the output")
	}
}

func TestShowCommand(t *testing.T) {
	got := run(digits, "show", "3", "--dataset", "rendered-digits")
	if got.status != 0 || got.stderr != "" || !strings.HasPrefix(got.stdout, "rendered digits, test, image 3: class 1\n┌──") {
		t.Errorf("got %+v", got)
	}
	lines := strings.Split(strings.TrimSuffix(got.stdout, "\n"), "\n")
	if len(lines) != 31 {
		t.Errorf("want the name, and 28 lines in a frame, got %d lines", len(lines))
	}
	for _, line := range lines[1:] {
		if n := utf8.RuneCountInString(line); n != 58 {
			t.Errorf("want 58 columns, got %d: %s", n, line)
		}
	}
	training := run(digits, "show", "--train", "3", "4", "--dataset", "rendered-digits")
	if training.status != 0 || !strings.HasPrefix(training.stdout, "rendered digits, training, image 3: ") || strings.Count(training.stdout, "image 4: class ") != 1 {
		t.Errorf("--train: got %+v", training)
	}
	if other := run(digits, "show", "3", "--dataset", "rendered-digits", "--seed", "2"); other.stdout == got.stdout {
		t.Error("want another image from another seed")
	}
	got = run(digits, "show", "0", "2000", "--dataset", "rendered-digits")
	if want := (result{1, "", "digits: show: want an image from 0 to 1999, as rendered digits, test has 2000, got 2000\n"}); got != want {
		t.Errorf("want %+v, got %+v", want, got)
	}
}

func TestShowBuiltIn(t *testing.T) {
	nowhere(t)
	got := run(fashion, "show", "0")
	if got.status != 0 || !strings.HasPrefix(got.stdout, "rendered garments, test, image 0: class ") ||
		!strings.HasPrefix(got.stderr, "Showing the built-in dataset rendered-garments, not fashion.\nFashion-MNIST: ") {
		t.Errorf("want an image of the built-in dataset and a notice, got %+v", got)
	}
	got = run(digits, "show", "0", "--data", filepath.Join(t.TempDir(), "missing"))
	if got.status != 1 || got.stdout != "" || !strings.HasPrefix(got.stderr, "digits: --data: ") {
		t.Errorf("--data: want an error, got %+v", got)
	}
}

// TestShowTells what a seed is for.
func TestShowTells(t *testing.T) {
	const note = "--seed has no effect: mnist is read from files, not drawn.\n"
	for _, tt := range []struct {
		name   string
		seeded bool
		want   string
	}{{"mnist", true, note}, {"mnist", false, ""}, {"rendered-digits", true, ""}} {
		var out strings.Builder
		(&data{name: tt.name}).tell(tt.seeded, &out)
		if out.String() != tt.want {
			t.Errorf("%s, %v: want %q, got %q", tt.name, tt.seeded, tt.want, &out)
		}
	}
}

// TestShowMNIST wants the lesson's first test image where the dataset is at
// hand.
func TestShowMNIST(t *testing.T) {
	if os.Getenv("EURYALE_DATA") == "" {
		t.Skip("EURYALE_DATA is not set")
	}
	got := run(digits, "show", "0", "--dataset", "mnist")
	if got.status != 0 || !strings.HasPrefix(got.stdout, "MNIST test, image 0: class 7\n") {
		t.Errorf("want a 7, got %+v", got)
	}
}

func TestShowUsage(t *testing.T) {
	for args, want := range map[string]string{
		"show":                      "show: want the number of an image, such as 7, got none",
		"show x":                    `show: want a whole number of at least 0, got "x"`,
		"show 1.5":                  `show: want a whole number of at least 0, got "1.5"`,
		"show 1 -- -1":              `show: want a whole number of at least 0, got "-1"`,
		"show 10000000000000000000": `show: want a whole number of at least 0, got "10000000000000000000"`,
		"show -1":                   "unknown shorthand flag: '1' in -1",
		"show 1 --epochs 3":         "unknown flag: --epochs",
		"show 1 --dataset x":        `--dataset: want one of mnist, fashion, cifar10, cifar100, rendered-digits, rendered-garments, got "x"`,
	} {
		want := result{2, "", "digits: " + want + "\nRun 'digits show --help' for usage.\n"}
		if got := run(digits, strings.Fields(args)...); got != want {
			t.Errorf("%s: want %+v, got %+v", args, want, got)
		}
	}
}

// TestShowSeeds nothing but the images: there are no weights.
func TestShowSeeds(t *testing.T) {
	if help := run(digits, "show", "--help").stdout; !strings.Contains(help, "seed N of drawn images (default 1)\n") {
		t.Errorf("want a seed of drawn images alone, got\n%s", help)
	}
}
