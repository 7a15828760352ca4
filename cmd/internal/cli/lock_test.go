//go:build unix && !solaris && !illumos && !aix

package cli

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"
)

// TestTwoRunsOfOneLog begins a second run while the first writes, with --force:
// it leaves the first alone, and says so before it trains.
func TestTwoRunsOfOneLog(t *testing.T) {
	for _, flag := range []string{"--csv", "--jsonl", "--tensorboard"} {
		path := filepath.Join(t.TempDir(), "log")
		args := short("--force", flag, path, "--epochs", "2", "--stop-at", "0")
		var second result
		stdout, stderr := &hooked{at: "Epoch 2/2", do: func() { second = run(digits, args...) }}, &bytes.Buffer{}
		if status := Run(context.Background(), digits, args, stdout, stderr); status != 0 {
			t.Fatalf("%s: want the first to end well, got %d and %s", flag, status, stderr)
		}
		want := result{1, "", "digits: " + flag + ": another run is writing " + path + ": write elsewhere, or wait for its end\n"}
		if second != want {
			t.Errorf("%s: want %+v of the second, got %+v", flag, want, second)
		}
		if third := run(digits, args...); third.status != 0 {
			t.Errorf("%s: want the place free after the first, got %+v", flag, third)
		}
	}
}

// TestLogTakenLate is of two runs that find no file when they begin: the one that
// comes second to its first line ends, and the file remains the other's.
func TestLogTakenLate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	first := &lateFile{file: file{"--csv", path}, replace: true}
	if _, err := first.Write([]byte("first\n")); err != nil {
		t.Fatal(err)
	}
	second := &lateFile{file: file{"--csv", path}, replace: true}
	if _, err := second.Write([]byte("second\n")); err == nil || !strings.HasPrefix(err.Error(), "--csv: another run is writing "+path) {
		t.Errorf("want an error that names the flag and the file, got %v", err)
	}
	wantContent(t, path, "first\n")
	if err := first.f.Close(); err != nil {
		t.Fatal(err)
	}
}
