package augment

import "slices"

// Flip exchanges left and right with a chance of one half.
type Flip struct{}

// FlipVertical exchanges top and bottom with a chance of one half.
type FlipVertical struct{}

var _, _ Transform = Flip{}, FlipVertical{}

func (Flip) String() string         { return "flip" }
func (FlipVertical) String() string { return "flipvertical" }

func (Flip) check() error         { return nil }
func (FlipVertical) check() error { return nil }

func (Flip) suits(_, _, _ int) error         { return nil }
func (FlipVertical) suits(_, _, _ int) error { return nil }

func (Flip) apply(im *image) {
	if im.coin() {
		im.mirror()
	}
}

func (FlipVertical) apply(im *image) {
	if im.coin() {
		im.upend()
	}
}

// mirror exchanges left and right.
func (im *image) mirror() {
	for row := range im.c * im.h {
		slices.Reverse(im.x[row*im.w : (row+1)*im.w])
	}
}

// upend exchanges top and bottom.
func (im *image) upend() {
	for c := range im.c {
		p, w := im.plane(c), im.w
		for y := range im.h / 2 {
			a, b := p[y*w:(y+1)*w], p[(im.h-1-y)*w:(im.h-y)*w]
			for x, v := range a {
				a[x], b[x] = b[x], v
			}
		}
	}
}
