package loaders

import (
	"io"
	"os"
	"path/filepath"

	"github.com/pkg/errors"
)

// store copies r to dir, and every byte to meter. Under the file's own name there is
// then either the whole file, verified, or nothing.
func (f *file) store(r io.Reader, dir string, meter io.Writer) (path string, err error) {
	temp, err := os.CreateTemp(dir, f.name+".part-*")
	if err != nil {
		return "", storeError{err}
	}
	defer func() {
		temp.Close() // a second time, where all went well
		if err != nil {
			os.Remove(temp.Name())
		}
	}()
	gzipped, err := f.receive(r, io.MultiWriter(storing{temp}, meter))
	if err != nil {
		return "", err
	}
	if err := temp.Close(); err != nil {
		return "", storeError{err}
	}
	path = filepath.Join(dir, f.name)
	if gzipped {
		path += ".gz"
	}
	if err := os.Rename(temp.Name(), path); err != nil {
		return "", storeError{err}
	}
	return path, nil
}

// receive copies r to w, and verifies on the way that its content is f's.
func (f *file) receive(r io.Reader, w io.Writer) (gzipped bool, err error) {
	u, gzipped, err := uncompressed(io.TeeReader(r, w))
	if err == nil {
		err = newContent(u, f).verify()
	}
	if errors.Is(err, io.ErrUnexpectedEOF) { // the connection may have ended early
		err = passingError{err}
	}
	return gzipped, err
}

// storing makes the errors of a file being written storeErrors.
type storing struct{ f *os.File }

func (s storing) Write(p []byte) (int, error) {
	n, err := s.f.Write(p)
	if err != nil {
		err = storeError{err}
	}
	return n, err
}

// storeError is one of this machine, which no other mirror helps.
type storeError struct{ error }

func (e storeError) Error() string { return "cannot write to the cache folder: " + e.error.Error() }
func (e storeError) Unwrap() error { return e.error }
