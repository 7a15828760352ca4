package loaders

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"hash/crc32"
	"io"
	"io/fs"
	"os"

	"github.com/pkg/errors"

	"euryale/internal/atomicfile"
	"euryale/internal/decimal"
)

// cacheFile is the store of a file of decoded images. It holds, all numbers little
// endian:
//
//   - a header of 64 bytes: cacheMark; the number of images and of their channels,
//     rows and columns, 32 bits each; 32 bytes that tell what they are of;
//   - the images, one after the other;
//   - of each image 32 bits, its CRC-32C, and 32 more, 1 where its picture could not
//     be read, else 0;
//   - the SHA-256 of the header and of these.
type cacheFile struct {
	*pictures // of which it is
	path      string
	file      io.ReaderAt
	sums      []uint32
	bad       []bool
}

// cacheMark begins the file. The last two digits are the version of the form.
const cacheMark = "euryale images01"

const (
	cacheHeader = len(cacheMark) + 4*4 + sha256.Size
	cacheEntry  = 8
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errNotCached is why a picture that has no image in a cache cannot be read.
var errNotCached = errors.New("could not be read when the cache was made")

// cached is p, or the cache of it that is asked for.
func (o *opening) cached(p *pictures) (store, error) {
	if o.Cache == "" {
		return p, nil
	}
	header := p.cacheHeader()
	c, why, err := p.openCache(o.Cache, header)
	if err != nil {
		return nil, err
	}
	if c != nil {
		return c, nil
	}
	o.note("decoding %s into the cache %s%s", decimal.Count(len(p.files), "picture", "pictures"), o.Cache, why)
	if err := o.writeCache(p, header); err != nil {
		return nil, err
	}
	c, why, err = p.openCache(o.Cache, header)
	if c == nil && err == nil {
		err = errors.Errorf("%s: want the cache that was just written, got another%s: does something else write to it?", o.Cache, why)
	}
	return c, err
}

// cacheHeader is the header of a cache of p.
func (p *pictures) cacheHeader() []byte {
	h := []byte(cacheMark)
	for _, n := range []int{len(p.files), p.fitting.channels, p.fitting.size.Y, p.fitting.size.X} {
		h = binary.LittleEndian.AppendUint32(h, uint32(n))
	}
	sum := sha256.New()
	for place, f := range p.files {
		id := p.identity(place)
		sum.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(id))))
		io.WriteString(sum, id)
		sum.Write(binary.LittleEndian.AppendUint64(nil, uint64(p.archive.Files[f.file].Time)))
	}
	return sum.Sum(h)
}

// openCache opens the cache of p at path. It is nil where there is none, or one of
// something else or damaged: why says which. A file that is no cache is an error.
func (p *pictures) openCache(path string, header []byte) (c *cacheFile, why string, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", errors.WithStack(err)
	}
	c = &cacheFile{pictures: p, path: path, file: f}
	if why, err = c.check(f, header); why != "" || err != nil {
		f.Close()
		return nil, why, errors.WithMessage(err, path)
	}
	return c, "", nil
}

// check reads all of the file, and says why it cannot be used.
func (c *cacheFile) check(f *os.File, header []byte) (why string, err error) {
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	got := make([]byte, cacheHeader)
	n, err := f.ReadAt(got, 0)
	if err != nil && err != io.EOF {
		return "", err
	}
	const version = 2
	if name := cacheMark[:len(cacheMark)-version]; !info.Mode().IsRegular() || !bytes.HasPrefix(got[:n], []byte(name)) {
		return "", errors.New("want a file for the cache of decoded images, got something else, which is not written over: remove it or name another")
	}
	const damaged = ", which was damaged"
	images := int64(len(c.files)) * int64(c.fitting.bytes())
	table := make([]byte, len(c.files)*cacheEntry+sha256.Size)
	switch {
	case !bytes.Equal(got, header):
		return ", which was of other files or sizes", nil
	case info.Size() != int64(cacheHeader)+images+int64(len(table)):
		return damaged, nil
	}
	if _, err := f.ReadAt(table, int64(cacheHeader)+images); err != nil {
		return damaged, nil
	}
	table, sum := table[:len(table)-sha256.Size], table[len(table)-sha256.Size:]
	if want := sha256.Sum256(append(got, table...)); !bytes.Equal(want[:], sum) {
		return damaged, nil
	}
	c.sums, c.bad = make([]uint32, len(c.files)), make([]bool, len(c.files))
	for i := range c.sums {
		c.sums[i] = binary.LittleEndian.Uint32(table[i*cacheEntry:])
		c.bad[i] = binary.LittleEndian.Uint32(table[i*cacheEntry+4:]) != 0
	}
	if err := c.readAll(); err != nil {
		return damaged, nil
	}
	return "", nil
}

// readAll compares the images with their sums.
func (c *cacheFile) readAll() error {
	const piece = 64
	n := len(c.files)
	return inParallel((n+piece-1)/piece, func(k int) error {
		to := make([]uint8, c.fitting.bytes())
		for place := k * piece; place < min(n, (k+1)*piece); place++ {
			if c.bad[place] {
				continue
			}
			if err := c.read(context.Background(), place, to); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *cacheFile) name(place int) string { return c.path + ": " + c.pictures.name(place) }

func (c *cacheFile) read(ctx context.Context, place int, to []uint8) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if c.bad[place] {
		return errNotCached
	}
	if _, err := c.file.ReadAt(to, int64(cacheHeader)+int64(place)*int64(len(to))); err != nil {
		return errors.Errorf("the cache has become shorter or cannot be read (%v): remove it", err)
	}
	if crc32.Checksum(to, castagnoli) != c.sums[place] {
		return errors.New("the cache has changed while it was used: remove it")
	}
	return nil
}

// writeCache decodes all of p into the cache.
func (o *opening) writeCache(p *pictures, header []byte) error {
	if err := atomicfile.Check(o.Cache); err != nil {
		return err
	}
	var stopped error
	err := atomicfile.WriteFunc(o.Cache, func(w io.Writer) error {
		sum := sha256.New()
		if _, err := io.MultiWriter(w, sum).Write(header); err != nil {
			return err
		}
		var table []byte
		if table, stopped = o.writeImages(p, w); stopped != nil {
			return stopped
		}
		return writeTable(w, sum, table)
	})
	if o.ctx.Err() != nil || errors.As(err, new(*UnreadableError)) {
		return stopped
	}
	return err
}

// writeImages writes the images, some at a time, and returns the table of them.
func (o *opening) writeImages(p *pictures, w io.Writer) (table []byte, err error) {
	o.decoding = o.tally("decoded")
	n := p.fitting.bytes()
	piece := min(max(1, (16<<20)/n), len(p.files))
	pixels := make([]uint8, piece*n)
	for from := 0; from < len(p.files); from += piece {
		to := min(from+piece, len(p.files))
		clear(pixels)
		why, err := o.decode(p, from, to, pixels)
		if err != nil {
			return nil, err
		}
		for k, w := range why {
			bad := uint32(0)
			if w != nil {
				bad = 1
				o.addBad(p, from+k, w)
			}
			table = binary.LittleEndian.AppendUint32(table, crc32.Checksum(pixels[k*n:(k+1)*n], castagnoli))
			table = binary.LittleEndian.AppendUint32(table, bad)
		}
		if _, err := w.Write(pixels[:(to-from)*n]); err != nil {
			return nil, err
		}
	}
	if len(o.bad) > 0 && !o.SkipBad {
		return nil, o.badError()
	}
	return table, nil
}

// writeTable ends the file.
func writeTable(w io.Writer, sum hash.Hash, table []byte) error {
	sum.Write(table)
	_, err := w.Write(sum.Sum(table))
	return err
}
