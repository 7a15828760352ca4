//go:build linux || darwin

package mpi

import (
	"unsafe"

	"github.com/pkg/errors"

	"euryale/internal/f32"
)

// A sum is the same tree on all ranks: each gets all ranks' values of a piece of its
// own, adds them up, and all get all sums. Where there is little to add up, each gets
// everything.

// little is how many bytes are.
const little = 1 << 12

// unit is how many bytes stay together: those of the larger kind of values.
const unit = 8

// SumFloat32 sets x to the sum of the x of the first ranks, as the leaves of a tree.
func (g *Group) SumFloat32(x []float32, ranks int) error {
	return g.sum(f32.Bytes(x), ranks, addSingles)
}

// SumFloat64 is SumFloat32 in float64.
func (g *Group) SumFloat64(x []float64, ranks int) error {
	return g.sum(f32.Bytes(x), ranks, addDoubles)
}

func (g *Group) sum(x []byte, ranks int, add adder) error {
	if ranks < 1 || ranks > g.size {
		return errors.Errorf("mpi: want a sum over 1 to %d ranks, got %d", g.size, ranks)
	}
	if g.size == 1 || len(x) == 0 {
		return nil
	}
	pieces := len(x) / (g.size * unit) * (g.size * unit)
	if pieces <= little {
		pieces = 0
	} else if err := g.link.sumPieces(x[:pieces], ranks, add); err != nil {
		return err
	}
	return g.sumLittle(x[pieces:], ranks, add)
}

func (g *Group) sumLittle(x []byte, ranks int, add adder) error {
	if len(x) == 0 {
		return nil
	}
	all := g.room.of(g.size * len(x))
	if err := g.link.gather(all, x); err != nil {
		return err
	}
	copy(x, tree(rows(all, g.size)[:ranks], add))
	return nil
}

// scratch is memory that grows as need be.
type scratch []byte

func (s *scratch) of(n int) []byte {
	if len(*s) < n {
		*s = make([]byte, n)
	}
	return (*s)[:n]
}

// adder adds the values of x, of a type that it knows, to others.
type adder func(to, x []byte)

func addSingles(to, x []byte) { f32.AddTo(values[float32](to), values[float32](x)) }

func addDoubles(to, x []byte) {
	sums, others := values[float64](to), values[float64](x)
	for i, v := range others {
		sums[i] += v
	}
}

// values are those whose memory b is.
func values[T float32 | float64](b []byte) []T {
	var zero T
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/int(unsafe.Sizeof(zero)))
}

// rows cuts x into so many of one length.
func rows(x []byte, count int) [][]byte {
	all, n := make([][]byte, count), len(x)/count
	for r := range all {
		all[r] = x[r*n : (r+1)*n]
	}
	return all
}

// tree adds up rows, two by two, in the place of the first.
func tree(rows [][]byte, add adder) []byte {
	for step := 1; step < len(rows); step *= 2 {
		for r := 0; r+step < len(rows); r += 2 * step {
			add(rows[r], rows[r+step])
		}
	}
	return rows[0]
}
