package npy

import (
	"archive/zip"
	"cmp"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/pkg/errors"
)

// An Entry is an array of a .npz file.
type Entry struct {
	Name  string // without .npy; a path of / that stays inside, in UTF-8
	Array *Array
}

// Options are those of reading .npz files.
type Options struct {
	MaxBytes int64 // that all arrays together may take, unpacked; 0 means 4 GiB

	// Want says of a name whether that array is wanted: others are not unpacked, and
	// may be of what Read refuses. nil means all.
	Want func(name string) bool
}

// ReadNPZFile reads a .npz file. An error names it.
func ReadNPZFile(path string, o Options) ([]Entry, error) {
	return readFile(path, func(r io.ReaderAt, size int64) ([]Entry, error) { return ReadNPZ(r, size, o) })
}

// ReadNPZ reads a .npz file of size bytes: a ZIP archive of .npy files, stored or
// deflated, in the order of the archive.
//
// What Read refuses is a *FormatError, which names the array, and so is an
// archive with anything else in it, a name twice, a name that leaves the folder
// it would be unpacked to, entries that share bytes, more than Options.MaxBytes,
// which is found before anything is unpacked, and a wrong checksum.
func ReadNPZ(r io.ReaderAt, size int64, o Options) ([]Entry, error) {
	if o.MaxBytes < 0 {
		return nil, errors.Errorf("Options.MaxBytes: want at least 0, got %d", o.MaxBytes)
	}
	in := &recorder{ReaderAt: r}
	z, err := zip.NewReader(in, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // entryName finds those
		return nil, in.zipError(err)
	}
	names := make([]string, len(z.File))
	seen := make(map[string]bool, len(z.File))
	for i, f := range z.File {
		if names[i], err = entryName(f); err != nil {
			return nil, err
		}
		if seen[names[i]] {
			return nil, &FormatError{names[i], "want each name once, got two arrays of it"}
		}
		seen[names[i]] = true
	}
	if err := in.checkPlaces(z.File, size); err != nil {
		return nil, err
	}
	wanted, names := o.wanted(z.File, names)
	if err := checkSize(wanted, o.MaxBytes); err != nil {
		return nil, err
	}
	entries := make([]Entry, len(names))
	for i, f := range wanted {
		a, err := in.readEntry(f)
		var format *FormatError
		switch {
		case errors.As(err, &format):
			return nil, &FormatError{names[i], format.Msg}
		case err != nil:
			return nil, errors.WithMessagef(err, "array %.100q", names[i])
		}
		entries[i] = Entry{names[i], a}
	}
	return entries, nil
}

// wanted are the files, and their names, that are wanted.
func (o Options) wanted(files []*zip.File, names []string) ([]*zip.File, []string) {
	if o.Want == nil {
		return files, names
	}
	var (
		f []*zip.File
		n []string
	)
	for i, name := range names {
		if o.Want(name) {
			f, n = append(f, files[i]), append(n, name)
		}
	}
	return f, n
}

// entryName is the name of an array, and whether its entry is one that is read.
func entryName(f *zip.File) (string, error) {
	name, ok := strings.CutSuffix(f.Name, ".npy")
	switch {
	case !ok:
		return "", wrong("want nothing but .npy files in the archive, got %.100q", f.Name)
	case !validName(name):
		return "", &FormatError{name, "want a name in UTF-8, of parts between /, none of them empty, . or .., and without \\"}
	case f.Flags&1 != 0:
		return "", &FormatError{name, "want no password, got an encrypted array"}
	case f.Method != zip.Store && f.Method != zip.Deflate:
		return "", &FormatError{name, "want it stored or deflated, got another way of compression"}
	}
	return name, nil
}

func validName(name string) bool {
	return fs.ValidPath(name) && name != "." && !strings.Contains(name, `\`)
}

// checkPlaces reports entries that do not lie within the archive of size bytes,
// each for itself: a few bytes can so unpack to very many.
func (r *recorder) checkPlaces(files []*zip.File, size int64) error {
	type place struct{ begin, end int64 }
	places := make([]place, len(files))
	for i, f := range files {
		begin, err := f.DataOffset()
		if err != nil {
			return r.zipError(err)
		}
		if f.CompressedSize64 > uint64(size) || begin > size-int64(f.CompressedSize64) {
			return wrong("want arrays within the archive of %d bytes, got one beyond its end: it is damaged", size)
		}
		places[i] = place{begin, begin + int64(f.CompressedSize64)}
	}
	slices.SortFunc(places, func(a, b place) int { return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end)) })
	for i := 1; i < len(places); i++ {
		if places[i].begin < places[i-1].end {
			return wrong("want each array to have bytes of its own in the archive, got two that share some: it is damaged")
		}
	}
	return nil
}

// checkSize compares what the arrays take, unpacked, as far as the archive says,
// with the most that they may, 0 for 4 GiB.
func checkSize(files []*zip.File, most int64) error {
	if most == 0 {
		most = 4 << 30
	}
	left := uint64(most)
	for _, f := range files {
		if f.UncompressedSize64 > left {
			return wrong("want at most %d bytes of arrays, unpacked, got more", most)
		}
		left -= f.UncompressedSize64
	}
	return nil
}

func (r *recorder) readEntry(f *zip.File) (*Array, error) {
	content, err := f.Open()
	if err != nil {
		return nil, r.zipError(err)
	}
	defer content.Close()
	a, err := read(content, int64(f.UncompressedSize64), int64(f.CompressedSize64))
	if err == nil { // the checksum is compared where the end is found
		_, err = io.CopyN(io.Discard, content, 1)
	}
	if err != nil && err != io.EOF {
		return nil, r.zipError(err)
	}
	return a, nil
}

// zipError is err of an archive read by way of r, as a *FormatError unless r
// itself failed.
func (r *recorder) zipError(err error) error {
	var format *FormatError
	switch {
	case r.err != nil:
		return errors.Wrap(r.err, "cannot read")
	case errors.As(err, &format):
		return format
	case errors.Is(err, zip.ErrChecksum):
		return wrong("want the checksum that the archive has, got another: it is damaged")
	}
	return wrong("want a ZIP archive, as .npz files are, got none or a damaged one: %v", err)
}

// recorder remembers an error of its reader other than the end.
type recorder struct {
	io.ReaderAt
	err error
}

func (r *recorder) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 { // what a damaged archive asks for
		return 0, zip.ErrFormat
	}
	n, err := r.ReaderAt.ReadAt(p, off)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err
}
