package augment

// Brightness multiplies all values by a factor drawn evenly between 1-Share and
// 1+Share; what exceeds 1 is 1.
type Brightness struct {
	Share float64 // above 0, at most 1
}

// Contrast multiplies the distance of all values from the mean grey of the image
// by a factor drawn evenly between 1-Share and 1+Share; values stay within 0 and 1.
// Grey is 0.299·red + 0.587·green + 0.114·blue, and the mean of the channels where
// there are not three.
type Contrast struct {
	Share float64 // above 0, at most 1
}

// Saturation multiplies the distance of each pixel's values from its grey by a
// factor drawn evenly between 1-Share and 1+Share; values stay within 0 and 1. Images
// without colour are refused.
type Saturation struct {
	Share float64 // above 0, at most 1
}

var _, _, _ Transform = Brightness{}, Contrast{}, Saturation{}

func (t Brightness) String() string { return text("brightness", t.Share) }
func (t Contrast) String() string   { return text("contrast", t.Share) }
func (t Saturation) String() string { return text("saturation", t.Share) }

func (t Brightness) check() error { return within("a share", "", t.Share, 1) }
func (t Contrast) check() error   { return within("a share", "", t.Share, 1) }
func (t Saturation) check() error { return within("a share", "", t.Share, 1) }

func (Brightness) suits(_, _, _ int) error { return nil }
func (Contrast) suits(_, _, _ int) error   { return nil }
func (Saturation) suits(c, _, _ int) error { return colour("saturation", c) }
func (t Brightness) apply(im *image)       { im.brighten(im.factor(t.Share)) }
func (t Contrast) apply(im *image)         { im.contrast(im.factor(t.Share)) }
func (t Saturation) apply(im *image)       { im.saturate(im.factor(t.Share)) }
func (im *image) brighten(factor float64)  { blend(im.x, 0, float32(factor)) }
func (im *image) contrast(factor float64)  { blend(im.x, im.meanGrey(), float32(factor)) }

// blend is what lies from the value of on the way to x, and beyond it, at a
// factor: on + factor·(x-on).
func blend(x []float32, on, factor float32) {
	rest := on * (1 - factor)
	for i, v := range x {
		x[i] = cut(factor*v + rest)
	}
}

// How much of red, green and blue is in grey: ITU-R BT.601.
const redShare, greenShare, blueShare = 0.299, 0.587, 0.114

func grey(r, g, b float32) float32 { return redShare*r + greenShare*g + blueShare*b }

// meanGrey is the mean of the image's grey.
func (im *image) meanGrey() float32 {
	var sum float64
	for c := range im.c {
		var plane float64
		for _, v := range im.plane(c) {
			plane += float64(v)
		}
		share := 1 / float64(im.c)
		if im.c == 3 {
			share = [3]float64{redShare, greenShare, blueShare}[c]
		}
		sum += share * plane
	}
	return float32(sum / float64(im.h*im.w))
}

// saturate needs three channels.
func (im *image) saturate(factor float64) {
	f := float32(factor)
	r, g, b := im.plane(0), im.plane(1), im.plane(2)
	for i := range r {
		rest := (1 - f) * grey(r[i], g[i], b[i])
		r[i], g[i], b[i] = cut(f*r[i]+rest), cut(f*g[i]+rest), cut(f*b[i]+rest)
	}
}
