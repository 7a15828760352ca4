package augment

import (
	"math"
	"math/rand/v2"
)

// Mixup mixes each sample with another that is drawn from the whole Dataset and
// goes through the pipeline too: both values and labels become
//
//	(1-share)·its own + share·the other's
//
// where share is drawn from the Beta distribution of Alpha and Alpha. Zhang et al.,
// arXiv:1710.09412, where a batch has one share. Where there is a CutMix besides,
// each sample gets one of the two with the same chance.
type Mixup struct {
	Alpha float64 // above 0, at most 100: the larger, the nearer to halves
}

// CutMix puts a rectangle of another sample into each, that is drawn from the
// whole Dataset and goes through the pipeline too. Its share of the area is drawn
// from the Beta distribution of Alpha and Alpha, its shape is the image's, and its
// middle anywhere; what of it is beyond the edge is left off. The labels are mixed
// by the areas. Yun et al., arXiv:1905.04899.
type CutMix struct {
	Alpha float64 // above 0, at most 100; 1 makes all shares alike
}

// mixing is a transform of two samples.
type mixing interface {
	Transform
	draw(im *image) mix
}

var _, _ mixing = Mixup{}, CutMix{}

func (t Mixup) String() string  { return text("mixup", t.Alpha) }
func (t CutMix) String() string { return text("cutmix", t.Alpha) }

func (t Mixup) check() error  { return within("an alpha", "", t.Alpha, 100) }
func (t CutMix) check() error { return within("an alpha", "", t.Alpha, 100) }

func (Mixup) suits(_, _, _ int) error  { return nil }
func (CutMix) suits(_, _, _ int) error { return nil }

// apply does nothing to one sample alone.
func (Mixup) apply(*image)  {}
func (CutMix) apply(*image) {}

// mix is how a sample is mixed with another.
type mix struct {
	share                    float32 // of the other
	top, bottom, left, right int     // of the rectangle that is the other's; none in a mixup
}

func (t Mixup) draw(im *image) mix { return mix{share: float32(beta(im.rng, t.Alpha))} }

func (t CutMix) draw(im *image) mix {
	side := math.Sqrt(beta(im.rng, t.Alpha))
	h, w := int(side*float64(im.h)), int(side*float64(im.w))
	y, x := im.rng.IntN(im.h)-h/2, im.rng.IntN(im.w)-w/2
	m := mix{top: max(y, 0), bottom: min(y+h, im.h), left: max(x, 0), right: min(x+w, im.w)}
	m.share = float32((m.bottom-m.top)*(m.right-m.left)) / float32(im.h*im.w)
	return m
}

// blend mixes other into the image.
func (m mix) blend(im *image, other []float32) {
	switch {
	case m.share == 0:
		return
	case m.bottom == 0:
		keep := 1 - m.share
		other = other[:len(im.x)]
		for i, v := range im.x {
			im.x[i] = keep*v + m.share*other[i]
		}
		return
	}
	for c := range im.c {
		for y := m.top; y < m.bottom; y++ {
			row := (c*im.h + y) * im.w
			copy(im.x[row+m.left:row+m.right], other[row+m.left:])
		}
	}
}

// beta draws from the Beta distribution of alpha and alpha: a/(a+b) of two from
// the gamma distribution of alpha, whose logarithms do not underflow.
func beta(rng *rand.Rand, alpha float64) float64 {
	a := logGamma(rng, alpha)
	return 1 / (1 + math.Exp(logGamma(rng, alpha)-a))
}

// logGamma is the logarithm of what is drawn from the gamma distribution of alpha:
// Marsaglia & Tsang, doi:10.1145/358407.358414; one of alpha+1 times u^(1/alpha),
// so that it holds below 1 too.
func logGamma(rng *rand.Rand, alpha float64) float64 {
	d := alpha + 1 - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := rng.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v *= v * v
		if u := 1 - rng.Float64(); math.Log(u) < x*x/2+d-d*v+d*math.Log(v) {
			return math.Log(d*v) + math.Log(1-rng.Float64())/alpha
		}
	}
}
