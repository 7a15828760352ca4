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
	return all, isGzip(magic), nil
}

// isGzip tells gzip by its first bytes.
func isGzip(head []byte) bool { return bytes.HasPrefix(head, []byte{0x1f, 0x8b}) }

// uncompressed returns the content of r, which may be gzip or not.
func uncompressed(r io.Reader) (io.Reader, error) {
	b, gzipped, err := peekGzip(r)
	if err != nil || !gzipped {
		return b, err
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, truncated(err)
	}
	z.Multistream(false)
	return &members{b, z}, nil
}

// members reads the members of a gzip file one after the other. Zeros after one
// are no part of it: tapes and disks fill their blocks with them.
type members struct {
	b *bufio.Reader
	z *gzip.Reader
}

func (m *members) Read(p []byte) (int, error) {
	for {
		n, err := m.z.Read(p)
		if n > 0 && err == io.EOF {
			err = nil
		}
		if n > 0 || err != io.EOF {
			return n, err
		}
		if err := m.next(); err != nil {
			return 0, err
		}
	}
}

// next begins the next member; io.EOF if there is none.
func (m *members) next() error {
	for {
		first, err := m.b.ReadByte()
		switch {
		case err != nil:
			return err
		case first == 0:
			continue
		}
		if err := m.b.UnreadByte(); err != nil {
			return err
		}
		err = m.z.Reset(m.b)
		m.z.Multistream(false)
		return truncated(err)
	}
}

// truncated makes an end where a header should be the end of a file cut short.
func truncated(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// readError is a *FormatError for what the decompressor says of its input; any
// other error, such as a disk's, passes.
func readError(name string, off int64, err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &FormatError{File: name, Offset: off, Msg: "want more gzip data, got the end of the file: it is cut short, download or copy it again"}
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		return &FormatError{File: name, Offset: off, Msg: "want sound gzip data, got " + err.Error() + ": download or copy it again"}
	}
	return errors.Wrapf(err, "%s: byte %d", name, off)
}
