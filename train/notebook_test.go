package train

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// onNotebook is Progress in a notebook, which writes every batch.
func onNotebook(out *bytes.Buffer) *Progress {
	p := NewProgress(out)
	p.onNotebook()
	p.every = 0
	return p
}

// shown is what a notebook makes of output: a carriage return goes back to the
// beginning of the line, and what follows is written over it.
func shown(output string) string {
	var lines []string
	for _, line := range strings.Split(output, "\n") {
		var cells []rune
		for _, part := range strings.Split(line, "\r") {
			for i, r := range []rune(part) {
				if i < len(cells) {
					cells[i] = r
				} else {
					cells = append(cells, r)
				}
			}
		}
		lines = append(lines, strings.TrimRight(string(cells), " "))
	}
	return strings.Join(lines, "\n")
}

// saved is what nbconvert keeps of it: what comes before a carriage return on a
// line is gone.
func saved(output string) string {
	kept := regexp.MustCompile(`[^\n]*\r([^\n])`).ReplaceAllString(output, "$1")
	return regexp.MustCompile(` +\n`).ReplaceAllString(kept, "\n")
}

// TestProgressInNotebook leaves one line an epoch, and one of an evaluation.
func TestProgressInNotebook(t *testing.T) {
	var out bytes.Buffer
	p := onNotebook(&out)
	validation := Metrics{Loss: 0.6, Accuracy: 0.9}
	var events []Event
	for epoch := 1; epoch <= 3; epoch++ {
		e := Event{Epoch: epoch, Epochs: 12, Total: 96}
		events = append(events, e)
		e.Kind, e.Metrics = BatchEnd, Metrics{Loss: 1e-9, Accuracy: 1e-9} // a long line
		for e.Samples = 8; e.Samples <= 96; e.Samples += 8 {
			e.Elapsed = time.Duration(e.Samples) * time.Second
			events = append(events, e)
		}
		e.Kind, e.Samples, e.Elapsed, e.Metrics = EpochEnd, 96, 1920*time.Millisecond, Metrics{Loss: 0.5, Accuracy: 1}
		if epoch == 3 {
			e.Validation = &validation
		}
		events = append(events, e)
	}
	events = append(events,
		Event{Kind: End},
		Event{Kind: BatchEnd, Phase: Evaluation, Samples: 50, Total: 100, Elapsed: time.Second, Metrics: validation},
		Event{Kind: EpochEnd, Phase: Evaluation, Samples: 100, Total: 100, Elapsed: 2 * time.Second, Metrics: validation},
		Event{Kind: End},
		Event{Kind: BatchEnd, Phase: Prediction, Samples: 50, Total: 100}, Event{Kind: End}, // interrupted
	)
	tellAll(t, p, events...)
	want := "Epoch 1/12 - 2s 20000µs/sample - loss: 0.5000 - accuracy: 1.0000\n" +
		"Epoch 2/12 - 2s 20000µs/sample - loss: 0.5000 - accuracy: 1.0000\n" +
		"Epoch 3/12 - 2s - loss: 0.5000 - accuracy: 1.0000 - val_loss: 0.6000 - val_accuracy: 0.9000\n" +
		"100/100 - 2s 20000µs/sample - loss: 0.6000 - accuracy: 0.9000\n" +
		" 50/100 [==============>...............] - ETA: 0s\n"
	if diff := cmp.Diff(want, shown(out.String())); diff != "" {
		t.Errorf("as shown (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, saved(out.String())); diff != "" {
		t.Errorf("as saved (-want +got):\n%s", diff)
	}
	if i := strings.IndexFunc(out.String(), func(r rune) bool { return r < ' ' && r != '\r' && r != '\n' }); i >= 0 {
		t.Errorf("want no control characters but line ends, got %q", out.String()[i:])
	}
	live := regexp.MustCompile(`\r([^\r\n]*)`).FindAllStringSubmatch(out.String(), -1)
	for _, line := range live {
		if text := strings.TrimRight(line[1], " "); utf8.RuneCountInString(text) >= 80 && strings.Contains(text, "ETA") {
			t.Errorf("want live lines within 80 columns, got %q", text)
		}
	}
	if first := strings.TrimRight(live[0][1], " "); !strings.HasSuffix(first, "] - ETA: 1:28 - loss: 1.0000e-09 - accuracy: 1.0000e-09") {
		t.Errorf("want the bar to make room for the metrics, got %q", first)
	}
	if want := "\rEpoch 1/12 [>"; !strings.Contains(out.String(), want) {
		t.Errorf("want a live line that begins with %q, got %q", want, live[0][1])
	}
}

// TestProgressInNotebookWaits sends a few messages a second.
func TestProgressInNotebookWaits(t *testing.T) {
	var out bytes.Buffer
	p := onNotebook(&out)
	p.onNotebook()
	begin := time.Now()
	n := 0
	for time.Since(begin) < 600*time.Millisecond {
		tellAll(t, p, Event{Kind: BatchEnd, Epoch: 1, Epochs: 1, Samples: 1, Total: 50})
		n++
	}
	if lines := strings.Count(out.String(), "\r"); lines > 3 || lines < 1 || n < 10 {
		t.Errorf("want 1 to 3 lines in 0.6 s, got %d of %d", lines, n)
	}
}

// TestProgressKnowsANotebook by the variable and by what the file is.
func TestProgressKnowsANotebook(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	defer func(was *os.File) { os.Stdout = was }(os.Stdout)
	defer func(was *os.File) { os.Stderr = was }(os.Stderr)
	for _, tt := range []struct {
		name           string
		pid            string
		stdout, stderr *os.File
		to             *os.File
		want           bool
	}{
		{"a cell's output", "1", w, file, w, true},
		{"a cell's error output", "1", file, w, w, true},
		{"no notebook", "", w, w, w, false},
		{"a file in the place of the output", "1", file, file, file, false},
		{"another pipe", "1", file, file, w, false},
	} {
		t.Setenv("JPY_PARENT_PID", tt.pid)
		os.Stdout, os.Stderr = tt.stdout, tt.stderr
		if p := NewProgress(tt.to); p.live != tt.want || p.notebook != tt.want {
			t.Errorf("%s: want live %v, got %v", tt.name, tt.want, p.live)
		}
	}
}
