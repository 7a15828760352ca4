package ir

import "fmt"

// NormInputs are the inputs of a Norm, as values or what stands for them: zero
// where it has none.
func NormInputs[T any](n Norm, in []T) (x, scale, shift, mean, variance T) {
	x, in = in[0], in[1:]
	if !n.NoScale {
		scale, in = in[0], in[1:]
	}
	if !n.NoShift {
		shift, in = in[0], in[1:]
	}
	return x, scale, shift, in[0], in[1]
}

// SampleNorm normalises sets of elements of each sample by their own mean and
// variance, then scales and shifts them. Its inputs are x, scale and shift. A
// set is a group of consecutive channels with all their pixels or, without
// Groups, the channels of one pixel.
type SampleNorm struct {
	Epsilon          float64
	Groups           int
	Last             int  // the set is what lies along so many of the last axes; 0 means Groups
	NoScale, NoShift bool // these inputs are not there
}

func (n SampleNorm) String() string {
	if n.Last > 0 {
		return fmt.Sprintf("norm along the last %d axes", n.Last)
	}
	switch n.Groups {
	case 0:
		return "norm of each pixel"
	case 1:
		return "norm of each sample"
	}
	return fmt.Sprintf("norm in %d groups", n.Groups)
}

// Infer wants channels that can be grouped.
func (n SampleNorm) Infer(in []Shape) (Shape, error) {
	x := in[0]
	switch {
	case len(x) == 0:
		return nil, mismatch("channels (N, C, …)", x)
	case n.Last > len(x):
		return nil, mismatch(fmt.Sprintf("samples of at least %d axes", n.Last), x)
	case n.Groups > 0 && x[0]%n.Groups != 0:
		return nil, mismatch(fmt.Sprintf("channels in %d groups of one size", n.Groups), x)
	}
	return same(in)
}

// FoldedWeights are those of a product with a Norm by running statistics in
// them: w·scale/√(variance+Epsilon), by the channel along Axis. The inputs are
// w, scale and the variance.
type FoldedWeights struct {
	Axis    int
	Epsilon float64
	NoScale bool // that input is not there
}

func (FoldedWeights) String() string                  { return "weights × norm" }
func (FoldedWeights) Infer(in []Shape) (Shape, error) { return same(in) }
func (FoldedWeights) derived()                        {}

// FoldedBias is the bias that belongs to FoldedWeights: (b-mean)·scale/√(variance+Epsilon)
// + shift. The inputs are b, scale, shift, the mean and the variance.
type FoldedBias struct {
	Epsilon                  float64
	NoBias, NoScale, NoShift bool // these inputs are not there
}

func (FoldedBias) String() string                  { return "bias × norm" }
func (FoldedBias) Infer(in []Shape) (Shape, error) { return in[len(in)-1].Clone(), nil }
func (FoldedBias) derived()                        {}

// IsDerived reports whether v is made of parameters alone: as of these, its
// shape is whole.
func IsDerived(v *Value) bool {
	_, ok := v.Op.(interface{ derived() })
	return ok
}
