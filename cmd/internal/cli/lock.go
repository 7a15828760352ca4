//go:build unix && !solaris && !illumos && !aix

package cli

import (
	"os"
	"syscall"

	"github.com/pkg/errors"
)

// lock takes f, a file or a folder, for this run until it is closed. It is an
// error that another has it; that the file system knows no locks is none.
func lock(f *os.File) error {
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); errors.Is(err, syscall.EWOULDBLOCK) {
		return errors.Errorf("another run is writing %s: write elsewhere, or wait for its end", f.Name())
	}
	return nil
}
