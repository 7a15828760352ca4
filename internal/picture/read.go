package picture

import (
	"bytes"
	"context"
	"image"
	"io"
	"os"

	"github.com/pkg/errors"
)

// Limits of what is read: up to 8 bytes a pixel are taken for a picture, and as
// much again for what is made of it.
const (
	mostPixels = 100_000_000
	mostBytes  = 1 << 30 // of a file
)

// Picture is what a file shows, and what else is to be known about it.
type Picture struct {
	Image  image.Image // one of the kinds of Straight, from 0, 0
	Colour Colour
	Notes  []string // what of the file was left out, each to be put after its name
}

// Open opens a picture's file. An error names it.
func Open(path string) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		f.Close()
		return nil, errors.Errorf("%s: want a %s picture, got a folder", path, Formats)
	}
	return f, nil
}

// Read reads a PNG, JPEG, GIF, WebP, BMP or TIFF file, and turns the picture
// upright. Of an animation it takes the first picture. It ends when ctx does.
//
// Errors say what the file is, not which: the caller knows its name.
func Read(ctx context.Context, r io.Reader) (*Picture, error) {
	r = interruptible{ctx, r}
	head := make([]byte, 32)
	n, err := io.ReadFull(r, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	f, err := sniff(head[:n])
	if err != nil {
		return nil, err
	}
	file := bytes.NewBuffer(make([]byte, 0, 4096)) // most pictures of a few pixels
	file.Write(head[:n])
	if _, err := file.ReadFrom(io.LimitReader(r, mostBytes-int64(n)+1)); err != nil {
		return nil, err
	}
	if file.Len() > mostBytes {
		return nil, errors.Errorf("want a file of at most %d MiB, got a longer one", mostBytes>>20)
	}
	p, err := f.read(ctx, file.Bytes())
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return p, err
}

// read decodes a file of format f.
func (f format) read(ctx context.Context, file []byte) (*Picture, error) {
	what := f.examine(file)
	m, err := f.decoded(ctx, what)
	if err != nil {
		return nil, f.inWords(err, what)
	}
	p := &Picture{Image: m, Colour: what.colour, Notes: what.notes}
	// A profile of colours on a palette of greys is kept rather than the kind.
	palette, isPaletted := m.(*image.Paletted)
	p.Image = Straight(m)
	if what.grey || isPaletted && greys(palette.Palette) && !what.icc && what.profile == nil {
		p.Image = grey(p.Image)
	}
	p.Image = atOrigin(upright(p.Image, what.orientation))
	if what.profile != nil {
		p.carry(what.profile)
	}
	return p, nil
}

// decoded runs the decoder, unless the header asks for too much memory. A
// decoder's panic is an error.
func (f format) decoded(ctx context.Context, what *facts) (m image.Image, err error) {
	defer func() {
		if r := recover(); r != nil {
			m, err = nil, errors.Errorf("%v", r)
		}
	}()
	size := what.size
	if size == (image.Point{}) {
		c, err := f.config(bytes.NewReader(what.file))
		if err != nil {
			return nil, err
		}
		size = image.Pt(c.Width, c.Height)
	}
	if err := checkSize(size); err != nil {
		return nil, err
	}
	return f.decode(interruptible{ctx, bytes.NewReader(what.file)})
}

// checkSize reports a header that asks for too much memory.
func checkSize(size image.Point) error {
	if pixels := float64(size.X) * float64(size.Y); pixels > mostPixels {
		return tooLarge{errors.Errorf("want a picture of at most %d megapixels, got %.0f: %d×%d", mostPixels/1_000_000, pixels/1e6, size.X, size.Y)}
	}
	return nil
}

// tooLarge is an error that is in words already.
type tooLarge struct{ error }

// facts is what there is to know of a file before and beside its pixels.
type facts struct {
	file        []byte      // mended, for the decoder
	size        image.Point // of the frame; 0×0 where the decoder is to be asked
	orientation int         // EXIF's; 0 where there is none
	colour      Colour
	profile     []byte // an ICC profile that is not in colour
	icc         bool   // there is one in colour
	notes       []string
	grey        bool   // the decoder makes colours of greys
	short       bool   // the end of the file is missing
	damage      string // where it is known better than the decoder does
	odd         string // what a decoder may say no to
}

func (w *facts) note(text string) { w.notes = append(w.notes, text) }

// atOrigin is a picture of Straight's with its first pixel at 0, 0.
func atOrigin(m image.Image) image.Image {
	s := m.Bounds()
	if s.Min == (image.Point{}) {
		return m
	}
	to := image.Rect(0, 0, s.Dx(), s.Dy())
	switch m := m.(type) {
	case *image.Gray:
		return &image.Gray{Pix: m.Pix, Stride: m.Stride, Rect: to}
	case *image.Gray16:
		return &image.Gray16{Pix: m.Pix, Stride: m.Stride, Rect: to}
	case *GrayAlpha:
		return &GrayAlpha{Pix: m.Pix, Stride: m.Stride, Rect: to}
	case *GrayAlpha16:
		return &GrayAlpha16{Pix: m.Pix, Stride: m.Stride, Rect: to}
	case *image.NRGBA:
		return &image.NRGBA{Pix: m.Pix, Stride: m.Stride, Rect: to}
	case *image.NRGBA64:
		return &image.NRGBA64{Pix: m.Pix, Stride: m.Stride, Rect: to}
	}
	return m
}

// interruptible reads until ctx ends.
type interruptible struct {
	ctx context.Context
	r   io.Reader
}

func (r interruptible) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
