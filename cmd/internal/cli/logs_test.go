package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
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

// TestJSONL holds the numbers of a CSV of the same run, an object a line.
func TestJSONL(t *testing.T) {
	dir := t.TempDir()
	path, table := filepath.Join(dir, "run.jsonl"), filepath.Join(dir, "run.csv")
	got := run(digits, short("--jsonl", path, "--csv", table, "--epochs", "2", "--validation-share", "0.25")...)
	if got.status != 0 || !strings.Contains(got.stdout, "\nWrote "+path+"\n") {
		t.Fatalf("got %+v", got)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	columns := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		var epoch map[string]json.Number
		if err := json.Unmarshal([]byte(line), &epoch); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		delete(epoch, "seconds")
		for name, v := range epoch {
			columns[name] = append(columns[name], v.String())
		}
	}
	if diff := cmp.Diff(readCSV(t, table), columns); diff != "" || len(columns["val_loss"]) != 2 {
		t.Errorf("columns (-CSV +JSON lines):\n%s", diff)
	}
}

// lineFlags are those of logs of lines, and what such a log begins with.
var lineFlags = map[string]string{"--csv": "epoch,loss,accuracy,", "--jsonl": `{"epoch":1,"loss":`}

// TestLinesNeverReplace a file, unless --force; and with it only where there is an
// epoch to tell of.
func TestLinesNeverReplace(t *testing.T) {
	for flag, begins := range lineFlags {
		path := filepath.Join(t.TempDir(), "run.log")
		if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
			t.Fatal(err)
		}
		want := result{1, "", "digits: " + flag + ": " + path + " exists: write elsewhere, or replace it with --force\n"}
		if got := run(digits, short(flag, path)...); got != want {
			t.Errorf("want %+v, got %+v", want, got)
		}
		if got := run(digits, short(flag, path, "--force", "--lr", "1e30")...); got.status != 1 || strings.Contains(got.stdout, "Wrote") {
			t.Errorf("%s: want a run that diverges and writes nothing, got %+v", flag, got)
		}
		wantContent(t, path, "old")
		if got := run(digits, short(flag, path, "--force", "--quiet")...); got.status != 0 || strings.Contains(got.stdout, "Wrote") {
			t.Errorf("%s --force --quiet: got %+v", flag, got)
		}
		wantContent(t, path, begins)
	}
}

// TestLinesLookAgain at what is there when the first epoch ends.
func TestLinesLookAgain(t *testing.T) {
	for flag := range lineFlags {
		path := filepath.Join(t.TempDir(), "run.log")
		stdout, stderr := &hooked{at: "Model:", do: func() {
			if err := os.WriteFile(path, []byte("new"), 0o644); err != nil {
				t.Error(err)
			}
		}}, &bytes.Buffer{}
		status := Run(t.Context(), digits, short(flag, path), stdout, stderr)
		if want := flag + ": " + path + " exists: write elsewhere, or replace it with --force\n"; status != 1 || !strings.HasSuffix(stderr.String(), want) {
			t.Errorf("want exit status 1 and %q, got %d and %q", want, status, stderr)
		}
		wantContent(t, path, "new")
	}
}

// TestTensorBoard writes one file a run, and mixes no two runs: the second takes
// another folder, or the place of the first.
func TestTensorBoard(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "runs", "first")
	got := run(digits, short("--tensorboard", dir)...)
	if got.status != 0 || !strings.Contains(got.stdout, "\nWrote events into "+dir+"\n") {
		t.Fatalf("got %+v", got)
	}
	first := events(t, dir)
	want := result{1, "", "digits: --tensorboard: " + dir + " has events of another run: write into a new folder, or replace them with --force\n"}
	if got := run(digits, short("--tensorboard", dir)...); got != want {
		t.Errorf("want %+v, got %+v", want, got)
	}
	if got := run(digits, short("--tensorboard", dir, "--force")...); got.status != 0 {
		t.Fatalf("got %+v", got)
	}
	second := events(t, dir)
	for _, text := range []string{"weights/dense_1/kernel", "accuracy"} {
		if !bytes.Contains(second, []byte(text)) {
			t.Errorf("want curves and histograms, got %d bytes without %s", len(second), text)
		}
	}
	if bytes.Equal(first, second) {
		t.Error("--force: want the events of the second run, got those of the first")
	}
}

// events are what the only file of events in a folder holds.
func events(t *testing.T, dir string) []byte {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "events.out.tfevents.*"))
	if err != nil || len(names) != 1 {
		t.Fatalf("want one file, got %q and error %v", names, err)
	}
	text, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestTensorBoardShows validation, and the pictures that there can be of the
// network.
func TestTensorBoardShows(t *testing.T) {
	for _, tt := range []struct {
		net        string
		want, none []string
	}{
		{"simple", []string{"val_loss", "val_accuracy", "rate", "mistakes", "gradients/dense_1/kernel"}, []string{"filters", "feature maps"}},
		{"conv32", []string{"val_loss", "val_accuracy", "rate", "mistakes", "gradients/conv2d_1/kernel", "filters", "feature maps"}, nil},
		{"resnet20", []string{"filters", "feature maps", "residual_9/sum_1"}, nil},
	} {
		dir := t.TempDir()
		if got := run(digits, short("--net", tt.net, "--tensorboard", dir, "--train-samples", "32", "--test-samples", "32")...); got.status != 0 {
			t.Fatalf("got %+v", got)
		}
		text := events(t, dir)
		for _, tag := range tt.want {
			if !bytes.Contains(text, []byte(tag)) {
				t.Errorf("%s: want %s", tt.net, tag)
			}
		}
		for _, tag := range tt.none {
			if bytes.Contains(text, []byte(tag)) {
				t.Errorf("%s: want no %s", tt.net, tag)
			}
		}
	}
}

// TestTensorBoardTakesAChannel that there is, and an image of a class, as pictures
// do.
func TestTensorBoardTakesAChannel(t *testing.T) {
	dir := t.TempDir()
	for args, want := range map[string]result{
		"--convolution 32": {2, "", "digits: --convolution: want a number from 0 to 31, got 32\nRun 'digits --help' for usage.\n"},
	} {
		got := run(digits, short(append(strings.Fields(args), "--net", "conv32", "--tensorboard", dir)...)...)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(result{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", args, diff)
		}
	}
	if got := run(digits, short("--net", "conv32", "--tensorboard", dir, "--convolution", "31", "--image-class", "4")...); got.status != 0 {
		t.Errorf("got %+v", got)
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
		{"--jsonl", dir, "digits: --jsonl: want a file, got the folder " + dir + "\n"},
		{"--tensorboard", path, "digits: --tensorboard: want a folder, got the file " + path + "\n"},
	} {
		got := run(digits, short(tt.flag, tt.path)...)
		if got.status != 1 || got.stdout != "" || !strings.HasPrefix(got.stderr, tt.want) || strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("%s: want %q, got %+v", tt.flag, tt.want, got)
		}
	}
	wantFiles(t, dir, "file")
}

// TestFolderBesideAnyName: what lies in a folder is no reason not to make another.
func TestFolderBesideAnyName(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"new", "file"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if got := run(digits, short("--tensorboard", filepath.Join(dir, "events"), "--quiet")...); got.status != 0 {
		t.Errorf("want a run, got %+v", got)
	}
}

// TestFolderFailsFirst: what cannot be written into is the folder, whatever file
// is tried there.
func TestFolderFailsFirst(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("want a folder that nobody can write into, such as /proc")
	}
	for _, args := range [][]string{{"--tensorboard", "/proc"}, {"--pictures", "/proc"}, {"--pictures", "/proc/none/such"}} {
		got := run(digits, short(args...)...)
		if want := "digits: " + args[0] + ": cannot write into the folder /proc: "; got.status != 1 || !strings.HasPrefix(got.stderr, want) || strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("%q: want %q, got %+v", args, want, got)
		}
	}
}
