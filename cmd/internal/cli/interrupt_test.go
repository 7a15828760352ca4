package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
)

// interrupted runs the command, and interrupts it when it prints the text.
func interrupted(t *testing.T, at string, args ...string) result {
	t.Helper()
	return lessonInterrupted(t, digits, at, args...)
}

func lessonInterrupted(t *testing.T, l Lesson, at string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	stdout, stderr := &hooked{at: at, do: cancel}, &bytes.Buffer{}
	status := Run(ctx, l, args, stdout, stderr)
	return result{status, stdout.text.String(), stderr.String()}
}

// everything asks for all that a run can leave, in the folder.
func everything(dir string, args ...string) []string {
	return append(args, "--json", filepath.Join(dir, "run.json"), "--page", filepath.Join(dir, "run.html"),
		"--pictures", filepath.Join(dir, "pictures"), "--chart")
}

// written are the results of a run.
type written struct {
	Interrupted bool
	Error       string
	Epochs      []struct{ Loss float64 }
	Test        *struct{ Accuracy float64 }
	Confusion   [][]int
}

func readResults(t *testing.T, path string) (w written) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &w)
	}
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestInterruptedInTraining keeps the epochs that were finished.
func TestInterruptedInTraining(t *testing.T) {
	dir := t.TempDir()
	board := filepath.Join(dir, "events")
	got := interrupted(t, "Epoch 2/50", everything(dir, short("--epochs", "50", "--stop-at", "0", "--tensorboard", board)...)...)
	want := "Ending: what was trained is tested, and what was asked for written. A second interrupt ends at once.\ndigits: interrupted\n"
	if got.status != 130 || got.stderr != want {
		t.Errorf("want status 130 and %q, got %d and %q", want, got.status, got.stderr)
	}
	if !regexp.MustCompile(`\n\[[0-9.]+, [0-9.]+\], interrupted after 2 of 50 epochs\n$`).MatchString(got.stdout) {
		t.Errorf("want a closing line that says so, got %s", got.stdout)
	}
	if !strings.Contains(got.stdout, "\nLoss by epoch; the last: training ") {
		t.Errorf("want the chart, got %s", got.stdout)
	}
	r := readResults(t, filepath.Join(dir, "run.json"))
	if !r.Interrupted || r.Error != "" || len(r.Epochs) != 2 || r.Test == nil || len(r.Confusion) != 10 {
		t.Errorf("want two epochs, interrupted, and a test, got %+v", r)
	}
	page, err := os.ReadFile(filepath.Join(dir, "run.html"))
	if err != nil || !strings.Contains(string(page), "<h1>digits: the network simple on rendered-digits, interrupted after 2 of 50 epochs</h1>") {
		t.Errorf("want a page that says so, got %.700s and error %v", page, err)
	}
	wantFiles(t, filepath.Join(dir, "pictures"), "confusion.png", "curves.png", "mistakes.png")
	if n := bytes.Count(events(t, board), []byte("mistakes")); n != 2 {
		t.Errorf("want a picture of each epoch, got %d", n)
	}
}

// TestInterruptedAtOnce has no epoch to tell of.
func TestInterruptedAtOnce(t *testing.T) {
	for _, quiet := range []string{"--quiet=false", "--quiet"} {
		dir := t.TempDir()
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		var stdout, stderr bytes.Buffer
		status := Run(ctx, digits, everything(dir, short("--epochs", "50", quiet)...), &stdout, &stderr)
		want := "digits: without a finished epoch: no page " + filepath.Join(dir, "run.html") + ", no pictures in " +
			filepath.Join(dir, "pictures") + ", no chart\ndigits: interrupted\n"
		if status != 130 || stderr.String() != want {
			t.Errorf("want status 130 and\n%s got %d and\n%s", want, status, &stderr)
		}
		if strings.Contains(stdout.String(), "[0.") {
			t.Errorf("want no result, got %s", &stdout)
		}
		if r := readResults(t, filepath.Join(dir, "run.json")); !r.Interrupted || r.Epochs == nil || len(r.Epochs) > 0 || r.Test != nil || r.Confusion != nil {
			t.Errorf("want no epochs, interrupted, got %+v", r)
		}
		wantFiles(t, dir, "run.json")
	}
}

// TestInterruptedReading has not even a dataset.
func TestInterruptedReading(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var stderr bytes.Buffer
	path := filepath.Join(dir, "run.json")
	status := Run(ctx, digits, []string{"--data", damaged(t), "--json", path, "--chart"}, &bytes.Buffer{}, &stderr)
	if want := "digits: without a finished epoch: no chart\ndigits: interrupted\n"; status != 130 || stderr.String() != want {
		t.Errorf("want status 130 and %q, got %d and %q", want, status, &stderr)
	}
	wantContent(t, path, `{
  "dataset": "mnist",
  "network": "lesson",`)
	if r := readResults(t, path); !r.Interrupted || len(r.Epochs) > 0 || r.Test != nil {
		t.Errorf("want no epochs, interrupted, got %+v", r)
	}
}

// TestInterruptedAfterTraining finishes what is left to do.
func TestInterruptedAfterTraining(t *testing.T) {
	for _, at := range []string{"100/100", "Wrote "} {
		dir := t.TempDir()
		got := interrupted(t, at, everything(dir, short()...)...)
		if got.status != 130 || got.stderr != "digits: interrupted\n" || !regexp.MustCompile(`\n\[[0-9.]+, [0-9.]+\]\n$`).MatchString(got.stdout) {
			t.Errorf("%s: want status 130 and the whole result, got %+v", at, got)
		}
		if r := readResults(t, filepath.Join(dir, "run.json")); r.Interrupted || len(r.Epochs) != 1 || r.Test == nil {
			t.Errorf("%s: want a whole run, got %+v", at, r)
		}
		wantFiles(t, dir, "pictures", "run.html", "run.json")
		wantFiles(t, filepath.Join(dir, "pictures"), "confusion.png", "curves.png", "mistakes.png")
	}
}

// TestInterruptedComparing prints what is finished, of the network under way
// too.
func TestInterruptedComparing(t *testing.T) {
	args := []string{"compare", "--nets", "simple,dense128,lesson", "--dataset", "rendered-digits", "--train-samples", "200", "--test-samples", "100", "--epochs", "3", "--stop-at", "0"}
	const head = "network     parameters  epochs  s/epoch  train accuracy  test accuracy\n"
	for _, tt := range []struct {
		name, at, want string
		times          int // that the text is printed
	}{
		{"in the first epoch", "Model: ", "", 1},
		{
			"in training", "Epoch 2/3", head +
				"simple          407050       2      #          #         #\n" +
				"simple was interrupted after 2 of 3 epochs.\n", 1,
		},
		{
			"in a later network", "Model: \"dense128\"", head +
				"simple          407050       3      #          #         #\n", 1,
		},
		{
			"in a test", "100/100", head +
				"simple          407050       3      #          #         #\n", 1,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := interrupted(t, tt.at, args...)
			if got.status != 130 || !strings.HasSuffix(got.stderr, "digits: interrupted\n") {
				t.Errorf("want status 130, got %+v", got)
			}
			table := ""
			if i := strings.Index(got.stdout, "network  "); i >= 0 {
				table = figures.ReplaceAllString(got.stdout[i:], "#")
			}
			if diff := cmp.Diff(tt.want, table); diff != "" {
				t.Errorf("table (-want +got):\n%s", diff)
			}
		})
	}
}

// breaking is an output that fails after a text.
type breaking struct {
	at     string
	broken bool
}

func (b *breaking) Write(p []byte) (int, error) {
	if b.broken {
		return failing{}.Write(p)
	}
	b.broken = strings.Contains(string(p), b.at)
	return len(p), nil
}

// TestOutputBreaks loses the standard output, as when the tee that reads it
// gets the interrupt, too: files are written all the same.
func TestOutputBreaks(t *testing.T) {
	dir := t.TempDir()
	var stderr bytes.Buffer
	status := Run(context.Background(), digits, everything(dir, short()...), &breaking{at: "Epoch 1/1"}, &stderr)
	if want := "digits: io: read/write on closed pipe\n"; status != 1 || stderr.String() != want {
		t.Errorf("want status 1 and %q, got %d and %q", want, status, &stderr)
	}
	wantFiles(t, dir, "pictures", "run.html", "run.json")
}

// TestFailedRunKeepsEpochs: an error in a later epoch costs that epoch only.
func TestFailedRunKeepsEpochs(t *testing.T) {
	dir := t.TempDir()
	var stderr bytes.Buffer
	stdout := &breaking{at: "Epoch 2/50"}
	status := Run(context.Background(), digits, everything(dir, short("--save", filepath.Join(dir, "net.safetensors"), "--epochs", "50", "--stop-at", "0")...), stdout, &stderr)
	if status != 1 || !strings.HasSuffix(stderr.String(), "digits: io: read/write on closed pipe\n") || strings.Contains(stderr.String(), "no model") {
		t.Errorf("want status 1, got %d and %q", status, &stderr)
	}
	if r := readResults(t, filepath.Join(dir, "run.json")); r.Interrupted || r.Error == "" || len(r.Epochs) < 2 || r.Test == nil {
		t.Errorf("want the finished epochs and the error, got %+v", r)
	}
	wantFiles(t, dir, "net.safetensors", "pictures", "run.html", "run.json")
	if net, err := graph.Load(filepath.Join(dir, "net.safetensors")); err != nil || net.Details().Figures["test accuracy"] == 0 {
		t.Errorf("want the network, tested, got error %v", err)
	}
	wantText(t, filepath.Join(dir, "run.html"), ", broken off after ")
}
