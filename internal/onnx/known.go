package onnx

import (
	"iter"
	"math"

	"github.com/pkg/errors"
)

// known is a value that is known when the model is loaded: a constant, or integers of
// which some depend on N, as Shape makes them.
type known struct {
	typ  DataType
	dims []int
	raw  []byte // nil if sym is not
	sym  []Dim  // of an integer type, or whole numbers of a floating-point type
}

func knownTensor(t *Tensor) *known { return &known{typ: t.Type, dims: t.Dims, raw: t.Raw} }

// knownDims is integers; a constant if they do not depend on N.
func knownDims(typ DataType, dims []int, v []Dim) *known {
	if !Shape(v).IsFixed() {
		return &known{typ: typ, dims: dims, sym: v}
	}
	raw := make([]byte, 0, len(v)*typ.Size())
	for _, d := range v {
		if typ.IsFloat() {
			raw = appendFloat(raw, typ, float64(d.B))
		} else {
			raw = appendInt(raw, typ, int64(d.B))
		}
	}
	return &known{typ: typ, dims: dims, raw: raw}
}

func (k *known) tensor() *Tensor { return &Tensor{k.typ, k.dims, k.raw} }

func (k *known) len() int { return product(k.dims) }

// bytes is how many a tensor of it takes.
func (k *known) bytes() int { return k.len() * k.typ.Size() }

// pick returns a value of these dimensions of k's elements at these places.
func (k *known) pick(dims []int, from iter.Seq[int]) *known {
	n := product(dims)
	if k.sym != nil {
		v := make([]Dim, 0, n)
		for at := range from {
			v = append(v, k.sym[at])
		}
		return knownDims(k.typ, dims, v)
	}
	size := k.typ.Size()
	raw := make([]byte, 0, n*size)
	for at := range from {
		raw = append(raw, k.raw[at*size:(at+1)*size]...)
	}
	return &known{typ: k.typ, dims: dims, raw: raw}
}

// reshaped is k with other dimensions of the same size.
func (k *known) reshaped(dims []int) *known {
	out := *k
	out.dims = dims
	return &out
}

// floats are the elements of a floating-point type.
func (k *known) floats() []float64 {
	t, f := k.tensor(), make([]float64, k.len())
	for i := range f {
		f[i] = t.float(i)
	}
	return f
}

// whole are the elements as sizes: integers, or floating-point numbers that are whole.
func (k *known) whole() ([]Dim, error) {
	if k.sym != nil {
		return k.sym, nil
	}
	t, v := k.tensor(), make([]Dim, k.len())
	for i := range v {
		n := int64(0)
		if k.typ.IsFloat() {
			f := t.float(i)
			if f != math.Trunc(f) || math.Abs(f) > 1<<52 {
				return nil, errors.Errorf("want whole numbers, got %v", f)
			}
			n = int64(f)
		} else if n = t.int(i); k.typ == Uint64 && n < 0 {
			return nil, errors.Errorf("%d does not fit an int", uint64(n))
		}
		if int64(int(n)) != n {
			return nil, errors.Errorf("%d does not fit an int", n)
		}
		v[i] = Fixed(int(n))
	}
	return v, nil
}

// strides are the distances of neighbours along each dimension.
func strides(dims []int) []int {
	s := make([]int, len(dims))
	n := 1
	for i := len(dims) - 1; i >= 0; i-- {
		s[i] = n
		n *= dims[i]
	}
	return s
}

// walk gives, for each place in a tensor of dimensions dims, in order, start plus the
// sum of index times step over the dimensions.
func walk(dims, step []int, start int) iter.Seq[int] {
	return func(yield func(int) bool) {
		if product(dims) == 0 {
			return
		}
		index := make([]int, len(dims))
		for at := start; yield(at); {
			i := len(dims) - 1
			for ; i >= 0; i-- {
				index[i]++
				at += step[i]
				if index[i] < dims[i] {
					break
				}
				at -= index[i] * step[i]
				index[i] = 0
			}
			if i < 0 {
				return
			}
		}
	}
}

// spread gives, for each place in a tensor of dimensions to, which element of one of
// dimensions dims that is broadcast to it lies there.
func spread(dims, to []int) iter.Seq[int] {
	own, step := strides(dims), make([]int, len(to))
	for i := range dims {
		if dims[i] != 1 {
			step[len(to)-len(dims)+i] = own[i]
		}
	}
	return walk(to, step, 0)
}
