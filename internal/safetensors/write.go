package safetensors

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/pkg/errors"

	"euryale/internal/atomicfile"
)

// WriteFile writes f to the file at path, whole or not at all: see Write.
func WriteFile(path string, f *File) error {
	header, err := encodeHeader(f)
	if err != nil {
		return errors.WithMessagef(err, "cannot write %s", path)
	}
	return atomicfile.WriteFunc(path, func(w io.Writer) error { return write(w, header, f) })
}

// Encode is the bytes that Write writes.
func Encode(f *File) ([]byte, error) {
	var b bytes.Buffer
	err := Write(&b, f)
	return b.Bytes(), err
}

// Write writes f: metadata in order of their keys, tensors by the alignment of
// their dtypes, the widest first, then in order of their names. Spaces fill the
// header up to a multiple of 8 bytes.
//
// A *FormatError, before anything is written, is a name twice, a name or
// metadata that is not UTF-8, a tensor named __metadata__, an unknown dtype, a
// shape that is not its data's, more than 100,000,000 bytes of header.
func Write(w io.Writer, f *File) error {
	header, err := encodeHeader(f)
	if err != nil {
		return err
	}
	return write(w, header, f)
}

func write(w io.Writer, header []byte, f *File) error {
	b := bufio.NewWriter(w) // for files of many small tensors
	b.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(header))))
	b.Write(header)
	for _, t := range sorted(f.Tensors, byAlignment) {
		b.Write(t.Data)
	}
	return b.Flush() // the first error of all
}

func encodeHeader(f *File) ([]byte, error) {
	b := []byte{'{'}
	var err error
	if len(f.Metadata) > 0 {
		if b, err = appendMetadata(b, f.Metadata); err != nil {
			return nil, err
		}
	}
	seen := make(map[string]bool, len(f.Tensors))
	at := 0
	for _, t := range sorted(f.Tensors, byAlignment) {
		switch {
		case t.Name == metadataKey:
			return nil, wrong(t.Name, "want another name: this one is the metadata's")
		case seen[t.Name]:
			return nil, wrong(t.Name, "want each name once, got two tensors of it")
		case !utf8.ValidString(t.Name):
			return nil, wrong(t.Name, "want a name in UTF-8, got other bytes")
		}
		seen[t.Name] = true
		if err := check(t); err != nil {
			return nil, err
		}
		b = appendEntry(separated(b), t, at)
		at += len(t.Data)
	}
	b = append(b, '}')
	for len(b)%8 != 0 {
		b = append(b, ' ')
	}
	if len(b) > maxHeader {
		return nil, wrong("", "want a header of at most %d bytes, got %d", maxHeader, len(b))
	}
	return b, nil
}

func appendMetadata(b []byte, metadata map[string]string) ([]byte, error) {
	b = append(appendQuoted(b, metadataKey), ":{"...)
	for _, key := range slices.Sorted(maps.Keys(metadata)) {
		value := metadata[key]
		if !utf8.ValidString(key) || !utf8.ValidString(value) {
			return nil, wrong("", "metadata %.100q: want UTF-8, got other bytes", key)
		}
		b = appendQuoted(append(appendQuoted(separated(b), key), ':'), value)
	}
	return append(b, '}'), nil
}

func appendEntry(b []byte, t Tensor, at int) []byte {
	b = append(appendQuoted(b, t.Name), `:{"dtype":`...)
	b = append(appendQuoted(b, string(t.Dtype)), `,"shape":[`...)
	for i, d := range t.Shape {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(d), 10)
	}
	return fmt.Appendf(b, `],"data_offsets":[%d,%d]}`, at, at+len(t.Data))
}

// separated is b with a comma, unless an object begins at its end.
func separated(b []byte) []byte {
	if b[len(b)-1] == '{' {
		return b
	}
	return append(b, ',')
}

// appendQuoted is b and s as JSON, which escapes no more than it must:
// encoding/json escapes <, > and & too.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c >= ' ':
			b = append(b, c)
		case short[c] != 0:
			b = append(b, '\\', short[c])
		default:
			b = fmt.Appendf(b, `\u%04x`, c)
		}
	}
	return append(b, '"')
}

// short are the control characters that JSON has a letter for.
var short = [' ']byte{'\b': 'b', '\t': 't', '\n': 'n', '\f': 'f', '\r': 'r'}
