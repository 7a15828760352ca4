//go:build linux || darwin

package mpi

import (
	"unsafe"

	"github.com/pkg/errors"

	"euryale/internal/f32"
)

// A sum is the same tree on all ranks: each gets all ranks' values of its own slice,
// adds them up, and all get all sums. That is the traffic of a ring; where there is
// little to add up, each gets everything, which takes one exchange and not two.

// little is how many bytes are.
const little = 1 << 12

// SumFloat32 sets x to the sum of the x of the first ranks, as the leaves of a tree.
func (g *Group) SumFloat32(x []float32, ranks int) error {
	return sum(g, x, ranks, f32.AddTo)
}

// SumFloat64 is SumFloat32 in float64.
func (g *Group) SumFloat64(x []float64, ranks int) error {
	return sum(g, x, ranks, func(to, x []float64) {
		x = x[:len(to)]
		for i, v := range x {
			to[i] += v
		}
	})
}

func sum[T float32 | float64](g *Group, x []T, ranks int, add func(to, x []T)) error {
	if ranks < 1 || ranks > g.size {
		return errors.Errorf("mpi: want a sum over 1 to %d ranks, got %d", g.size, ranks)
	}
	if g.size == 1 || len(x) == 0 {
		return nil
	}
	// What is left of pieces of one length is little.
	pieces := x[:len(x)/g.size*g.size]
	if len(f32.Bytes(pieces)) <= little {
		pieces = nil
	}
	if err := sumPieces(g, pieces, ranks, add); err != nil {
		return err
	}
	return sumLittle(g, x[len(pieces):], ranks, add)
}

// sumLittle has each rank get everything.
func sumLittle[T float32 | float64](g *Group, x []T, ranks int, add func(to, x []T)) error {
	if len(x) == 0 {
		return nil
	}
	all := room[T](&g.got, g.size*len(x))
	if err := g.gather(f32.Bytes(all), f32.Bytes(x)); err != nil {
		return err
	}
	copy(x, tree(all, len(x), ranks, add))
	return nil
}

// sumPieces has each rank add up a piece of its own.
func sumPieces[T float32 | float64](g *Group, x []T, ranks int, add func(to, x []T)) error {
	if len(x) == 0 {
		return nil
	}
	got := room[T](&g.got, len(x))
	if err := g.swap(f32.Bytes(got), f32.Bytes(x)); err != nil {
		return err
	}
	return g.gather(f32.Bytes(x), f32.Bytes(tree(got, len(x)/g.size, ranks, add)))
}

// tree adds up the first of several rows of n, two by two, in the place of the first.
func tree[T any](rows []T, n, count int, add func(to, x []T)) []T {
	for step := 1; step < count; step *= 2 {
		for r := 0; r+step < count; r += 2 * step {
			add(rows[r*n:(r+1)*n], rows[(r+step)*n:(r+step+1)*n])
		}
	}
	return rows[:n]
}

// room is n values in memory that grows as need be.
func room[T float32 | float64](memory *[]byte, n int) []T {
	var zero T
	size := n * int(unsafe.Sizeof(zero))
	if len(*memory) < size {
		*memory = f32.Bytes(make([]float64, (size+7)/8)) // aligned for both
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(*memory))), n)
}
