package loaders

import (
	"image"
	"math"

	"github.com/pkg/errors"
)

// Resize is a picture, of any size and proportions, as the bytes of an image of
// (channels, height, width), in this order: 1 channel of greys or 3 of red, green
// and blue. Each pixel is the mean of what it covers, so that a smaller image is
// antialiased; what is transparent shows white.
func Resize(m image.Image, channels, height, width int) ([]uint8, error) {
	switch {
	case channels != 1 && channels != 3:
		return nil, errors.Errorf("resize: want 1 or 3 channels of a picture, got %d", channels)
	case height < 1 || width < 1 || height > mostBytes/channels/width:
		return nil, errors.Errorf("resize: want a height and a width of at least 1, and 2³¹ bytes at most, got %d×%d", height, width)
	case m == nil || m.Bounds().Empty():
		return nil, errors.New("resize: want a picture of at least one pixel, got none")
	}
	pixels := make([]uint8, 0, channels*height*width)
	for c := range channels {
		for _, v := range average(channel(m, c, channels), m.Bounds(), width, height) {
			pixels = append(pixels, uint8(math.Round(v)))
		}
	}
	return pixels, nil
}

// channel reads one of a picture's, 0 to 255.
func channel(m image.Image, c, channels int) func(x, y int) float64 {
	at := colours(m)
	if channels == 1 {
		return func(x, y int) float64 { return float64(grey(at(x, y))) }
	}
	return func(x, y int) float64 {
		r, g, b := at(x, y)
		return float64([3]uint32{r, g, b}[c] >> 8)
	}
}
