package loaders

import (
	"image"

	"github.com/pkg/errors"
)

// Image is a picture, of any size, as [Open] makes it an image of (channels, height,
// width), in this order: 1 channel of greys or 3 of red, green and blue. What is
// transparent shows white.
func (f Fit) Image(m image.Image, channels, height, width int) ([]uint8, error) {
	switch {
	case f < FitInside || f > Stretch:
		return nil, errors.Errorf("fit: want FitInside, Fill or Stretch, got %d", int(f))
	case channels != 1 && channels != 3:
		return nil, errors.Errorf("fit: want 1 or 3 channels of a picture, got %d", channels)
	case height < 1 || width < 1 || height > mostBytes/channels/width:
		return nil, errors.Errorf("fit: want a height and a width of at least 1, and 2³¹ bytes at most, got %d×%d", height, width)
	case m == nil || m.Bounds().Empty():
		return nil, errors.New("fit: want a picture of at least one pixel, got none")
	}
	to := fitting{channels: channels, size: image.Pt(width, height), fit: f}
	pixels, _, err := to.of(m.Bounds().Size()).Pixels(m)
	return pixels, err
}
