package safetensors

import (
	"cmp"
	"encoding/binary"
	"io"
	"slices"

	"github.com/pkg/errors"

	"euryale/internal/regularfile"
)

// maxHeader bounds the length of a header, in bytes, as the format does.
const maxHeader = 100_000_000

// ReadFile reads the file at path. An error names it; one of its content is a
// *FormatError.
func ReadFile(path string) (*File, error) {
	r, size, err := regularfile.Open(path)
	if err != nil {
		return nil, err // which names the file
	}
	defer r.Close()
	f, err := Read(r, size)
	return f, errors.WithMessage(err, path)
}

// Decode reads a file from b, which the tensors' data then share.
func Decode(b []byte) (*File, error) {
	n, err := headerLength(b[:min(8, len(b))], int64(len(b)))
	if err != nil {
		return nil, err
	}
	metadata, entries, err := layout(b[8:8+n], int64(len(b)))
	if err != nil {
		return nil, err
	}
	return newFile(metadata, entries, b[8+n:]), nil
}

// Read reads a file of size bytes from r. The data are read, into one piece of
// memory, when the header is found to be right and of a file of that size.
func Read(r io.ReaderAt, size int64) (*File, error) {
	first, err := readAt(r, 0, min(8, max(0, size)))
	if err != nil {
		return nil, err
	}
	n, err := headerLength(first, size)
	if err != nil {
		return nil, err
	}
	header, err := readAt(r, 8, int64(n))
	if err != nil {
		return nil, err
	}
	metadata, entries, err := layout(header, size)
	if err != nil {
		return nil, err
	}
	data, err := readAt(r, 8+int64(n), size-8-int64(n))
	if err != nil {
		return nil, err
	}
	return newFile(metadata, entries, data), nil
}

// readAt reads n bytes. That many are known to be there.
func readAt(r io.ReaderAt, offset, n int64) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(io.NewSectionReader(r, offset, n), b); err != nil {
		return nil, errors.Wrapf(err, "cannot read %d bytes from byte %d", n, offset)
	}
	return b, nil
}

// headerLength is what the first 8 bytes say, in a file of size bytes.
func headerLength(first []byte, size int64) (int, error) {
	if len(first) < 8 {
		return 0, wrong("", "want the length of a header in the first 8 bytes, got a file of %d", len(first))
	}
	n := binary.LittleEndian.Uint64(first)
	switch {
	case n > maxHeader:
		return 0, wrong("", "want a header of at most %d bytes, got %d: not a safetensors file?", maxHeader, n)
	case n > uint64(size)-8:
		return 0, wrong("", "want a header of %d bytes, got %d: the file is cut short", n, size-8)
	}
	return int(n), nil
}

// layout is what a header says, checked, in order of the tensors' places. size
// is the file's.
func layout(header []byte, size int64) (map[string]string, []entry, error) {
	metadata, entries, err := parse(header)
	if err != nil {
		return nil, nil, err
	}
	end, err := place(entries)
	if err != nil {
		return nil, nil, err
	}
	// Neither can overflow: end is at most an eighth of 64 bits.
	switch want := 8 + int64(len(header)) + int64(end); {
	case size < want:
		return nil, nil, wrong("", "want a file of %d bytes, got %d: it is cut short", want, size)
	case size > want:
		return nil, nil, wrong("", "want a file of %d bytes, got %d: more follows the last tensor", want, size)
	}
	return metadata, entries, nil
}

// place sorts entries by their places and checks that they follow one another,
// each of its size. The last one's end is the result.
func place(entries []entry) (int, error) {
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end), cmp.Compare(a.name, b.name))
	})
	at := 0
	for _, e := range entries {
		switch {
		case e.begin > at:
			return 0, wrong(e.name, "want it to begin at byte %d of the data, got %d: bytes of no tensor before it", at, e.begin)
		case e.begin < at:
			return 0, wrong(e.name, "want it to begin at byte %d of the data, got %d: bytes of two tensors", at, e.begin)
		case e.end < e.begin:
			return 0, wrong(e.name, "want it to end after byte %d of the data, where it begins, got %d", e.begin, e.end)
		}
		want, err := size(e.name, e.dtype, e.shape)
		if err != nil {
			return 0, err
		}
		if e.end-e.begin != want {
			return 0, wrong(e.name, "want %d bytes for %s of %s, got offsets of %d", want, brief(e.shape), e.dtype, e.end-e.begin)
		}
		at = e.end
	}
	return at, nil
}

func newFile(metadata map[string]string, entries []entry, data []byte) *File {
	f := &File{Metadata: metadata, Tensors: make([]Tensor, len(entries))}
	for i, e := range entries {
		f.Tensors[i] = Tensor{Name: e.name, Dtype: e.dtype, Shape: e.shape, Data: data[e.begin:e.end:e.end]}
	}
	slices.SortFunc(f.Tensors, byName)
	return f
}
