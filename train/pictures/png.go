package pictures

import (
	"image"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pkg/errors"
)

// WritePNG writes the whole file, or leaves what was there. It replaces a file of
// that name.
func WritePNG(path string, img image.Image) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".euryale-*")
	if err == nil {
		if err = replace(f, path, img); err != nil {
			os.Remove(f.Name())
		}
	}
	return errors.Wrapf(reason(err), "cannot write %s", path)
}

// replace puts f, filled with img, in the place of path.
func replace(f *os.File, path string, img image.Image) error {
	err := png.Encode(f, img)
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

// reason is err without the temporary file, whose name says nothing to a user.
func reason(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}
