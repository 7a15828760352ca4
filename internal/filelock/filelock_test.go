//go:build windows || (unix && !solaris && !illumos && !aix)

package filelock

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pkg/errors"
)

func open(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// TestTake: the second waits for the first's end, and may read meanwhile.
func TestTake(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, second := open(t, path), open(t, path)
	if err := Take(first); err != nil {
		t.Fatal(err)
	}
	if err := Take(second); !errors.Is(err, ErrTaken) {
		t.Errorf("want ErrTaken, got %v", err)
	}
	first.WriteString("text")
	if b, err := os.ReadFile(path); err != nil || string(b) != "text" {
		t.Errorf("want it read by others, got %q, %v", b, err)
	}
	first.Close()
	if err := Take(second); err != nil {
		t.Errorf("want it free after the first, got %v", err)
	}
}
