package npy

import (
	"encoding/binary"
	"io"
	"slices"

	"github.com/pkg/errors"

	"euryale/internal/regularfile"
)

const magic = "\x93NUMPY"

// maxHeader bounds the length of a header, in bytes: that of version 1, and far
// beyond the 10,000 that NumPy reads.
const maxHeader = 1<<16 - 1

// ReadFile reads a .npy file. An error names it.
func ReadFile(path string) (*Array, error) { return readFile(path, Read) }

func readFile[T any](path string, read func(io.ReaderAt, int64) (T, error)) (T, error) {
	f, size, err := regularfile.Open(path)
	if err != nil {
		var none T
		return none, err // which names the file
	}
	defer f.Close()
	x, err := read(f, size)
	return x, errors.WithMessage(err, path)
}

// Read reads a .npy file of size bytes, of version 1, 2 or 3, in C or Fortran
// order, of either byte order: bools, integers of 8 to 64 bits and floats of 16
// to 64. All else is a *FormatError, Python objects and records among it, as are
// a size that is not what the header says, above it or below, and a header of
// more than 65,535 bytes.
func Read(r io.ReaderAt, size int64) (*Array, error) {
	return read(io.NewSectionReader(r, 0, size), size, size)
}

// read reads a file that is said to have total bytes. No more memory than known
// is taken before more has arrived.
func read(r io.Reader, total, known int64) (*Array, error) {
	text, at, err := readHeader(r, total)
	if err != nil {
		return nil, err
	}
	h, err := parse(text)
	if err != nil {
		return nil, err
	}
	n, err := size(h.shape, h.dtype)
	if err != nil {
		return nil, err
	}
	switch have := total - at; {
	case have < int64(n):
		return nil, wrong("want %d bytes after the header, for %s of %v, got %d: the file is cut short", n, brief(h.shape), h.dtype, have)
	case have > int64(n):
		return nil, wrong("want %d bytes after the header, for %s of %v, got %d: more follows the array", n, brief(h.shape), h.dtype, have)
	}
	data, err := readData(r, int64(n), known)
	if err != nil {
		return nil, err
	}
	if h.big {
		for c := range slices.Chunk(data, h.dtype.Size()) {
			slices.Reverse(c)
		}
	}
	if h.fortran {
		data = rowMajor(data, h.shape, h.dtype.Size())
	}
	return &Array{Shape: h.shape, Dtype: h.dtype, Data: data}, nil
}

// readHeader reads the header of a file of total bytes, and where it ends.
func readHeader(r io.Reader, total int64) (text string, end int64, err error) {
	var b [12]byte
	first := b[:min(max(total, 0), 8)]
	if _, err := io.ReadFull(r, first); err != nil {
		return "", 0, errors.Wrap(err, "cannot read")
	}
	if len(first) < 8 || string(first[:6]) != magic {
		return "", 0, wrong(`want %q first, as .npy files begin, got %q`, magic, first[:min(len(first), 6)])
	}
	length := b[8:12]
	switch major, minor := first[6], first[7]; {
	case major == 1 && minor == 0:
		length = b[8:10]
	case major < 1 || major > 3 || minor != 0:
		return "", 0, wrong("want version 1.0, 2.0 or 3.0 of the format, got %d.%d", major, minor)
	}
	end = int64(8 + len(length))
	if total < end {
		return "", 0, wrong("want the length of a header, got the end of the file")
	}
	if _, err := io.ReadFull(r, length); err != nil {
		return "", 0, errors.Wrap(err, "cannot read")
	}
	n := int64(binary.LittleEndian.Uint32(b[8:])) // after two bytes, two zeros
	switch {
	case n > maxHeader:
		return "", 0, wrong("want a header of at most %d bytes, got %d", maxHeader, n)
	case n > total-end:
		return "", 0, wrong("want a header of %d bytes, got %d: the file is cut short", n, total-end)
	}
	header := make([]byte, n)
	if _, err := io.ReadFull(r, header); err != nil {
		return "", 0, errors.Wrap(err, "cannot read")
	}
	return string(header), end + n, nil
}

// readData reads n bytes, and takes memory for no more than known, or as much
// again as has arrived.
func readData(r io.Reader, n, known int64) ([]byte, error) {
	b := make([]byte, min(n, known))
	for got := 0; ; {
		m, err := io.ReadFull(r, b[got:])
		if err != nil {
			return nil, errors.Wrap(err, "cannot read")
		}
		got += m
		if int64(got) == n {
			return b, nil
		}
		b = append(b, make([]byte, min(n-int64(got), max(int64(got), 4096)))...)
	}
}

// rowMajor is data whose first index runs fastest, elements of size bytes, in the
// order in which the last one does.
func rowMajor(data []byte, shape []int, size int) []byte {
	if len(data) == 0 {
		return data
	}
	strides := make([]int, len(shape)) // in data, in bytes
	step := size
	for i, d := range shape {
		strides[i], step = step, step*d
	}
	out := make([]byte, 0, len(data))
	index := make([]int, len(shape))
	for from := 0; len(out) < len(data); {
		out = append(out, data[from:from+size]...)
		for i := len(shape) - 1; i >= 0; i-- {
			index[i]++
			from += strides[i]
			if index[i] < shape[i] {
				break
			}
			from -= index[i] * strides[i]
			index[i] = 0
		}
	}
	return out
}
