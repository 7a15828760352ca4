package graph

import (
	"math"
	"math/rand/v2"
)

// Orthogonal draws a matrix of orthonormal rows, or columns where these are
// fewer, times Gain, uniformly among all such matrices: Saxe et al.,
// arXiv:1312.6120. A kernel (F, C, k, k) is a matrix (F, C·k·k).
type Orthogonal struct {
	Gain float64 // 0 means 1
}

var _ Initializer = Orthogonal{}

func (o Orthogonal) String() string { return Literal(o) }

// Draw fills w.
func (o Orthogonal) Draw(rng *rand.Rand, shape Shape, w []float64) {
	gain := o.Gain
	if gain == 0 {
		gain = 1
	}
	rows := shape[0]
	columns := len(w) / rows
	vectors := orthonormal(rng, min(rows, columns), max(rows, columns))
	for i, v := range vectors {
		for j, x := range v {
			at := i*columns + j
			if rows > columns {
				at = j*columns + i
			}
			w[at] = gain * x
		}
	}
}

func (o Orthogonal) check() error {
	_, err := aboveZero("Gain", o.Gain, 1)
	return err
}

// orthonormal draws n vectors by Gram and Schmidt's method on normal numbers,
// which is their QR decomposition with a positive diagonal (Mezzadri,
// arXiv:math-ph/0609050). Each goes through it twice, after which nothing is
// left of the others but rounding.
func orthonormal(rng *rand.Rand, n, size int) [][]float64 {
	vectors := make([][]float64, n)
	for i := range vectors {
		v := make([]float64, size)
		for j := range v {
			v[j] = rng.NormFloat64()
		}
		for range 2 {
			for _, u := range vectors[:i] {
				add(v, -dot(u, v), u)
			}
		}
		norm := math.Sqrt(dot(v, v))
		for j := range v {
			v[j] /= norm
		}
		vectors[i] = v
	}
	return vectors
}

func dot(a, b []float64) (sum float64) {
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

// add adds a·x to y.
func add(y []float64, a float64, x []float64) {
	for i, v := range x {
		y[i] += a * v
	}
}
