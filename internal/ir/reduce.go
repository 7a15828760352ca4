package ir

import (
	"fmt"
	"slices"
)

// Reduction is how a Reduce makes one number of several.
type Reduction string

// The reductions.
const (
	MeanOf Reduction = "mean"
	SumOf  Reduction = "sum"
	MaxOf  Reduction = "maximum"
	MinOf  Reduction = "minimum"
	ArgMax Reduction = "place of the maximum" // the first of equal ones; it has no gradient
	ArgEnd Reduction = "last place of the maximum"
)

// Reduce makes one number of all along some axes of a sample, which are in order.
// With Keep these stay, with one element each.
type Reduce struct {
	By   Reduction
	Axes []int
	Keep bool
}

func (r Reduce) String() string { return fmt.Sprintf("%s over axes %v", r.By, r.Axes) }

// Infer wants the axes.
func (r Reduce) Infer(in []Shape) (Shape, error) {
	out := Shape{}
	for i, n := range in[0] {
		switch {
		case !slices.Contains(r.Axes, i):
			out = append(out, n)
		case r.Keep:
			out = append(out, 1)
		}
	}
	if last := r.Axes[len(r.Axes)-1]; last >= len(in[0]) {
		return nil, mismatch(fmt.Sprintf("samples with an axis %d", last), in[0])
	}
	if len(out) == 0 {
		return nil, mismatch("an axis that stays, or to keep those that are reduced", in[0])
	}
	return out, nil
}
