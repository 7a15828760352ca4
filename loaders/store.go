package loaders

import (
	"io"
	"path/filepath"

	"github.com/pkg/errors"

	"euryale/internal/atomicfile"
)

// store copies r to dir, and every byte to meter. Under the file's own name
// there is then either the whole file, verified, or what was there before.
func (f *file) store(r io.Reader, dir string, meter io.Writer) (path string, err error) {
	packed, gzipped, err := peekGzip(r)
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, f.name)
	if gzipped && !f.packed {
		path += ".gz"
	}
	var broken error // what is amiss with r, not with the disk
	err = atomicfile.WriteFunc(path, func(w io.Writer) error {
		err := f.receive(packed, io.MultiWriter(storing{w}, meter))
		if !errors.As(err, new(storeError)) {
			broken = err
		}
		return err
	})
	switch {
	case broken != nil:
		return "", broken
	case err != nil:
		return "", storeError{err}
	}
	return path, nil
}

// receive copies r to w, and verifies on the way that its content is f's.
func (f *file) receive(r io.Reader, w io.Writer) error {
	u, err := io.TeeReader(r, w), error(nil)
	if !f.packed {
		u, err = uncompressed(u)
	}
	if err == nil {
		err = newContent(u, f).verify()
	}
	if errors.Is(err, io.ErrUnexpectedEOF) { // the connection may have ended early
		err = passingError{err}
	}
	return err
}

// storing makes the errors of a file being written storeErrors.
type storing struct{ w io.Writer }

func (s storing) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	if err != nil {
		err = storeError{err}
	}
	return n, err
}

// storeError is one of this machine, which no other mirror helps.
type storeError struct{ error }

func (e storeError) Error() string { return "cannot be stored: " + e.error.Error() }
func (e storeError) Unwrap() error { return e.error }
