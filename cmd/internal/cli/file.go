package cli

import (
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pkg/errors"
)

// file is one that a flag asks for.
type file struct{ flag, path string }

// check reports, before hours of training, a file that cannot be written.
func (f file) check() error {
	if f.path == "" {
		return nil
	}
	if info, err := os.Stat(f.path); err == nil && !info.Mode().IsRegular() {
		if info.IsDir() {
			return errors.Errorf("%s: want a file, got the folder %s", f.flag, f.path)
		}
		return nil // a pipe or a device
	}
	t, err := f.temporary()
	if err != nil {
		return err
	}
	t.Close()
	return errors.Wrap(os.Remove(t.Name()), f.flag)
}

// checkFree reports a file that is in the way. A pipe or a device is not.
func (f file) checkFree() error {
	if f.path == "" {
		return nil
	}
	info, err := os.Stat(f.path)
	if err != nil {
		info, err = os.Lstat(f.path) // a link to nothing would be lost, too
	}
	if err == nil && (info.Mode().IsRegular() || info.Mode().Type() == fs.ModeSymlink) {
		return errors.Errorf("%s: %s exists: choose another name, or replace it with --force", f.flag, f.path)
	}
	return nil
}

// temporary is a new file beside the path.
func (f file) temporary() (*os.File, error) {
	t, err := os.CreateTemp(filepath.Dir(f.path), ".euryale-*")
	var at *fs.PathError
	if errors.As(err, &at) { // it names a file that the user did not
		err = at.Err
	}
	return t, errors.Wrapf(err, "%s: cannot write %s", f.flag, f.path)
}

// write writes the whole file or leaves what was there.
func (f file) write(text []byte) error {
	if info, err := os.Stat(f.path); err == nil && !info.Mode().IsRegular() {
		return errors.Wrap(os.WriteFile(f.path, text, 0o644), f.flag)
	}
	t, err := f.temporary()
	if err != nil {
		return err
	}
	if err = replace(t, f.path, text); err != nil {
		os.Remove(t.Name())
	}
	return errors.Wrap(err, f.flag)
}

// replace puts f, filled with text, in the place of path.
func replace(f *os.File, path string, text []byte) error {
	_, err := f.Write(text)
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	if err := os.Chmod(f.Name(), 0o644); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
