// Package regularfile opens files to read them whole: no folders, and no pipes or
// devices, at which one would wait.
package regularfile

import (
	"os"

	"github.com/pkg/errors"
)

// Open opens the file at path, and says how many bytes it has. An error names it.
func Open(path string) (*os.File, int64, error) {
	// Before it is opened, too: to open a pipe is to wait for one that writes.
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, 0, other(path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, errors.WithStack(err) // it names the file
	}
	info, err := f.Stat()
	if err == nil && info.Mode().IsRegular() {
		return f, info.Size(), nil
	}
	f.Close()
	if err != nil {
		return nil, 0, errors.WithStack(err)
	}
	return nil, 0, other(path)
}

func other(path string) error {
	return errors.Errorf("%s: want a regular file, got a folder, a pipe or a device", path)
}
