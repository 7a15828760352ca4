package pictures

import (
	"image/color"
	"math"
)

// ramp is a colour map: the colours of evenly spaced values from 0 to 1,
// between which it interpolates linearly.
type ramp []color.RGBA

// inferno is every 17th entry of the 256 of matplotlib's colour map of that
// name, by N. J. Smith and S. van der Walt (CC0):
// https://github.com/BIDS/colormap. What lies between them differs from theirs
// by 6/255 at most.
var inferno = ramp{
	rgb(0x000004), rgb(0x0c0826), rgb(0x240c4f), rgb(0x420a68),
	rgb(0x5d126e), rgb(0x781c6d), rgb(0x932667), rgb(0xae305c),
	rgb(0xc73e4c), rgb(0xdd513a), rgb(0xed6925), rgb(0xf8850f),
	rgb(0xfca50a), rgb(0xfac62d), rgb(0xf2e661), rgb(0xfcffa4),
}

// aroundZero has white for 0.5, and two hues that the colour-blind can tell
// apart.
var aroundZero = ramp{rgb(0x10428c), rgb(0x7fa6dc), rgb(0xffffff), rgb(0xf0997f), rgb(0x9c1c1c)}

// shares has white for none.
var shares = ramp{rgb(0xffffff), rgb(0x9dbfe4), rgb(0x3f7cc0), rgb(0x10428c)}

func rgb(hex uint32) color.RGBA {
	return color.RGBA{uint8(hex >> 16), uint8(hex >> 8), uint8(hex), 255}
}

// at is the colour of v. A value below 0, or none at all (NaN), counts as 0;
// one above 1 as 1.
func (r ramp) at(v float64) color.RGBA {
	last := len(r) - 1
	if !(v > 0) {
		return r[0]
	}
	if v >= 1 {
		return r[last]
	}
	v *= float64(last)
	i := int(v)
	from, to, t := r[i], r[i+1], v-float64(i)
	mix := func(a, b uint8) uint8 { return uint8(float64(a) + t*(float64(b)-float64(a)) + 0.5) }
	return color.RGBA{mix(from.R, to.R), mix(from.G, to.G), mix(from.B, to.B), 255}
}

// luminance is how light a colour is, from 0 to 1: WCAG's relative luminance,
// with a plain power for sRGB's curve.
func luminance(c color.RGBA) float64 {
	linear := func(v uint8) float64 { return math.Pow(float64(v)/255, 2.2) }
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}
