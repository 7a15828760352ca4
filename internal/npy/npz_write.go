package npy

import (
	"archive/zip"
	"io"
	"time"

	"github.com/pkg/errors"

	"euryale/internal/atomicfile"
)

// WriteNPZFile writes a .npz file, whole or not at all: see WriteNPZ.
func WriteNPZFile(path string, entries []Entry) error {
	if err := checkEntries(entries); err != nil {
		return errors.WithMessagef(err, "cannot write %s", path)
	}
	return atomicfile.WriteFunc(path, func(w io.Writer) error { return WriteNPZ(w, entries) })
}

// epoch is the date of all entries: the first that a ZIP archive can name, and
// the one that NumPy gives.
var epoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// WriteNPZ writes a .npz file of arrays, in the order given, not compressed. The
// same arrays give the same bytes.
//
// A *FormatError, before anything is written, is a name twice or one that Entry
// does not allow, and what Write refuses.
func WriteNPZ(w io.Writer, entries []Entry) error {
	if err := checkEntries(entries); err != nil {
		return err
	}
	z := zip.NewWriter(w)
	for _, e := range entries {
		f, err := z.CreateHeader(&zip.FileHeader{Name: e.Name + ".npy", Method: zip.Store, Modified: epoch})
		if err != nil {
			return err
		}
		if err := Write(f, e.Array); err != nil {
			return err
		}
	}
	return z.Close()
}

func checkEntries(entries []Entry) error {
	seen := make(map[string]bool, len(entries))
	for _, e := range entries {
		switch {
		case !validName(e.Name):
			return &FormatError{e.Name, "want a name in UTF-8, of parts between /, none of them empty, . or .., and without \\"}
		case seen[e.Name]:
			return &FormatError{e.Name, "want each name once, got two arrays of it"}
		case e.Array == nil:
			return &FormatError{e.Name, "want an array, got none"}
		}
		seen[e.Name] = true
		if err := e.Array.check(); err != nil {
			var format *FormatError
			errors.As(err, &format)
			return &FormatError{e.Name, format.Msg}
		}
	}
	return nil
}
