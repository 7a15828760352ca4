package graph

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Fan is what the variance of an initializer is divided by.
type Fan uint8

// The fans, of which package-level names such as HeNormal say what they are.
const (
	FanIn      Fan = iota // the inputs that an output sees
	FanOut                // the outputs that an input is seen by
	FanAverage            // the mean of both
)

func (f Fan) String() string {
	if f > FanAverage {
		return fmt.Sprintf("Fan(%d)", uint8(f))
	}
	return [...]string{"FanIn", "FanOut", "FanAverage"}[f]
}

// Distribution is what an initializer draws from.
type Distribution uint8

// The distributions, by Keras' names. All have mean 0 and the same variance.
const (
	TruncatedNormal   Distribution = iota // cut at two deviations, and scaled by what that takes off the deviation
	UntruncatedNormal                     // as PyTorch's
	Uniform
)

func (d Distribution) String() string {
	if d > Uniform {
		return fmt.Sprintf("Distribution(%d)", uint8(d))
	}
	return [...]string{"TruncatedNormal", "UntruncatedNormal", "Uniform"}[d]
}

// VarianceScaling draws values of mean 0 and variance Scale/Fan, so that what a
// layer hands on varies as what it is given. GlorotUniform, HeNormal and their
// like are special cases.
type VarianceScaling struct {
	Scale        float64      // 0 means 1
	Fan          Fan          // FanIn (0), FanOut or FanAverage
	Distribution Distribution // TruncatedNormal (0), UntruncatedNormal or Uniform
}

var _ Initializer = VarianceScaling{}

func (v VarianceScaling) String() string { return Literal(v) }

// Draw fills w.
func (v VarianceScaling) Draw(rng *rand.Rand, shape Shape, w []float64) {
	draw := v.draw(rng, shape)
	for i := range w {
		w[i] = draw()
	}
}

func (v VarianceScaling) draw(rng *rand.Rand, shape Shape) func() float64 {
	scale := v.Scale
	if scale == 0 {
		scale = 1
	}
	in, out := fans(shape)
	fan := in
	switch v.Fan {
	case FanOut:
		fan = out
	case FanAverage: // twice both: the roots below keep their bits
		scale, fan = 2*scale, in+out
	}
	switch v.Distribution {
	case Uniform:
		return uniform(rng, math.Sqrt(3*scale/fan))
	case UntruncatedNormal:
		deviation := math.Sqrt(scale / fan)
		return func() float64 { return deviation * rng.NormFloat64() }
	}
	return truncatedNormal(rng, math.Sqrt(scale/fan))
}

func (v VarianceScaling) check() error {
	if _, err := aboveZero("Scale", v.Scale, 1); err != nil {
		return err
	}
	switch {
	case v.Fan > FanAverage:
		return badField("Fan", "FanIn, FanOut or FanAverage", uint8(v.Fan))
	case v.Distribution > Uniform:
		return badField("Distribution", "TruncatedNormal, UntruncatedNormal or Uniform", uint8(v.Distribution))
	}
	return nil
}

func uniform(rng *rand.Rand, limit float64) func() float64 {
	return func() float64 { return limit * (2*rng.Float64() - 1) }
}

// truncatedNormal cuts a normal distribution at two deviations. That leaves
// 0.8796 of the deviation, which is made good.
func truncatedNormal(rng *rand.Rand, deviation float64) func() float64 {
	const kept = 0.87962566103423978
	return func() float64 {
		for {
			if v := rng.NormFloat64(); math.Abs(v) <= 2 {
				return v * deviation / kept
			}
		}
	}
}
