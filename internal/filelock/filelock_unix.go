//go:build unix && !solaris && !illumos && !aix

package filelock

import (
	"os"
	"syscall"

	"github.com/pkg/errors"
)

// Take takes f, a file or a folder, until it is closed. ErrTaken is that another
// open file of this or another process has it; that the file system knows no locks
// is no error.
func Take(f *os.File) error {
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrTaken
	}
	return nil
}
