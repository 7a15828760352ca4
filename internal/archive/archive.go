// Package archive lists the files of a folder, a zip file or a tar file, and reads
// any of them, in place:
//
//	a, err := archive.Of("photos.zip")
//	for i := range a.Files {
//		r, err := a.Read(i)
//		…
//	}
//
// What an archive says of itself is not believed: names that lead out of it, links,
// names that are there twice, files over files and more files than one can work
// with are errors, and no more is unpacked than a picture may have.
package archive

import (
	"cmp"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/pkg/errors"

	"euryale/internal/decimal"
)

// Kind is what an Archive is.
type Kind string

// The kinds, as they are called in errors.
const (
	Folder Kind = "folder"
	Zip    Kind = "zip file"
	Tar    Kind = "tar file"
)

// Archive is the files of a folder, a zip file or a tar file. It may be read by
// several goroutines at once. What it holds open is closed when it is no longer
// reached.
type Archive struct {
	Path    string
	Kind    Kind
	Files   []File   // by name
	Folders []string // those that are listed, also where they are empty; by name

	open func(f *File) (io.ReadCloser, error)
}

// File is a file of an archive.
type File struct {
	Name string // below the root, with slashes
	Size int64  // uncompressed, as the archive says
	Time int64  // of the last change, Unix time in nanoseconds; 0 in a zip file
	Sum  uint32 // CRC-32 of the content; 0 where the archive has none

	// Odd is why the file cannot be read, such as "a link": "" means that nothing is
	// known against it.
	Odd string

	at int64 // in a tar file the place of its first byte, in a zip file its number
}

// Limits of what is read. Variables, so that tests can reach them.
var (
	mostFiles  = 2_000_000        // ImageNet has 1,281,167
	mostFile   = int64(512 << 20) // of one file, unpacked
	mostMemory = int64(512 << 20) // of a tar file that is unpacked into memory
)

// Of opens the folder, zip, tar or tar.gz file at path. It is nil, without an
// error, where that is a file of another kind.
func Of(path string) (*Archive, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, errors.WithStack(err)
	}
	if info.IsDir() {
		return openFolder(path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, errors.WithStack(err)
	}
	a, err := ofFile(path, f)
	if a == nil {
		f.Close()
	}
	return a, err
}

// ofFile opens an archive that is a file, by its first bytes.
func ofFile(path string, f *os.File) (*Archive, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, errors.WithStack(err)
	}
	if !info.Mode().IsRegular() {
		return nil, nil
	}
	head := make([]byte, 512)
	n, err := f.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return nil, errors.WithStack(err)
	}
	head = head[:n]
	switch {
	case isZip(head):
		return OfZip(path, f, info.Size())
	case isTar(head):
		return OfTar(path, f, info.Size())
	case isGzip(head):
		return openGzip(path, f)
	}
	return nil, nil
}

// Read opens file i. Reading ends in an error after more bytes than a picture may
// have. Errors do not name the file.
func (a *Archive) Read(i int) (io.ReadCloser, error) {
	f := &a.Files[i]
	if f.Odd != "" {
		return nil, errors.Errorf("is %s", f.Odd)
	}
	if f.Size > mostFile {
		return nil, tooLong()
	}
	r, err := a.open(f)
	if err != nil {
		return nil, a.inWords(err)
	}
	return &bounded{from: a, r: r, left: mostFile}, nil
}

// Head is at most the first n bytes of file i.
func (a *Archive) Head(i, n int) ([]byte, error) {
	r, err := a.Read(i)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	head := make([]byte, n)
	n, err = io.ReadFull(r, head)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil
	}
	return head[:n], err
}

// bounded reads no more than it may.
type bounded struct {
	from *Archive
	r    io.ReadCloser
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, tooLong()
	}
	if err != nil && err != io.EOF {
		err = b.from.inWords(err)
	}
	return n, err
}

func (b *bounded) Close() error { return b.r.Close() }

func tooLong() error {
	return errors.Errorf("want a file of at most %d MiB, got a longer one", mostFile>>20)
}

// inWords is an error of reading a file, without its name.
func (a *Archive) inWords(err error) error {
	var at *fs.PathError
	switch {
	case errors.As(err, &at) && strings.Contains(at.Err.Error(), "escapes"):
		return errors.Errorf("is a link out of the %s", a.Kind)
	case errors.As(err, &at):
		return at.Err
	case a.Kind == Zip:
		return zipInWords(err)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.Errorf("the %s has changed or is cut short", a.Kind)
	}
	return err
}

// add takes a file into the list, or a folder: nothing of a name that cannot be.
func (a *Archive) add(f File, folder bool) error {
	name, err := Clean(f.Name)
	switch {
	case err != nil && a.Kind == Folder:
		return errors.Errorf("%s: %v: rename it", a.Path, err)
	case err != nil:
		return errors.Errorf("%s: %v: pack it again", a.Path, err)
	case len(a.Files)+len(a.Folders) >= mostFiles:
		return a.tooMany()
	case name == ".":
		return nil
	case folder:
		a.Folders = append(a.Folders, name)
		return nil
	}
	f.Name = name
	a.Files = append(a.Files, f)
	return nil
}

func (a *Archive) tooMany() error {
	return errors.Errorf("%s: want at most %s files and folders in a %s, got more", a.Path, decimal.Group(int64(mostFiles)), a.Kind)
}

// Clean is a name as path.Clean makes it, if it stays below the root.
func Clean(name string) (string, error) {
	switch {
	case name == "":
		return "", errors.New("want names of files, got an empty one")
	case strings.ContainsRune(name, '\\'):
		return "", errors.Errorf("want / between folders, got the name %q", shortened(name))
	case strings.ContainsFunc(name, unicode.IsControl):
		return "", errors.Errorf("want names of printed characters, got %q", shortened(name))
	case strings.HasPrefix(name, "/") || len(name) > 1 && name[1] == ':' && isLetter(name[0]):
		return "", errors.Errorf("want names that begin at the folder, got %q", shortened(name))
	case slices.Contains(strings.Split(name, "/"), ".."):
		return "", errors.Errorf("want names that stay in the folder, got %q", shortened(name))
	}
	return path.Clean(name), nil
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// shortened is a name that fits into a line.
func shortened(name string) string {
	const most = 200
	if len(name) <= most {
		return name
	}
	return name[:most] + "…"
}

// order sorts the files by name, and reports names that are there twice.
func (a *Archive) order() error {
	slices.SortFunc(a.Files, func(x, y File) int { return cmp.Compare(x.Name, y.Name) })
	for i := 1; i < len(a.Files); i++ {
		if name := a.Files[i].Name; name == a.Files[i-1].Name {
			return errors.Errorf("%s: want each name once, got %q twice: pack it again", a.Path, shortened(name))
		}
	}
	slices.Sort(a.Folders)
	a.Folders = slices.Compact(a.Folders)
	return nil
}

// Name is how errors call file i: with the archive's path.
func (a *Archive) Name(i int) string {
	if a.Kind == Folder {
		return filepath.Join(a.Path, filepath.FromSlash(a.Files[i].Name))
	}
	return a.Path + ": " + a.Files[i].Name
}
