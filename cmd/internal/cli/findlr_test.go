package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"euryale/train"
)

// finding is a range test of a second or less.
func finding(args ...string) []string {
	return append([]string{"findlr", "--dataset", "rendered-digits", "--train-samples", "200", "--net", "simple"}, args...)
}

var proposal = regexp.MustCompile(`^learning rate ([0-9.e-]+): the loss falls fastest there, of the rates well below [0-9.e-]+, where it is smallest\n$`)

func TestFindRate(t *testing.T) {
	got := run(digits, finding()...)
	lines := strings.SplitAfter(got.stdout, "\n")
	if n := len(lines); got.status != 0 || got.stderr != "" || n < 20 || n > 30 || !strings.HasPrefix(lines[0], "Dataset: rendered-digits, ") || !strings.HasSuffix(lines[0], "; 200 training images\n") ||
		!strings.HasPrefix(lines[1], "step ") || !strings.Contains(got.stdout, "  steepest\n") || !proposal.MatchString(lines[n-2]) {
		t.Fatalf("want the dataset, a table and a line, got %+v", got)
	}
	if quiet, want := run(digits, finding("--quiet")...), (result{0, lines[len(lines)-2], ""}); quiet != want {
		t.Errorf("--quiet: want %+v, got %+v", want, quiet)
	}
	if other := run(digits, finding("--quiet", "--optimizer", "sgd", "--momentum", "0.9", "--accumulate", "2", "--clip-norm", "1", "--label-smoothing", "0.1")...); other.status != 0 || other.stdout == lines[len(lines)-2] {
		t.Errorf("want another rate for another optimiser, got %+v", other)
	}
}

// TestFindRateIsThatOfTheLibrary with what the flags say.
func TestFindRateIsThatOfTheLibrary(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rates.json")
	got := run(fashion, finding("--low", "1e-4", "--high", "1", "--steps", "20", "--seed", "3", "--batch", "16", "--json", path)...)
	if got.status != 0 {
		t.Fatalf("got %+v", got)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all found
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	if n := len(all.Points); all.Network != "simple" || all.Dataset != "rendered-digits" || all.Optimizer != "adam" || all.Batch != 16 || all.Seed != 3 ||
		n == 0 || n > 20 || all.Points[0].Rate != 1e-4 || !all.Diverged && n < 20 {
		t.Errorf("want what was asked for, got %s", text)
	}
	if want := all.RateRange.String() + "\n"; !strings.HasSuffix(got.stdout, want) || all.Steepest == 0 {
		t.Errorf("want %q at the end, got %q", want, got.stdout)
	}
	weighted := run(fashion, finding("--low", "1e-4", "--high", "1", "--steps", "20", "--seed", "3", "--batch", "16", "--json", "-", "--class-weights", "2,2,2,2,2,2,2,2,2,2")...)
	var twice found
	if err := json.Unmarshal([]byte(weighted.stdout), &twice); err != nil || math.Abs(twice.Points[0].Loss-2*all.Points[0].Loss) > 1e-5 {
		t.Errorf("--class-weights: want a first loss of twice %v, got %+v and %v", all.Points[0].Loss, twice.Points, err)
	}
	if again := run(fashion, finding("--json", path)...); again.status != 1 || !strings.Contains(again.stderr, "--json: "+path+" exists") {
		t.Errorf("want an error for the file that is there, got %+v", again)
	}
	if piped := run(fashion, finding("--json", "-")...); piped.status != 0 || !json.Valid([]byte(piped.stdout)) || !strings.Contains(piped.stderr, "learning rate ") {
		t.Errorf("--json -: want JSON on stdout and the rest on stderr, got %+v", piped)
	}
}

func TestFindRatePictures(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	got := run(digits, finding("--pictures", dir)...)
	if got.status != 0 || !strings.Contains(got.stdout, "Wrote "+filepath.Join(dir, "rates.png")+", 960×400\n") || !strings.Contains(got.stdout, "Wrote "+filepath.Join(dir, "rates.svg")+"\n") {
		t.Fatalf("got %+v", got)
	}
	f, err := os.Open(filepath.Join(dir, "rates.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := png.Decode(f); err != nil {
		t.Error(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "rates.svg"))
	if err != nil {
		t.Fatal(err)
	}
	for d := xml.NewDecoder(strings.NewReader(string(text))); ; {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if got := run(digits, finding("--pictures", dir)...); got.status != 1 || !strings.Contains(got.stderr, "rates.png exists") {
		t.Errorf("want an error for a picture that is there, got %+v", got)
	}
	if got := run(digits, finding("--pictures", dir, "--force", "--quiet")...); got.status != 0 || strings.Count(got.stdout, "\n") != 1 {
		t.Errorf("--force: want it replaced, got %+v", got)
	}
}

// countdown is a context that ends after it was looked at so many times.
type countdown struct {
	context.Context
	running bool
	left    int
}

func (c *countdown) Err() error {
	if c.running {
		c.left--
	}
	if c.left < 0 {
		return context.Canceled
	}
	return nil
}

// TestFindRateInterrupted writes what there is by then, and says so; also of a
// single step.
func TestFindRateInterrupted(t *testing.T) {
	for _, steps := range []int{1, 40} {
		dir := t.TempDir()
		path := filepath.Join(dir, "rates.json")
		ctx := &countdown{Context: t.Context(), left: steps}
		stdout, stderr := &hooked{at: "Dataset: ", do: func() { ctx.running = true }}, &bytes.Buffer{}
		status := Run(ctx, digits, finding("--json", path, "--pictures", dir), stdout, stderr)
		if status != 130 || stderr.String() != "digits: interrupted\n" {
			t.Errorf("want status 130, got %d and %q", status, stderr)
		}
		if out := stdout.text.String(); !strings.HasSuffix(out, fmt.Sprintf(", interrupted after %d of 100 steps\n", steps)) || !strings.Contains(out, "\nstep ") {
			t.Errorf("want a table and a line that says so, got %s", out)
		}
		var all found
		if text, err := os.ReadFile(path); err != nil || json.Unmarshal(text, &all) != nil || !all.Interrupted || len(all.Points) != steps {
			t.Errorf("want %d steps, interrupted, got %s and error %v", steps, text, err)
		}
		wantFiles(t, dir, "rates.json", "rates.png", "rates.svg")
	}
}

// TestFindRateTellsItsFlags: all that it takes, and no other's.
func TestFindRateTellsItsFlags(t *testing.T) {
	got := run(digits, finding("--low", "1e-5", "--high", "2", "--steps", "20", "--optimizer", "sgd", "--momentum", "0.9", "--dropout", "0.1", "--quiet", "--json", "-")...)
	var all struct{ Flags map[string]any }
	if err := json.Unmarshal([]byte(got.stdout), &all); err != nil {
		t.Fatalf("got %+v and error %v", got, err)
	}
	want := map[string]any{
		"net": "simple", "low": 1e-5, "high": 2.0, "steps": 20.0, "batch": 32.0, "seed": 1.0, "engine": "default", "dropout": 0.1, "clip_norm": 0.0,
		"accumulate": 1.0, "label_smoothing": 0.0, "class_weights": "", "optimizer": "sgd", "momentum": 0.9, "nesterov": false, "weight_decay": 0.0,
		"data": "", "dataset": "rendered-digits", "train_samples": 200.0, "augment": "none", "normalize": "none",
	}
	if diff := cmp.Diff(want, all.Flags); diff != "" {
		t.Errorf("flags (-want +got):\n%s", diff)
	}
}

// TestStepLine writes over what it wrote, and leaves nothing.
func TestStepLine(t *testing.T) {
	var out bytes.Buffer
	l := &stepLine{w: &out, of: 100}
	l.step(train.RatePoint{Rate: 1e-7, Smoothed: 2.3})
	l.step(train.RatePoint{Rate: 2e-7, Smoothed: 2.3}) // too soon
	l.last = time.Time{}
	l.step(train.RatePoint{Rate: 3e-7, Smoothed: 2.2})
	l.clear()
	line := "step 1/100 - rate: 1.00e-07 - loss: 2.3000"
	blank := "\r" + strings.Repeat(" ", len(line)) + "\r"
	if want := line + blank + "step 3/100 - rate: 3.00e-07 - loss: 2.2000" + blank; out.String() != want {
		t.Errorf("want %q, got %q", want, out.String())
	}
}

// TestFindRateOfNothing fails where no rate can be proposed, and still shows why.
func TestFindRateOfNothing(t *testing.T) {
	got := run(digits, finding("--low", "1e3", "--high", "1e9", "--optimizer", "sgd")...)
	if got.status != 1 || !strings.HasPrefix(got.stderr, "digits: no learning rate: ") || !strings.HasSuffix(got.stderr, ": try others with --low and --high, or more --steps\n") ||
		strings.Count(got.stderr, "\n") != 1 || !strings.Contains(got.stdout, "\nstep ") {
		t.Errorf("want a table and one line of what to do, got %+v", got)
	}
}

// TestFindRateOnTheBuiltIn says that it is not the lesson's.
func TestFindRateOnTheBuiltIn(t *testing.T) {
	nowhere(t)
	got := run(digits, "findlr", "--net", "simple", "--train-samples", "200", "--quiet")
	if got.status != 0 || !strings.HasSuffix(got.stdout, "; on the built-in dataset rendered-digits, not mnist\n") {
		t.Errorf("got %+v", got)
	}
}
