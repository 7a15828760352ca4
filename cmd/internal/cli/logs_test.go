package cli

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// readCSV is a log by column, without the seconds.
func readCSV(t *testing.T, path string) map[string][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatalf("want rows, got %q and error %v", rows, err)
	}
	columns := map[string][]string{}
	for i, name := range rows[0] {
		for _, row := range rows[1:] {
			columns[name] = append(columns[name], row[i])
		}
	}
	delete(columns, "seconds")
	return columns
}

// TestCSV holds a line an epoch: what it came to, and the rate of the next step.
func TestCSV(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.csv")
	got := run(digits, short("--csv", path, "--epochs", "2", "--schedule", "polynomial", "--lr", "0.004", "--validation-share", "0.25")...)
	if got.status != 0 || !strings.Contains(got.stdout, "\nWrote "+path+"\n") {
		t.Fatalf("got %+v", got)
	}
	columns := readCSV(t, path)
	for _, name := range []string{"loss", "accuracy", "val_loss", "val_accuracy"} {
		if len(columns[name]) != 2 {
			t.Errorf("want two numbers of %s, got %q", name, columns[name])
		}
	}
	want := map[string][]string{"epoch": {"1", "2"}, "rate": {"0.002", "0"}}
	some := cmpopts.IgnoreMapEntries(func(name string, _ []string) bool { return want[name] == nil })
	if diff := cmp.Diff(want, columns, some); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
}

// TestCSVNeverReplaces a file, unless --force; and with it only where there is an
// epoch to tell of.
func TestCSVNeverReplaces(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.csv")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	want := result{1, "", "digits: --csv: " + path + " exists: write elsewhere, or replace it with --force\n"}
	if got := run(digits, short("--csv", path)...); got != want {
		t.Errorf("want %+v, got %+v", want, got)
	}
	if got := run(digits, short("--csv", path, "--force", "--lr", "1e30")...); got.status != 1 || strings.Contains(got.stdout, "Wrote") {
		t.Errorf("want a run that diverges and writes nothing, got %+v", got)
	}
	wantContent(t, path, "old")
	if got := run(digits, short("--csv", path, "--force", "--quiet")...); got.status != 0 || strings.Contains(got.stdout, "Wrote") {
		t.Errorf("--force --quiet: got %+v", got)
	}
	wantContent(t, path, "epoch,loss,accuracy,")
}

// TestCSVLooksAgain at what is there when the first epoch ends.
func TestCSVLooksAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.csv")
	stdout, stderr := &hooked{at: "Model:", do: func() {
		if err := os.WriteFile(path, []byte("new"), 0o644); err != nil {
			t.Error(err)
		}
	}}, &bytes.Buffer{}
	status := Run(t.Context(), digits, short("--csv", path), stdout, stderr)
	if want := "--csv: " + path + " exists: write elsewhere, or replace it with --force\n"; status != 1 || !strings.HasSuffix(stderr.String(), want) {
		t.Errorf("want exit status 1 and %q, got %d and %q", want, status, stderr)
	}
	wantContent(t, path, "new")
}

// TestTensorBoard writes one file a run.
func TestTensorBoard(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "runs", "first")
	for n := 1; n <= 2; n++ {
		got := run(digits, short("--tensorboard", dir)...)
		if got.status != 0 || !strings.Contains(got.stdout, "\nWrote events into "+dir+"\n") {
			t.Fatalf("got %+v", got)
		}
		names, err := filepath.Glob(filepath.Join(dir, "events.out.tfevents.*"))
		if err != nil || len(names) != n {
			t.Fatalf("want %d files, got %q and error %v", n, names, err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil || !strings.Contains(string(text), "weights/dense_1/kernel") || !strings.Contains(string(text), "accuracy") {
				t.Errorf("want curves and histograms in %s, got %d bytes and error %v", name, len(text), err)
			}
		}
	}
}

// TestLogsFailFirst has logs that cannot be written, which must be noticed before
// training.
func TestLogsFailFirst(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ flag, path, want string }{
		{"--csv", dir, "digits: --csv: want a file, got the folder " + dir + "\n"},
		{"--csv", filepath.Join(dir, "none", "run.csv"), "digits: --csv: cannot write " + filepath.Join(dir, "none", "run.csv") + ": "},
		{"--tensorboard", path, "digits: --tensorboard: want a folder, got the file " + path + "\n"},
	} {
		got := run(digits, short(tt.flag, tt.path)...)
		if got.status != 1 || got.stdout != "" || !strings.HasPrefix(got.stderr, tt.want) || strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("%s: want %q, got %+v", tt.flag, tt.want, got)
		}
	}
	wantFiles(t, dir, "file")
}
