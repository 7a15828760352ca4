package npy

import (
	"encoding/binary"
	"io"
	"strconv"
	"strings"

	"github.com/pkg/errors"

	"euryale/internal/atomicfile"
	"euryale/internal/scalar"
)

// WriteFile writes a .npy file, whole or not at all: see Write.
func WriteFile(path string, a *Array) error {
	if err := a.check(); err != nil {
		return errors.WithMessagef(err, "cannot write %s", path)
	}
	return atomicfile.WriteFunc(path, func(w io.Writer) error { return Write(w, a) })
}

// Write writes a .npy file of version 1, the bytes that NumPy 2 writes. An array
// whose Data are not of its Shape and Dtype is a *FormatError.
func Write(w io.Writer, a *Array) error {
	if err := a.check(); err != nil {
		return err
	}
	if _, err := io.WriteString(w, preamble(a)); err != nil {
		return err
	}
	_, err := w.Write(a.Data)
	return err
}

// preamble is all that stands before the data.
func preamble(a *Array) string {
	h := "{'descr': '" + descr(a.Dtype) + "', 'fortran_order': False, 'shape': " + tuple(a.Shape) + ", }"
	if len(a.Shape) > 0 {
		// Room for 21 digits, so that another program can add rows in place.
		h += strings.Repeat(" ", 21-len(strconv.Itoa(a.Shape[0])))
	}
	// The data begin at a multiple of 64 bytes, after magic, version, length,
	// header and a newline.
	h += strings.Repeat(" ", 64-(len(magic)+2+2+len(h)+1)%64) + "\n"
	return magic + "\x01\x00" + string(binary.LittleEndian.AppendUint16(nil, uint16(len(h)))) + h
}

// descr is NumPy's code of a type.
func descr(t scalar.Type) string {
	for code, of := range codes { // each type has one
		if of == t && t.Size() == 1 {
			return "|" + code
		} else if of == t {
			return "<" + code
		}
	}
	return ""
}

// tuple is a shape in Python.
func tuple(shape []int) string {
	s := make([]string, len(shape), len(shape)+1)
	for i, d := range shape {
		s[i] = strconv.Itoa(d)
	}
	if len(s) == 1 {
		return "(" + s[0] + ",)"
	}
	return "(" + strings.Join(s, ", ") + ")"
}
