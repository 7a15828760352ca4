// Package atomicfile writes a file whole or not at all: to a temporary file
// beside it, which then takes its place. Errors name the file that was asked
// for, never the temporary one.
package atomicfile

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"

	"github.com/pkg/errors"
)

// Write puts data in the place of the file at path, or leaves what was there. Who may
// read and write that stays as it was; a new file has mode 0644. A pipe or a device is
// written to as it is.
func Write(path string, data []byte) error {
	return WriteFunc(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// WriteFunc is Write of what write writes.
func WriteFunc(path string, write func(w io.Writer) error) error {
	return replace(path, temporary, write, false)
}

// WriteDurably is WriteFunc of what a loss of power is not to take: when it returns,
// the file is on the disk, and so is its name.
func WriteDurably(path string, write func(w io.Writer) error) error {
	return replace(path, temporary, write, true)
}

// WriteVia is WriteDurably through a temporary file of that name, in the same folder:
// one that a process left which was killed is written over. No other process may
// write through it.
func WriteVia(path, via string, write func(w io.Writer) error) error {
	return replace(path, func(string) (*os.File, error) {
		f, err := os.OpenFile(via, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
		return f, named(path, err)
	}, write, true)
}

// LinkVia puts the file at from in the place of the one at path too, durably: as
// another name of it where the file system knows that, else as a copy.
func LinkVia(path, from, via string) error {
	if err := os.Remove(via); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return named(path, err)
	}
	if err := os.Link(from, via); err != nil {
		return copyVia(path, from, via)
	}
	err := os.Rename(via, path)
	os.Remove(via) // is there still, where both were the same file
	if err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	return named(path, err)
}

func copyVia(path, from, via string) error {
	f, err := os.Open(from)
	if err != nil {
		return named(path, err)
	}
	defer f.Close()
	return WriteVia(path, via, func(w io.Writer) error {
		_, err := io.Copy(w, f)
		return err
	})
}

func replace(path string, temporary func(path string) (*os.File, error), write func(w io.Writer) error, durably bool) error {
	special, err := isSpecial(path)
	if err != nil {
		return err
	}
	if special {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return named(path, closing(f, write(f)))
	}
	t, err := temporary(path)
	if err != nil {
		return err
	}
	err = write(t)
	if err == nil && durably {
		err = t.Sync()
	}
	if err = closing(t, err); err == nil {
		err = os.Chmod(t.Name(), mode(path))
	}
	if err == nil {
		err = os.Rename(t.Name(), target(path))
	}
	if err != nil {
		os.Remove(t.Name())
	} else if durably {
		err = syncFolder(filepath.Dir(target(path)))
	}
	return named(path, err)
}

// syncFolder brings the names in a folder to the disk, where folders can be synced.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	if err = d.Sync(); errors.Is(err, syscall.ENOTSUP) || errors.Is(err, syscall.EINVAL) {
		err = nil // this file system has no such thing
	}
	return closing(d, err)
}

// Check reports why Write would fail, as far as that can be known before there
// is anything to write. It leaves nothing behind.
func Check(path string) error {
	special, err := isSpecial(path)
	if err != nil || special {
		return err
	}
	return try(path)
}

// CheckFolder is Check of a new file in a folder that there is.
func CheckFolder(dir string) error { return try(filepath.Join(dir, "file")) }

// try makes the file that would become path's, and takes it away again.
func try(path string) error {
	t, err := temporary(path)
	if err != nil {
		return err
	}
	t.Close()
	return named(path, os.Remove(t.Name()))
}

// isSpecial reports whether path is a pipe or a device. A folder is an error.
func isSpecial(path string) (bool, error) {
	if path == "" {
		return false, errors.New("want the name of a file, got an empty one")
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return false, nil // temporary finds what is amiss
	case info.IsDir():
		return false, errors.Errorf("want a file, got the folder %s", path)
	}
	return !info.Mode().IsRegular(), nil
}

// mode is that of the file at path, or of a new one.
func mode(path string) fs.FileMode {
	if info, err := os.Stat(path); err == nil {
		return info.Mode().Perm()
	}
	return 0o644
}

// target is the file that path names, through links.
func target(path string) string {
	if to, err := filepath.EvalSymlinks(path); err == nil {
		return to
	}
	return path
}

// temporary is a new file beside the one that path names.
func temporary(path string) (*os.File, error) {
	t, err := os.CreateTemp(filepath.Dir(target(path)), ".euryale-*")
	return t, named(path, err)
}

// closing closes f, and is the first of the two errors.
func closing(f *os.File, err error) error {
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// named is err about the file at path, whatever file it speaks of.
func named(path string, err error) error {
	if err == nil {
		return nil
	}
	var at *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &at):
		err = at.Err
	case errors.As(err, &link):
		err = link.Err
	}
	return errors.WithMessagef(err, "cannot write %s", path)
}
