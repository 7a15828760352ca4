package engine

import (
	"fmt"
	"hash"
	"hash/fnv"

	"github.com/chewxy/hm"
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// float is an element type that the ops here compute in.
type float interface{ float32 | float64 }

// pure is what the ops of this package have in common: each overwrites no input
// and calls nothing outside Go. It returns a fresh value, or, where it is
// owned, the same tensor in every run.
type pure struct{}

func (pure) ReturnsPtr() bool     { return false }
func (pure) CallsExtern() bool    { return false }
func (pure) OverwritesInput() int { return -1 }
func (pure) KeepsInputs()         {}

// Keeper is an op that never writes to what it reads, as Gorgonia's elementwise
// ops do where nobody reads it later.
type Keeper interface{ KeepsInputs() }

// a stands for the element type in the type of an op.
const a = hm.TypeVariable('a')

// tensorOf is the type of a tensor of a's with the given number of dimensions.
func tensorOf(dims int) hm.Type { return G.TensorType{Dims: dims, Of: a} }

// writeHash identifies an op by its printed form, which holds every field that
// matters: Gorgonia merges two nodes whose ops and children hash alike.
func writeHash(h hash.Hash, op fmt.Stringer) { fmt.Fprint(h, op.String()) }

func hashcode(op fmt.Stringer) uint32 {
	h := fnv.New32a()
	writeHash(h, op)
	return h.Sum32()
}

// shapeOf is the shape an op is given while the graph is built.
func shapeOf(d G.DimSizer) (tensor.Shape, error) {
	s, ok := d.(tensor.Shape)
	if !ok {
		return nil, errors.Errorf("want a shape, got %T", d)
	}
	return s, nil
}

// dense is the contiguous tensor behind v. Views, which a transposition or a
// slice leaves behind, are copied.
func dense(v G.Value) (*tensor.Dense, error) {
	d, ok := v.(*tensor.Dense)
	if !ok {
		return nil, errors.Errorf("want a dense tensor, got %T", v)
	}
	if d.RequiresIterator() || d.IsView() {
		return d.Materialize().(*tensor.Dense), nil
	}
	return d, nil
}

// like is a zeroed tensor of x's type and the given shape.
func like(x *tensor.Dense, shape tensor.Shape) *tensor.Dense {
	return tensor.New(tensor.Of(x.Dtype()), tensor.WithShape(shape...))
}

// number is the Gorgonia scalar that an op returns in every run.
type number struct {
	single G.F32
	double G.F64
}

// set is the scalar x of the given type.
func (n *number) set(dt tensor.Dtype, x float64) G.Value {
	if dt == tensor.Float32 {
		n.single = G.F32(x)
		return &n.single
	}
	n.double = G.F64(x)
	return &n.double
}

// scalarValue is the number that a Gorgonia scalar holds.
func scalarValue(v G.Value) (float64, error) {
	switch x := v.(type) { // Data would allocate
	case *G.F32:
		return float64(*x), nil
	case *G.F64:
		return float64(*x), nil
	}
	switch x := v.Data().(type) {
	case float32:
		return float64(x), nil
	case float64:
		return x, nil
	}
	return 0, errors.Errorf("want a scalar, got %T", v)
}
