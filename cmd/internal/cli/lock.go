package cli

import (
	"os"

	"github.com/pkg/errors"

	"euryale/internal/filelock"
)

// lock takes f, a file or a folder, for this run until it is closed. It is an
// error that another has it; that the file system knows no locks is none.
func lock(f *os.File) error {
	if err := filelock.Take(f); err != nil {
		return errors.Errorf("another run is writing %s: write elsewhere, or wait for its end", f.Name())
	}
	return nil
}
