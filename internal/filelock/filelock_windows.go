package filelock

import (
	"os"

	"github.com/pkg/errors"
	"golang.org/x/sys/windows"
)

// beyond is where the byte that is locked lies: behind all that there is, as others
// could not read it.
const beyond = 1 << 30

// Take takes f, a file, until it is closed. ErrTaken is that another open file of
// this or another process has it; a folder, of which Windows locks none, is nobody's.
func Take(f *os.File) error {
	at := windows.Overlapped{OffsetHigh: beyond}
	err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &at)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return ErrTaken
	}
	return nil
}
