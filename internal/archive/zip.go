package archive

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"io"
	"io/fs"
	"strings"

	"github.com/pkg/errors"
)

func isZip(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}

// OfZip lists a zip file of that size, which is called path.
// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
func OfZip(path string, r io.ReaderAt, size int64) (*Archive, error) {
	a := &Archive{Path: path, Kind: Zip}
	count := &counting{r: r}
	z, err := zip.NewReader(count, size)
	switch {
	case errors.Is(err, errTooMany):
		return nil, a.tooMany()
	case errors.Is(err, zip.ErrFormat) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		return nil, errors.Errorf("%s: want a zip file, got one without its end: download or copy it again", path)
	case err != nil && !errors.Is(err, zip.ErrInsecurePath):
		return nil, errors.WithMessage(zipInWords(err), path)
	}
	count.done = true
	packed := uint64(0)
	for i, f := range z.File {
		if f.CompressedSize64 > uint64(size) {
			packed = uint64(size) + 1
		} else if packed <= uint64(size) {
			packed += f.CompressedSize64
		}
		if packed > uint64(size) {
			return nil, errors.Errorf("%s: want a zip file whose files lie beside each other, got %d bytes with more than that in them: it is damaged, or a bomb", path, size)
		}
		isFolder := strings.HasSuffix(f.Name, "/")
		if err := a.add(zipped(f, i), isFolder); err != nil {
			return nil, err
		}
	}
	a.open = func(f *File) (io.ReadCloser, error) { return z.File[f.at].Open() }
	return a, a.order()
}

// zipped describes a file.
func zipped(z *zip.File, i int) File {
	f := File{Name: z.Name, Size: int64(min(z.UncompressedSize64, 1<<62)), Sum: z.CRC32, at: int64(i)}
	const encrypted = 1
	const ratio = 1032 // the most that deflate packs
	switch {
	case z.Mode()&fs.ModeSymlink != 0:
		f.Odd = "a link"
	case !z.Mode().IsRegular():
		f.Odd = "no regular file"
	case z.Flags&encrypted != 0:
		f.Odd = "encrypted: unpack it"
	case z.Method != zip.Store && z.Method != zip.Deflate:
		f.Odd = "packed by another method than deflate: unpack it"
	case z.UncompressedSize64/ratio > z.CompressedSize64+1:
		f.Odd = "said to be larger than it can be: the zip file is damaged"
	}
	return f
}

// zipInWords is an error of archive/zip's.
func zipInWords(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, zip.ErrChecksum):
		return errors.New("its checksum is wrong: the zip file is damaged")
	case errors.Is(err, zip.ErrFormat) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &corrupt):
		return errors.New("the zip file is damaged there")
	}
	return errors.New(strings.TrimPrefix(err.Error(), "zip: "))
}

// counting reads a zip file's list, and stops where it has too many files: what
// the file says of their number may be wrong.
type counting struct {
	r     io.ReaderAt
	done  bool
	end   int64  // of what was read last
	tail  []byte // its last bytes
	files int
	bytes int64
}

// mostList is how many bytes the list of a zip file may have.
const mostList = 512 << 20

var errTooMany = errors.New("too many files")

func (c *counting) ReadAt(p []byte, at int64) (int, error) {
	n, err := c.r.ReadAt(p, at)
	if c.done {
		return n, err
	}
	if at != c.end {
		c.tail = nil
	}
	entry := []byte("PK\x01\x02")
	c.tail = append(c.tail, p[:min(n, 3)]...) // one that lies in both
	c.files += bytes.Count(c.tail, entry) + bytes.Count(p[:n], entry)
	c.tail = append(c.tail[:0], p[max(0, n-3):n]...)
	c.end, c.bytes = at+int64(n), c.bytes+int64(n)
	if c.files > mostFiles || c.bytes > mostList {
		return 0, errTooMany
	}
	return n, err
}
