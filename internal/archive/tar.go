package archive

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"strings"

	"github.com/pkg/errors"
)

// isTar asks for the header of the first file, which has a checksum.
func isTar(head []byte) bool {
	if len(head) < 512 {
		return false
	}
	_, err := tar.NewReader(bytes.NewReader(head)).Next()
	// What a header announces, such as a long name, is not in head.
	return err == nil || bytes.HasPrefix(head[257:], []byte("ustar"))
}

func isGzip(head []byte) bool { return bytes.HasPrefix(head, []byte("\x1f\x8b\x08")) }

// OfTar lists a tar file of that size, which is called path.
// https://www.gnu.org/software/tar/manual/html_node/Standard.html
func OfTar(path string, r io.ReaderAt, size int64) (*Archive, error) {
	a := &Archive{Path: path, Kind: Tar}
	place := io.NewSectionReader(r, 0, size)
	t := tar.NewReader(place)
	for {
		h, err := t.Next()
		if err == io.EOF {
			break
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return nil, tarInWords(path, err)
		}
		at, err := place.Seek(0, io.SeekCurrent) // the reader reads no further than it must
		if err != nil {
			return nil, errors.WithMessage(err, path)
		}
		if err := a.add(tarred(h, at), h.Typeflag == tar.TypeDir); err != nil {
			return nil, err
		}
	}
	a.open = func(f *File) (io.ReadCloser, error) {
		return io.NopCloser(&whole{io.NewSectionReader(r, f.at, f.Size), f.Size}), nil
	}
	return a, a.order()
}

// tarred describes a file whose bytes begin at at.
func tarred(h *tar.Header, at int64) File {
	f := File{Name: h.Name, Size: h.Size, Time: h.ModTime.UnixNano(), at: at}
	switch {
	case h.Typeflag == tar.TypeSymlink || h.Typeflag == tar.TypeLink:
		f.Odd = "a link"
	case h.Typeflag == tar.TypeGNUSparse || sparse(h):
		f.Odd = "a sparse file: unpack it"
	case h.Typeflag != tar.TypeReg:
		f.Odd = "no regular file"
	}
	return f
}

func sparse(h *tar.Header) bool {
	for name := range h.PAXRecords {
		if strings.HasPrefix(name, "GNU.sparse.") {
			return true
		}
	}
	return false
}

func tarInWords(path string, err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		return errors.Errorf("%s: want a whole tar file, got one that is cut short: download or copy it again", path)
	case errors.Is(err, tar.ErrHeader):
		return errors.Errorf("%s: want a tar file, got one that is damaged: download or copy it again", path)
	}
	return errors.WithMessage(err, path)
}

// whole is a file of a tar file, which must not end early.
type whole struct {
	r    io.Reader
	left int64
}

func (w *whole) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if w.left -= int64(n); err == io.EOF && w.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// openGzip lists a packed tar file, which is unpacked into memory. It is nil where
// something else is packed.
func openGzip(path string, f *os.File) (*Archive, error) {
	z, err := gzip.NewReader(io.NewSectionReader(f, 0, 1<<62))
	if err != nil {
		return nil, nil
	}
	var content bytes.Buffer
	if _, err := io.CopyN(&content, z, 512); err != nil || !isTar(content.Bytes()) {
		return nil, nil
	}
	_, err = io.Copy(&content, io.LimitReader(z, mostMemory-512+1))
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, errors.Errorf("%s: want a whole tar.gz file, got one that is cut short: download or copy it again", path)
	case err != nil:
		return nil, errors.Errorf("%s: want a whole tar.gz file, got one that is damaged (%v): download or copy it again", path, err)
	case int64(content.Len()) > mostMemory:
		return nil, errors.Errorf("%s: want a tar.gz file of at most %d MiB unpacked, got more: unpack it, or make a zip file of it, which is read in place", path, mostMemory>>20)
	}
	a, err := OfTar(path, bytes.NewReader(content.Bytes()), int64(content.Len()))
	if err == nil {
		f.Close()
	}
	return a, err
}
