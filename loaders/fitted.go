package loaders

import (
	"fmt"
	"image"
	"slices"

	"euryale/internal/prepare"
)

// sides are those of squares that networks for images are made for.
var sides = []int{28, 32, 48, 64, 96, 128, 160, 192, 224}

// ownSide is how large pictures may be, where all have one size, to stay as they
// are unless another size is asked for.
const ownSide = 256

// sized is the size of the images, in pixels, and what is to be said of it.
func (c OpenConfig) sized(headers []seen) (size image.Point, note string) {
	if c.Height > 0 || c.Width > 0 {
		return image.Pt(orDefault(c.Width, c.Height), orDefault(c.Height, c.Width)), ""
	}
	least, most, shorter := headers[0].Size, headers[0].Size, make([]int, len(headers))
	for i, h := range headers {
		least.X, least.Y = min(least.X, h.Size.X), min(least.Y, h.Size.Y)
		most.X, most.Y = max(most.X, h.Size.X), max(most.Y, h.Size.Y)
		shorter[i] = min(h.Size.X, h.Size.Y)
	}
	if least == most && most.X <= ownSide && most.Y <= ownSide {
		return most, ""
	}
	slices.Sort(shorter)
	side := sides[0]
	for _, s := range sides {
		if s <= shorter[len(shorter)/2] {
			side = s
		}
	}
	return image.Pt(side, side), fmt.Sprintf("pictures of %s become images of %d×%d, %s, unless another size is asked for", extent(least, most), side, side, c.Fit.words())
}

// extent is such as 300×200, or 28×28 to 4000×3000, height first.
func extent(least, most image.Point) string {
	if least == most {
		return fmt.Sprintf("%d×%d", least.Y, least.X)
	}
	return fmt.Sprintf("%d×%d to %d×%d", least.Y, least.X, most.Y, most.X)
}

func (f Fit) words() string {
	return []string{"whole, between bars", "what juts out cut off", "stretched"}[f]
}

// channels is how many the images have.
func (c OpenConfig) channels(headers []seen) int {
	if c.Channels != 0 {
		return c.Channels
	}
	for _, h := range headers {
		if !h.Grey {
			return 3
		}
	}
	return 1
}

// fitting is how pictures become images.
type fitting struct {
	channels int
	size     image.Point
	fit      Fit
}

// of is what is done to a picture of that size.
func (f fitting) of(from image.Point) prepare.Config {
	c := prepare.Config{Channels: f.channels, Size: f.size}
	switch {
	case from.X == 0 || from.Y == 0 || f.fit == Stretch:
	case f.fit == Fill:
		c.Size, c.Crop = prepare.Cover(from, f.size), f.size
	default:
		c.Size, c.Crop = within(from, f.size), f.size
	}
	return c
}

// within is the largest size of a picture, in its proportions, that lies in another.
func within(from, to image.Point) image.Point {
	if from.X*to.Y >= from.Y*to.X { // wider
		return image.Pt(to.X, max(1, (2*from.Y*to.X+from.X)/(2*from.X)))
	}
	return image.Pt(max(1, (2*from.X*to.Y+from.Y)/(2*from.Y)), to.Y)
}

// bytes is the number of an image's.
func (f fitting) bytes() int { return f.channels * f.size.X * f.size.Y }
