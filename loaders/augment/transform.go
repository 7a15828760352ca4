package augment

import (
	"fmt"
	"math/rand/v2"

	"github.com/pkg/errors"
)

// Transform is one of this package's: what it prints as, [Parse] reads.
type Transform interface {
	fmt.Stringer

	// check reports fields that are out of range.
	check() error

	// suits reports images that it cannot be applied to.
	suits(channels, height, width int) error

	// apply draws, and changes the image.
	apply(im *image)
}

// image is an image that a worker changes, and the worker's memory.
type image struct {
	c, h, w int

	x     []float32 // its values, (C, H, W), from 0 to 1
	spare []float32 // as many, for what cannot be done in place: see swap

	rng  *rand.Rand
	zero []float32 // by channel: what the network is given as 0

	kernel, line []float32 // of Blur
}

// swap makes the spare memory the image.
func (im *image) swap() { im.x, im.spare = im.spare, im.x }

// plane is the values of a channel.
func (im *image) plane(c int) []float32 {
	n := im.h * im.w
	return im.x[c*n : (c+1)*n : (c+1)*n]
}

// around draws evenly between -most and most.
func (im *image) around(most float64) float64 { return most * (2*im.rng.Float64() - 1) }

// factor draws evenly between 1-share and 1+share.
func (im *image) factor(share float64) float64 { return 1 + im.around(share) }

// coin is true with a chance of one half.
func (im *image) coin() bool { return im.rng.Uint64()>>63 == 1 }

// cut is v within 0 and 1.
func cut(v float32) float32 { return min(max(v, 0), 1) }

// colour is an error where there is none, by what wants it.
func colour(of string, channels int) error {
	if channels == 3 {
		return nil
	}
	return errors.Errorf("want images of 3 channels, red, green and blue, for %s, got %d: leave it out", of, channels)
}

// within wants a number above 0 and at most so much. It is called as the text of a
// Pipeline calls it, not as its field.
func within(number, unit string, v, most float64) error {
	if v > 0 && v <= most {
		return nil
	}
	return errors.Errorf("want %s above 0 and at most %v%s, got %v", number, most, unit, v)
}
