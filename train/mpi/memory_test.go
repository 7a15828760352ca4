//go:build linux || darwin

package mpi

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/pkg/errors"

	"euryale/internal/ranktest"
)

// Ranks that share memory make the same calls over and over, some of which take more
// than the memory has room for, with pauses in other places for each; the race detector
// sees what is written while another rank may read it.
func TestSharedMemory(t *testing.T) {
	for _, size := range []int{2, 3, 4, 8} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			shared := make([]byte, memoryBytes(size))
			err := ranktest.Run(size, func(r *ranktest.Member) error {
				g := &Group{rank: r.Rank(), size: size}
				g.link = newMemory(shared, g.rank, size, &g.waits)
				for round := range 12 {
					if err := sameCalls(g, r, 1+round%size, round); err != nil {
						t.Errorf("round %d: %v", round, err) // and on, as others wait
					}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// sameCalls compares what g does with what r does.
func sameCalls(g *Group, r *ranktest.Member, ranks, round int) (wrong error) {
	for _, n := range []int{1, 7, 1500, 5001, boxBytes + 11} {
		if n > boxBytes && round%4 != 0 {
			continue
		}
		x, y := make([]float32, n), make([]float64, n/2)
		for i := range x {
			x[i] = 1 / float32(1+i+31*g.rank+round)
		}
		for i := range y {
			y[i] = 1 / float64(1+i+37*g.rank+round)
		}
		want, want64, own := slices.Clone(x), slices.Clone(y), bytes.Repeat([]byte{byte(round + g.rank)}, n)
		root := round % g.size
		told := bytes.Clone(own)
		all, err := g.Allgather(own)
		for _, err := range []error{
			err, g.SumFloat32(x, ranks), g.SumFloat64(y, ranks), g.Broadcast(told, root), g.Barrier(),
			r.SumFloat32(want, ranks), r.SumFloat64(want64, ranks),
		} {
			if err != nil {
				return err
			}
		}
		if !slices.Equal(x, want) || !slices.Equal(y, want64) {
			wrong = errors.Errorf("%d values of %d ranks: want the sums of the tree, got others", n, ranks)
		}
		if !bytes.Equal(told, bytes.Repeat([]byte{byte(round + root)}, n)) {
			wrong = errors.Errorf("%d bytes of rank %d: got others", n, root)
		}
		for other := range g.size {
			if part := all[other*n:][:n]; !bytes.Equal(part, bytes.Repeat([]byte{byte(round + other)}, n)) {
				wrong = errors.Errorf("gathering %d bytes: rank %d's are others", n, other)
			}
		}
	}
	return wrong
}
