//go:build linux || darwin

package cli

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestJSONToAPipe writes to what must not be replaced by a file.
func TestJSONToAPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	pipe, err := os.OpenFile(path, os.O_RDWR, 0) // to read and write, lest opening waits
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	if got := run(digits, short("--quiet", "--json", path)...); got.status != 0 {
		t.Errorf("got %+v", got)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Type() != fs.ModeNamedPipe {
		t.Fatalf("want the pipe to be what it was, got %v and error %v", info, err)
	}
	var got struct{ Network string }
	if err := json.NewDecoder(pipe).Decode(&got); err != nil || got.Network != "simple" {
		t.Errorf("want the results in the pipe, got %+v and error %v", got, err)
	}
}
