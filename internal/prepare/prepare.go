// Package prepare makes of a picture the pixels that a network is given, as
// torchvision's transforms for evaluation do:
//
//	c := prepare.Config{Channels: 3, Short: 256, Crop: image.Pt(224, 224)}
//	pixels, size, err := c.Pixels(picture)
//
// https://docs.pytorch.org/vision/stable/models.html tells which transforms its
// networks were trained with.
package prepare

import (
	"image"
	"slices"

	"github.com/pkg/errors"
)

// Config is what is done to a picture. Its zero value does nothing but to take the
// greys.
type Config struct {
	Channels int // 1, greys, or 3, red, green and blue; 0 means 1

	// Short is the side, in pixels, that the shorter one of the picture is resized
	// to, in its proportions, as by Resize of a number; 0 means that it stays.
	Short int

	// Size is the width and height that the picture is resized to instead, whatever
	// its proportions, as by Resize of two numbers; 0×0 means that it stays.
	Size image.Point

	// Crop is the width and height that are cut out of the middle, as by
	// CenterCrop; black surrounds a picture that is smaller. 0×0 means all.
	Crop image.Point
}

// mostPixels is how many pixels come of a picture at most.
const mostPixels = 100_000_000

// Pixels are those of the picture, channel by channel, row by row, 0 to 255, and
// their width and height.
//
// Resizing is bilinear and, where the picture becomes smaller, antialiased: bit for
// bit what Pillow makes, which torchvision calls. From Pillow 13 on, which takes
// columns before rows where that is less work, some values differ by 1. What is
// transparent shows white.
// Grey is (19595·R + 38470·G + 7471·B)/65536, ITU-R BT.601 in Pillow's rounding. Of
// 16 bits the upper 8 count.
func (c Config) Pixels(m image.Image) (pixels []uint8, size image.Point, err error) {
	if err := c.check(); err != nil {
		return nil, size, err
	}
	if m == nil || m.Bounds().Empty() {
		return nil, size, errors.New("want a picture of at least one pixel, got none")
	}
	from := m.Bounds().Size()
	whole := c.resized(from)
	size = whole
	if c.Crop != (image.Point{}) {
		size = c.Crop
	}
	if size.X > mostPixels/size.Y {
		return nil, size, errors.Errorf("want at most %d megapixels, got %d×%d of a picture of %d×%d", mostPixels/1_000_000, size.X, size.Y, from.X, from.Y)
	}
	across := newTaps(from.X, whole.X, margin(whole.X, size.X), size.X)
	down := newTaps(from.Y, whole.Y, margin(whole.Y, size.Y), size.Y)
	all := planes(m, max(c.Channels, 1))
	if across.copies && down.copies {
		return all, size, nil
	}
	pixels = make([]uint8, 0, max(c.Channels, 1)*size.X*size.Y)
	for plane := range slices.Chunk(all, from.X*from.Y) {
		pixels = append(pixels, resample(plane, from, across, down)...)
	}
	return pixels, size, nil
}

// check reports numbers that are out of range.
func (c Config) check() error {
	switch {
	case c.Channels != 0 && c.Channels != 1 && c.Channels != 3:
		return errors.Errorf("want 1 or 3 channels of a picture, got %d", c.Channels)
	case c.Short < 0 || c.Short > mostPixels:
		return errors.Errorf("want a shorter side of 1 to %d pixels, got %d", mostPixels, c.Short)
	}
	for _, p := range []image.Point{c.Size, c.Crop} {
		if p != (image.Point{}) && (p.X < 1 || p.Y < 1 || p.X > mostPixels || p.Y > mostPixels) {
			return errors.Errorf("want a width and a height of 1 to %d pixels, got %d×%d", mostPixels, p.X, p.Y)
		}
	}
	return nil
}

// resized is the size of a picture when it has been resized. The longer side is
// rounded down.
func (c Config) resized(from image.Point) image.Point {
	switch {
	case c.Size != (image.Point{}):
		return c.Size
	case c.Short == 0:
		return from
	case from.X <= from.Y:
		return image.Pt(c.Short, int(float64(c.Short*from.Y)/float64(from.X)))
	}
	return image.Pt(int(float64(c.Short*from.X)/float64(from.Y)), c.Short)
}

// margin is where the n pixels in the middle of a side begin; it is below 0 where
// the side is shorter. Halves are rounded to even numbers, as Python does.
func margin(side, n int) int {
	rest := side - n
	switch {
	case rest < 0:
		return -((n - side) / 2)
	case rest%4 == 3: // 1.5 → 2, 3.5 → 4; but 0.5 → 0, 2.5 → 2
		return rest/2 + 1
	}
	return rest / 2
}
