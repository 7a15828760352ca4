package graph

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"

	"github.com/pkg/errors"
)

// Initializer draws the first values of a weight. It prints as the code that
// names it.
type Initializer interface {
	fmt.Stringer
	// Draw fills w, a weight of the given shape in row-major order.
	Draw(rng *rand.Rand, shape Shape, w []float64)
}

// The initializers without a field; others are VarianceScaling, Orthogonal and
// Constant. Fan-in and fan-out are the numbers of inputs that an output sees and
// the reverse: C·k·k and F·k·k for a kernel (F, C, k, k), K and M for a matrix
// (K, M).
//
// The normal ones are cut at two deviations, values beyond drawn again, and
// scaled so that the deviation holds, as Keras does it. PyTorch's are not cut:
// VarianceScaling with UntruncatedNormal.
const (
	// GlorotUniform is uniform in ±√(6/(fan-in + fan-out)): Glorot &
	// Bengio, AISTATS 2010.
	GlorotUniform = initializer("GlorotUniform")
	// GlorotNormal is normal with deviation √(2/(fan-in + fan-out)).
	GlorotNormal = initializer("GlorotNormal")
	// HeUniform is uniform in ±√(6/fan-in): He et al., arXiv:1502.01852.
	HeUniform = initializer("HeUniform")
	// HeNormal is normal with deviation √(2/fan-in).
	HeNormal = initializer("HeNormal")
	// LeCunUniform is uniform in ±√(3/fan-in): LeCun et al., "Efficient
	// backprop", 1998; what SELU wants.
	LeCunUniform = initializer("LeCunUniform")
	// LeCunNormal is normal with deviation √(1/fan-in).
	LeCunNormal = initializer("LeCunNormal")
	// Zeros is 0 everywhere.
	Zeros = initializer("Zeros")
	// Ones is 1 everywhere.
	Ones = initializer("Ones")
)

// initializers are those above, with what they are made of.
var initializers = []struct {
	name initializer
	is   Initializer
}{
	{GlorotUniform, VarianceScaling{Scale: 1, Fan: FanAverage, Distribution: Uniform}},
	{GlorotNormal, VarianceScaling{Scale: 1, Fan: FanAverage}},
	{HeUniform, VarianceScaling{Scale: 2, Distribution: Uniform}},
	{HeNormal, VarianceScaling{Scale: 2}},
	{LeCunUniform, VarianceScaling{Scale: 1, Distribution: Uniform}},
	{LeCunNormal, VarianceScaling{Scale: 1}},
	{Zeros, Constant{}},
	{Ones, Constant{Value: 1}},
}

type initializer string

var _ Initializer = initializer("")

func (i initializer) String() string { return string(i) }

// Draw fills w.
func (i initializer) Draw(rng *rand.Rand, shape Shape, w []float64) {
	for _, known := range initializers {
		if known.name == i {
			known.is.Draw(rng, shape, w)
		}
	}
}

func (i initializer) check() error {
	var names []string
	for _, known := range initializers {
		if known.name == i {
			return nil
		}
		names = append(names, string(known.name))
	}
	return errors.Errorf("want an initializer %s, got %q", oneOf(names), string(i))
}

// checkInit reports an initializer of ours that cannot draw.
func checkInit(i Initializer) error {
	if c, ok := i.(interface{ check() error }); ok {
		return c.check()
	}
	return nil
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
