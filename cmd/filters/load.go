package main

import (
	"bytes"
	"context"
	"image"
	_ "image/jpeg" // formats that load reads
	_ "image/png"
	"io"
	"os"

	"github.com/pkg/errors"

	"euryale/nets/filters"
)

// mostPixels bounds the memory that a picture takes, before it is decoded: up to 8 bytes a
// pixel for it and as much for what is made of it.
const mostPixels = 100_000_000

// load reads a picture. Without a path it is the built-in one.
func load(ctx context.Context, path string) (image.Image, error) {
	if path == "" {
		return filters.Scene(), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err // it names the file
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, errors.Errorf("%s: want a PNG or JPEG picture, got a folder", path)
	}
	m, err := decode(interruptible{ctx, f})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return m, errors.WithMessage(err, path)
}

// decode reads a picture, unless its header asks for too much memory.
func decode(r io.Reader) (image.Image, error) {
	var header bytes.Buffer
	c, _, err := image.DecodeConfig(io.TeeReader(r, &header))
	if err != nil {
		return nil, undecodable(err)
	}
	if pixels := float64(c.Width) * float64(c.Height); pixels > mostPixels {
		return nil, errors.Errorf("want a picture of at most %d megapixels, got %.0f: %d×%d", mostPixels/1_000_000, pixels/1e6, c.Width, c.Height)
	}
	m, _, err := image.Decode(io.MultiReader(&header, r))
	if err != nil {
		return nil, undecodable(err)
	}
	return m, nil
}

func undecodable(err error) error {
	if errors.Is(err, image.ErrFormat) {
		return errors.New("want a PNG or JPEG picture, got something else")
	}
	return errors.WithMessage(err, "the picture is damaged or of an unknown kind")
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
