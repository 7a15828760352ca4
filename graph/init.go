package graph

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
)

// Initializer draws the first values of a weight. It prints as the code that
// names it.
type Initializer interface {
	fmt.Stringer
	// Draw fills w, a weight of the given shape in row-major order.
	Draw(rng *rand.Rand, shape Shape, w []float64)
}

// The initializers. Fan-in and fan-out are the numbers of inputs that an
// output sees and the reverse: C·k·k and F·k·k for a kernel (F, C, k, k), K and
// M for a matrix (K, M).
const (
	// GlorotUniform is uniform in ±√(6/(fan-in + fan-out)): Glorot &
	// Bengio, AISTATS 2010.
	GlorotUniform = initializer("GlorotUniform")
	// HeUniform is uniform in ±√(6/fan-in): He et al., arXiv:1502.01852.
	HeUniform = initializer("HeUniform")
	// HeNormal is normal with deviation √(2/fan-in), values beyond two
	// deviations drawn again, and scaled so that the deviation holds, as
	// Keras does it.
	HeNormal = initializer("HeNormal")
	// Zeros is 0 everywhere.
	Zeros = initializer("Zeros")
	// Ones is 1 everywhere.
	Ones = initializer("Ones")
)

var initializers = []initializer{GlorotUniform, HeUniform, HeNormal, Zeros, Ones}

type initializer string

var _ Initializer = initializer("")

func (i initializer) String() string { return string(i) }

// Draw fills w.
func (i initializer) Draw(rng *rand.Rand, shape Shape, w []float64) {
	in, out := fans(shape)
	draw := func() float64 { return 0 }
	switch i {
	case GlorotUniform:
		draw = uniform(rng, math.Sqrt(6/(in+out)))
	case HeUniform:
		draw = uniform(rng, math.Sqrt(6/in))
	case HeNormal:
		draw = truncatedNormal(rng, math.Sqrt(2/in))
	case Ones:
		draw = func() float64 { return 1 }
	}
	for j := range w {
		w[j] = draw()
	}
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

// fans are the fan-in and fan-out of a weight: (K, M) is a matrix from K to M,
// and anything longer a kernel (F, C, k…).
func fans(shape Shape) (in, out float64) {
	switch len(shape) {
	case 0:
		return 1, 1
	case 1:
		return float64(shape[0]), float64(shape[0])
	case 2:
		return float64(shape[0]), float64(shape[1])
	}
	field := shape[2:].TotalSize()
	return float64(shape[1] * field), float64(shape[0] * field)
}

// generator is the source of randomness of one weight. It depends on the seed
// and the weight's name alone, so that another layer changes no other weight.
func generator(seed uint64, name string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(name))
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}
