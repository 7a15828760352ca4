package train

import (
	"math"
	"slices"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/internal/f32"
	"euryale/loaders"
)

// Not a number, or infinite: what it says of a run depends on where it comes
// from. Data must be looked at, weights need a smaller learning rate.

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// badData reports the first value of a batch that is not finite; nil if all
// are.
func (ps *programs) badData(b *loaders.Batch) error {
	for i, x := range b.Inputs {
		if err := badValue(x, b, "input "+ps.inputs[i].Name); err != nil {
			return err
		}
	}
	if ps.loss == nil {
		return nil
	}
	for i, t := range b.Targets {
		if err := badValue(t.Values, b, "target of output "+ps.scored[i].Name); err != nil {
			return err
		}
	}
	return nil
}

func badValue(values []float32, b *loaders.Batch, what string) error {
	if finites(values) {
		return nil
	}
	i := slices.IndexFunc(values, func(x float32) bool { return x-x != 0 })
	size := len(values) / b.N
	return errors.Errorf("%s: want finite numbers, got %v at value %d of sample %d", what, values[i], i%size, b.Index[i/size])
}

// cause is where a program's figures stopped being finite, as an addition to
// what is said of it.
func cause(p *graph.Program) string {
	if p == nil {
		return ""
	}
	if err := p.NotFinite(); err != nil {
		return " (" + err.Error() + ")"
	}
	return ""
}

// badWeight names the first weight that holds what is not finite.
func badWeight(net *graph.Network) (name string, found bool) {
	for _, p := range net.Params() {
		if !allFinite(p.Value) {
			return p.Name, true
		}
	}
	return "", false
}

func allFinite(t *tensor.Dense) bool {
	switch d := t.Data().(type) {
	case []float32:
		return finites(d)
	case []float64:
		return !slices.ContainsFunc(d, func(x float64) bool { return !finite(x) })
	}
	return true
}

// finites says whether all are finite: the squares of floats that are do not
// overflow in float64, however many there are.
func finites(x []float32) bool { return finite(f32.SumSquares(x)) }

// hasNaN says whether t holds what is not a number. The infinite may be meant:
// the logarithm of a probability of 0.
func hasNaN(t *tensor.Dense) bool {
	switch d := t.Data().(type) {
	case []float32:
		return slices.ContainsFunc(d, func(x float32) bool { return x != x })
	case []float64:
		return slices.ContainsFunc(d, func(x float64) bool { return x != x })
	}
	return false
}
