package regularfile

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	if err := os.WriteFile(path, []byte("text"), 0o644); err != nil {
		t.Fatal(err)
	}
	f, size, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if text, err := io.ReadAll(f); err != nil || string(text) != "text" || size != 4 {
		t.Errorf("got %q, %d bytes and error %v", text, size, err)
	}
	for give, want := range map[string]string{
		dir:                        dir + ": want a regular file, got a folder, a pipe or a device",
		filepath.Join(dir, "none"): "none: no such file",
	} {
		if f, _, err := Open(give); f != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q\ngot  %v, %v", want, f, err)
		}
	}
}
