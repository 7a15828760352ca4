//go:build linux || darwin

package train

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestFolderOfPipes does not wait for one that writes.
func TestFolderOfPipes(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, lastName), 0o600); err != nil {
		t.Skip(err)
	}
	_, _, err := (&Folder{Dir: dir}).Newest()
	if want := filepath.Join(dir, lastName) + ": want a regular file, got a folder, a pipe or a device"; err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("want %q, got error %v", want, err)
	}
}
