package loaders

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"io"

	"github.com/pkg/errors"
)

// peekGzip reports whether r is gzip, which the first two bytes tell and a
// file's name does not. What it returns reads all of r.
func peekGzip(r io.Reader) (all *bufio.Reader, gzipped bool, err error) {
	all = bufio.NewReader(r)
	magic, err := all.Peek(2)
	if err != nil && err != io.EOF {
		return nil, false, err
	}
	return all, bytes.Equal(magic, []byte{0x1f, 0x8b}), nil
}

// uncompressed returns the content of r, which may be gzip or not.
func uncompressed(r io.Reader) (io.Reader, error) {
	b, gzipped, err := peekGzip(r)
	if err != nil || !gzipped {
		return b, err
	}
	z, err := gzip.NewReader(b)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return z, err
}

// readError is a *FormatError for what the decompressor says of its input; any
// other error, such as a disk's, passes.
func readError(name string, off int64, err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &FormatError{File: name, Offset: off, Msg: "want more gzip data, got the end of the file"}
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		return &FormatError{File: name, Offset: off, Msg: "want sound gzip data, got " + err.Error()}
	}
	return errors.Wrapf(err, "%s: byte %d", name, off)
}
