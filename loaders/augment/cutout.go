package augment

import "github.com/pkg/errors"

// Cutout takes a square out of the image, as much of it as lies in the image: its
// middle is anywhere in it with the same chance. In its place is what the network
// is given as 0: the Mean that is subtracted, or black. DeVries & Taylor,
// arXiv:1708.04552.
type Cutout struct {
	Side int // of the square, in pixels: at least 1
}

var _ Transform = Cutout{}

func (t Cutout) String() string { return text("cutout", float64(t.Side)) }

func (t Cutout) check() error {
	if t.Side < 1 {
		return errors.Errorf("want at least 1 pixel, got %d", t.Side)
	}
	return nil
}

func (t Cutout) suits(_, h, w int) error {
	if t.Side > 2*min(h, w) {
		return errors.Errorf("want at most twice as many pixels as the sides of the images have, %d×%d, got %d", h, w, t.Side)
	}
	return nil
}

func (t Cutout) apply(im *image) {
	y, x := im.rng.IntN(im.h)-t.Side/2, im.rng.IntN(im.w)-t.Side/2
	top, bottom := max(y, 0), min(y+t.Side, im.h)
	left, right := max(x, 0), min(x+t.Side, im.w)
	for c := range im.c {
		p := im.plane(c)
		for i := top; i < bottom; i++ {
			row := p[i*im.w+left : i*im.w+right]
			for j := range row {
				row[j] = im.zero[c]
			}
		}
	}
}
