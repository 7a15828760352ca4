package augment

import "github.com/pkg/errors"

// Shift moves the image, to the right and down, each by a number of pixels drawn
// evenly between -Pixels and Pixels. It is interpolated: [Crop] moves by whole
// pixels.
type Shift struct {
	Pixels float64 // above 0, below the image's sides
	Border Border  // what comes in from beyond the image
}

// Rotate turns the image about its middle by an angle drawn evenly between
// -Degrees and Degrees.
type Rotate struct {
	Degrees float64 // above 0, at most 180
	Border  Border  // what comes in from beyond the image
}

// Zoom enlarges the image about its middle by a factor drawn evenly between
// 1-Share and 1+Share, the same in both directions.
type Zoom struct {
	Share  float64 // above 0, at most 0.9
	Border Border  // what comes in from beyond the image
}

// Shear leans the image to the side about its middle by an angle drawn evenly
// between -Degrees and Degrees: x ← x + y·tan(angle).
type Shear struct {
	Degrees float64 // above 0, at most 80
	Border  Border  // what comes in from beyond the image
}

// Perspective moves each corner of the image inwards, by a share of half the
// width and one of half the height drawn evenly between 0 and Share, and the image
// with them, as if it were looked at from aside: torchvision's RandomPerspective,
// whose corners move by whole pixels.
type Perspective struct {
	Share  float64 // above 0, at most 0.6: beyond 2/3 an image may be folded
	Border Border  // what lies beyond the image
}

// moving is a transform that moves pixels.
type moving interface {
	Transform
	border() Border

	// draw is where it moves the points of the image.
	draw(im *image) matrix
}

var _, _, _, _, _ moving = Shift{}, Rotate{}, Zoom{}, Shear{}, Perspective{}

func (t Shift) String() string       { return text("shift", t.Pixels) + suffix(t.Border) }
func (t Rotate) String() string      { return text("rotate", t.Degrees) + suffix(t.Border) }
func (t Zoom) String() string        { return text("zoom", t.Share) + suffix(t.Border) }
func (t Shear) String() string       { return text("shear", t.Degrees) + suffix(t.Border) }
func (t Perspective) String() string { return text("perspective", t.Share) + suffix(t.Border) }

func (t Shift) border() Border       { return t.Border }
func (t Rotate) border() Border      { return t.Border }
func (t Zoom) border() Border        { return t.Border }
func (t Shear) border() Border       { return t.Border }
func (t Perspective) border() Border { return t.Border }

func (t Shift) check() error { return ranged("pixels", t.Pixels, mostWhole, t.Border) }

func (t Rotate) check() error      { return ranged("degrees", t.Degrees, 180, t.Border) }
func (t Zoom) check() error        { return ranged("a share", t.Share, 0.9, t.Border) }
func (t Shear) check() error       { return ranged("degrees", t.Degrees, 80, t.Border) }
func (t Perspective) check() error { return ranged("a share", t.Share, 0.6, t.Border) }

func ranged(number string, v, most float64, b Border) error {
	if err := within(number, "", v, most); err != nil {
		return err
	}
	return checkBorder(b)
}

func (t Shift) suits(_, h, w int) error {
	if t.Pixels >= float64(min(h, w)) {
		return errors.Errorf("want fewer pixels than the sides of the images have, %d×%d, got %v", h, w, t.Pixels)
	}
	return nil
}

func (Rotate) suits(_, _, _ int) error      { return nil }
func (Zoom) suits(_, _, _ int) error        { return nil }
func (Shear) suits(_, _, _ int) error       { return nil }
func (Perspective) suits(_, _, _ int) error { return nil }

func (t Shift) draw(im *image) matrix {
	dx := im.around(t.Pixels)
	return shifted(dx, im.around(t.Pixels))
}
func (t Rotate) draw(im *image) matrix { return rotated(im.around(t.Degrees)) }
func (t Zoom) draw(im *image) matrix   { return scaled(im.factor(t.Share)) }
func (t Shear) draw(im *image) matrix  { return sheared(im.around(t.Degrees)) }

func (t Perspective) draw(im *image) matrix {
	w, h := float64(im.w), float64(im.h)
	var x, y [4]float64
	for i := range 4 {
		x[i] = corners[i][0] * w / 2 * (1 - t.Share*im.rng.Float64())
		y[i] = corners[i][1] * h / 2 * (1 - t.Share*im.rng.Float64())
	}
	return quad(w, h, x, y)
}

// corners are those of an image, in halves of its sides from the middle.
var corners = [4][2]float64{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}}

func (t Shift) apply(im *image)       { resample(im, t) }
func (t Rotate) apply(im *image)      { resample(im, t) }
func (t Zoom) apply(im *image)        { resample(im, t) }
func (t Shear) apply(im *image)       { resample(im, t) }
func (t Perspective) apply(im *image) { resample(im, t) }

func resample(im *image, t moving) { im.resample(t.draw(im), t.border()) }

// resampling is transforms that move pixels, made one.
type resampling []moving

func (r resampling) apply(im *image) {
	m := identity
	for _, t := range r {
		m = t.draw(im).times(m)
	}
	im.resample(m, r[0].border())
}
