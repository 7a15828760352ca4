package augment

import (
	"math"

	"github.com/pkg/errors"
)

// RandAugment applies N operations one after the other, each drawn from fourteen
// with the same chance, all of one Magnitude: Cubuk et al., arXiv:1909.13719, as
// torchvision has it with 31 magnitudes. With m = Magnitude/30 they are
//
//	identity
//	shear in x, in y           ±0.3·m, about the top left corner
//	translate in x, in y       ±150/331·m of the width, of the height, in whole pixels
//	rotate                     ±30·m degrees
//	brightness, colour, contrast, sharpness   by a factor of 1±0.9·m
//	posterize                  to 8-round(4·m) bits
//	solarize                   what is 1-m or more becomes its negative
//	autocontrast               each channel from 0 to 1
//	equalize                   each channel's histogram
//
// where ± is one of the two with the same chance. Beyond the image is black, and
// pixels are interpolated, where torchvision's default takes the nearest. Colour
// does nothing to images that have none.
type RandAugment struct {
	N         int // operations, from 1 to 20
	Magnitude int // from 0 to 30
}

var _ Transform = RandAugment{}

func (t RandAugment) String() string {
	return text("randaugment", float64(t.N), float64(t.Magnitude))
}

func (t RandAugment) check() error {
	if t.N < 1 || t.N > 20 {
		return errors.Errorf("want 1 to 20 operations, got %d", t.N)
	}
	if t.Magnitude < 0 || t.Magnitude > mostMagnitude {
		return errors.Errorf("want a magnitude, the second number, from 0 to %d, got %d", mostMagnitude, t.Magnitude)
	}
	return nil
}

const mostMagnitude = 30

func (RandAugment) suits(_, _, _ int) error { return nil }

func (t RandAugment) apply(im *image) {
	m := float64(t.Magnitude) / mostMagnitude
	for range t.N {
		o, sign := &operations[im.rng.IntN(len(operations))], 1.0
		if im.coin() {
			sign = -1
		}
		o.apply(im, m, sign)
	}
}

// operation is one of RandAugment's.
type operation struct {
	name  string // torchvision's
	apply func(im *image, m, sign float64)
}

var operations = [...]operation{
	{"Identity", func(*image, float64, float64) {}},
	{"ShearX", func(im *image, m, sign float64) { im.lean(-sign*0.3*m, 0) }},
	{"ShearY", func(im *image, m, sign float64) { im.lean(0, -sign*0.3*m) }},
	{"TranslateX", func(im *image, m, sign float64) { im.move(0, -translation(im.w, m, sign), Black) }},
	{"TranslateY", func(im *image, m, sign float64) { im.move(-translation(im.h, m, sign), 0, Black) }},
	{"Rotate", func(im *image, m, sign float64) { im.resample(rotated(-sign*30*m), Black) }},
	{"Brightness", func(im *image, m, sign float64) { im.brighten(1 + sign*0.9*m) }},
	{"Color", func(im *image, m, sign float64) {
		if im.c == 3 {
			im.saturate(1 + sign*0.9*m)
		}
	}},
	{"Contrast", func(im *image, m, sign float64) { im.contrast(1 + sign*0.9*m) }},
	{"Sharpness", func(im *image, m, sign float64) { im.sharpen(1 + sign*0.9*m) }},
	{"Posterize", func(im *image, m, _ float64) { im.posterize(8 - int(math.RoundToEven(4*m))) }},
	{"Solarize", func(im *image, m, _ float64) { im.solarize(float32(1 - m)) }},
	{"AutoContrast", func(im *image, _, _ float64) { im.autocontrast() }},
	{"Equalize", func(im *image, _, _ float64) { im.equalize() }},
}

// translation is by how many pixels of a side an image is moved.
func translation(side int, m, sign float64) int { return int(sign * 150 / 331 * float64(side) * m) }

// lean shears about the top left corner, by tangents.
func (im *image) lean(x, y float64) {
	w, h := float64(im.w)/2, float64(im.h)/2
	im.resample(shifted(-w, -h).times(matrix{1, x, 0, y, 1, 0, 0, 0, 1}).times(shifted(w, h)), Black)
}
