package train

import (
	"fmt"
	"slices"

	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/internal/parallel"
)

// floats are the types of weights.
type floats interface{ float32 | float64 }

// lane is what each tensor of a slab begins at a multiple of, in elements: a
// cache line of float32.
const lane = 16

// zerosLike are tensors of zeros in the shapes and types of all, those of each
// type in one slab. Those of no type that weights have are nil.
func zerosLike(all []*tensor.Dense) []*tensor.Dense {
	zeros := make([]*tensor.Dense, len(all))
	cut[float32](all, graph.Float32, zeros)
	cut[float64](all, graph.Float64, zeros)
	return zeros
}

// cut makes the zeros of one type.
func cut[T floats](all []*tensor.Dense, dt tensor.Dtype, zeros []*tensor.Dense) {
	total := 0
	for _, t := range all {
		if t.Dtype() == dt {
			total += roundUp(t.Shape().TotalSize())
		}
	}
	slab := make([]T, total)
	for i, t := range all {
		if t.Dtype() == dt {
			n := t.Shape().TotalSize()
			zeros[i] = tensor.New(tensor.WithShape(t.Shape()...), tensor.WithBacking(slab[:n:n]))
			slab = slab[roundUp(n):]
		}
	}
}

func roundUp(n int) int { return (n + lane - 1) / lane * lane }

// cloneAll are copies, those of each type in one slab.
func cloneAll(all []*tensor.Dense) []*tensor.Dense {
	copies := zerosLike(all)
	copyAll(copies, all)
	return copies
}

// copyAll copies values, tensor by tensor, between those alike.
func copyAll(to, from []*tensor.Dense) {
	for i, t := range from {
		switch t.Dtype() {
		case graph.Float32:
			copy(to[i].Float32s(), t.Float32s())
		case graph.Float64:
			copy(to[i].Float64s(), t.Float64s())
		}
	}
}

// setParams sets parameters to values.
func setParams(params []*graph.Param, to []*tensor.Dense) {
	copyAll(values(params), to)
	for _, p := range params {
		p.Changed()
	}
}

// numbers are the values of a tensor of T's, which Data would allocate a header of.
func numbers[T floats](t *tensor.Dense) []T {
	if t.Dtype() == graph.Float32 {
		return any(t.Float32s()).([]T)
	}
	return any(t.Float64s()).([]T)
}

// pairwise calls f32 or f64, by their type, on pieces of the values of two tensors
// alike, on all cores; by is handed on.
func pairwise(a, b *tensor.Dense, by float64, f32 func(a, b []float32, by float64), f64 func(a, b []float64, by float64)) {
	switch b.Dtype() {
	case graph.Float32:
		piecewise(a.Float32s(), b.Float32s(), by, f32)
	case graph.Float64:
		piecewise(a.Float64s(), b.Float64s(), by, f64)
	}
}

func piecewise[T floats](a, b []T, by float64, f func(a, b []T, by float64)) {
	parallel.For(pieces(len(b)), func(i int) {
		from, to := i*piece, min((i+1)*piece, len(b))
		f(a[from:to], b[from:to], by)
	})
}

// alike says whether t has the shape and type of w.
func alike(t, w *tensor.Dense) bool {
	return t != nil && t.Dtype() == w.Dtype() && slices.Equal(t.Shape(), w.Shape())
}

// describe is a tensor's shape and type.
func describe(t *tensor.Dense) string {
	if t == nil {
		return "none"
	}
	return fmt.Sprint(t.Shape(), " ", t.Dtype())
}
