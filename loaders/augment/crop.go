package augment

import "github.com/pkg/errors"

// Crop puts a border of Pad pixels around the image and takes a piece of the
// image's size out of it: each of the (2·Pad+1)² with the same chance. That is the
// image moved by whole pixels. torchvision: RandomCrop(size, padding=Pad).
type Crop struct {
	Pad    int    // pixels on each side, from 1 to below the image's sides
	Border Border // what they are
}

var _ Transform = Crop{}

func (t Crop) String() string { return text("crop", float64(t.Pad)) + suffix(t.Border) }

func (t Crop) check() error {
	if t.Pad < 1 {
		return errors.Errorf("want at least 1 pixel, got %d", t.Pad)
	}
	return checkBorder(t.Border)
}

func (t Crop) suits(_, h, w int) error {
	if t.Pad >= min(h, w) {
		return errors.Errorf("want fewer pixels than the sides of the images have, %d×%d, got %d", h, w, t.Pad)
	}
	return nil
}

func (t Crop) apply(im *image) {
	dy, dx := im.rng.IntN(2*t.Pad+1)-t.Pad, im.rng.IntN(2*t.Pad+1)-t.Pad
	im.move(dy, dx, t.Border)
}

// move makes the pixel at (y, x) that at (y+dy, x+dx).
func (im *image) move(dy, dx int, border Border) {
	if dy == 0 && dx == 0 {
		return
	}
	w := im.w
	first, last := min(max(-dx, 0), w), max(min(w-dx, w), 0) // what is within the image
	for row := range im.c * im.h {
		c, y := row/im.h, row%im.h
		to := im.spare[row*w : (row+1)*w]
		at := border.within(y+dy, im.h)
		if at < 0 {
			clear(to)
			continue
		}
		from := im.x[(c*im.h+at)*w:][:w]
		if first < last {
			copy(to[first:last], from[first+dx:])
		}
		beyond(to, from, 0, min(first, w), dx, border)
		beyond(to, from, max(last, first), w, dx, border)
	}
	im.swap()
}

// beyond fills what of a row lies beyond the image.
func beyond(to, from []float32, first, last, dx int, border Border) {
	for x := first; x < last; x++ {
		to[x] = 0
		if at := border.within(x+dx, len(from)); at >= 0 {
			to[x] = from[at]
		}
	}
}
