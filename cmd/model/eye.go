package main

import (
	"context"
	"fmt"
	"image"
	"io"

	"github.com/pkg/errors"
	"github.com/spf13/pflag"

	"euryale/cmd/internal/command"
	"euryale/graph"
	"euryale/internal/picture"
	"euryale/internal/prepare"
)

// eye makes of a picture what the network is given.
type eye struct {
	prepare prepare.Config
	size    image.Point // of the network's input
	cover   bool        // the picture is resized so that it covers that
	scaling graph.Scaling
}

// seeing is the flags of what becomes of a picture.
type seeing struct {
	resize, crop    side
	mean, deviation []float64
}

func (r *seeing) add(p *pflag.FlagSet) {
	p.Var(parsed(&r.resize, parseSide), "resize", "make the shorter side `N` pixels, or both WxH")
	p.Var(parsed(&r.crop, parseSide), "crop", "cut out the middle, `N` pixels square or WxH")
	p.Var(parsed(&r.mean, parseNumbers), "mean", "take `M`, or M,M,M of red, green, blue, from 0 to 1")
	p.Var(parsed(&r.deviation, parsePositive), "std", "and divide by `S`, or by S,S,S")
}

// eye is what the flags, and else the network's details, say.
func (r *seeing) eye(net *graph.Network) (*eye, error) {
	in := net.Inputs()
	shape := in[0].Shape
	if len(in) != 1 || len(shape) != 3 || shape[0] != 1 && shape[0] != 3 {
		return nil, errors.Errorf("want a network of pictures, one input (N, 1 or 3, H, W), got %s", portsText(in))
	}
	e := &eye{size: image.Pt(shape[2], shape[1]), scaling: net.Details().Input}
	e.prepare = prepare.Config{Channels: shape[0], Short: r.resize.short, Size: r.resize.size, Crop: e.size}
	e.cover = r.resize == (side{}) && r.crop == (side{})
	crop := r.crop.size
	if r.crop.short > 0 {
		crop = image.Pt(r.crop.short, r.crop.short)
	}
	least := min(r.resize.size.X-e.size.X, r.resize.size.Y-e.size.Y)
	if r.resize.short > 0 {
		least = r.resize.short - min(e.size.X, e.size.Y)
	}
	switch {
	case crop != (image.Point{}) && crop != e.size:
		return nil, command.Usagef("--crop: want %dx%d, the network's input, got %dx%d", e.size.X, e.size.Y, crop.X, crop.Y)
	case r.resize != (side{}) && crop == (image.Point{}) && least < 0:
		return nil, command.Usagef("--resize: want at least %dx%d, the network's input, or --crop, which surrounds the picture with black, got %v",
			e.size.X, e.size.Y, r.resize)
	}
	for _, f := range []struct {
		name string
		from []float64
		to   *[]float64
	}{{"mean", r.mean, &e.scaling.Mean}, {"std", r.deviation, &e.scaling.Deviation}} {
		if n := len(f.from); n > 1 && n != shape[0] {
			return nil, command.Usagef("--%s: want 1 number, or %d of the network's channels, got %d", f.name, shape[0], n)
		}
		if f.from != nil {
			*f.to = f.from
		}
	}
	return e, nil
}

// String is a side as the flag has it.
func (s side) String() string {
	if s.short > 0 {
		return fmt.Sprint(s.short)
	}
	return fmt.Sprintf("%dx%d", s.size.X, s.size.Y)
}

// see reads a picture, and tells on notes what of its file is left out.
func (e *eye) see(ctx context.Context, path string, stdin io.Reader, notes io.Writer) ([]float64, error) {
	p, err := readPicture(ctx, path, stdin)
	if err != nil {
		return nil, err
	}
	for _, note := range p.Notes {
		fmt.Fprintf(notes, "model: %s: %s\n", path, note)
	}
	pixels, err := e.pixels(p.Image)
	if err != nil {
		return nil, errors.WithMessage(err, path)
	}
	return e.scaling.Float64s(pixels, e.prepare.Channels), nil
}

// pixels are those that the network sees of a picture, before they are scaled.
func (e *eye) pixels(m image.Image) ([]uint8, error) {
	c := e.prepare
	if e.cover {
		c.Size = prepare.Cover(m.Bounds().Size(), e.size)
	}
	pixels, _, err := c.Pixels(m)
	return pixels, err
}

// readPicture reads a file, or - the standard input. Its errors name it.
func readPicture(ctx context.Context, path string, stdin io.Reader) (*picture.Picture, error) {
	r := stdin
	if path != "-" {
		f, err := picture.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		r = f
	}
	p, err := picture.Read(ctx, r)
	return p, errors.WithMessage(err, path)
}
