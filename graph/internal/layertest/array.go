package layertest

import (
	"math/rand/v2"

	"gorgonia.org/tensor"

	"euryale/graph"
)

// Array is a batch or a weight, row-major.
type Array struct {
	Shape graph.Shape
	Data  []float64
}

// At is the element at the given indices.
func (a Array) At(index ...int) float64 { return a.Data[a.index(index)] }

func (a Array) index(index []int) int {
	at := 0
	for i, j := range index {
		at = at*a.Shape[i] + j
	}
	return at
}

// Zeros is an array of zeros.
func Zeros(shape ...int) Array {
	return Array{shape, make([]float64, graph.Shape(shape).TotalSize())}
}

// random is a batch of standard normal values.
func random(n int, shape graph.Shape, seed uint64) Array {
	a := Zeros(append(graph.Shape{n}, shape...)...)
	rng := rand.New(rand.NewPCG(seed, 1))
	for i := range a.Data {
		a.Data[i] = rng.NormFloat64()
	}
	return a
}

// put copies an array into a tensor of its size.
func (a Array) put(d *tensor.Dense) {
	switch to := d.Data().(type) {
	case []float32:
		for i, v := range a.Data {
			to[i] = float32(v)
		}
	case []float64:
		copy(to, a.Data)
	}
}

// take copies a tensor's values.
func take(d *tensor.Dense) Array {
	a := Zeros(d.Shape().Clone()...)
	switch from := d.Data().(type) {
	case []float32:
		for i, v := range from {
			a.Data[i] = float64(v)
		}
	case []float64:
		copy(a.Data, from)
	}
	return a
}
