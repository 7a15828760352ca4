// Package ranktest lets several ranks run in one process, for tests:
//
//	err := ranktest.Run(4, func(r *ranktest.Member) error {
//		return r.SumFloat32(x[r.Rank()], 4)
//	})
//
// Each is a goroutine. Calls that do not go together are errors, and so is a rank
// that ends while others wait for it: nothing hangs.
package ranktest

import (
	"fmt"
	"sync"

	"github.com/pkg/errors"
)

// Run calls f for each of n ranks, and returns the first error of one. Where one
// ends in error, or earlier than others, these get errors from their calls.
func Run(n int, f func(r *Member) error) error {
	all := All(n, f)
	for _, err := range all {
		var left *leftError
		if err != nil && !errors.As(err, &left) {
			return err
		}
	}
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

// All is Run, and returns the errors of all ranks.
func All(n int, f func(r *Member) error) []error {
	c := &crew{size: n, x: make([]any, n), what: make([]string, n)}
	c.met.L = &c.mu
	errs := make([]error, n)
	var ended sync.WaitGroup
	for i := range n {
		ended.Go(func() {
			defer c.leave(i)
			defer func() {
				if r := recover(); r != nil {
					errs[i] = errors.Errorf("rank %d: panic: %v", i, r)
				}
			}()
			errs[i] = f(&Member{i, c})
		})
	}
	ended.Wait()
	return errs
}

// crew is all ranks, and the call under way.
type crew struct {
	size int

	mu      sync.Mutex
	met     sync.Cond
	x       []any
	what    []string
	arrived int
	round   int
	calls   int
	err     error
}

// leftError says that a rank is not there.
type leftError struct{ text string }

func (e *leftError) Error() string { return e.text }

// leave ends a rank, for which nobody must wait any more.
func (c *crew) leave(rank int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fail(&leftError{fmt.Sprintf("rank %d has ended", rank)})
}

func (c *crew) fail(err error) {
	if c.err == nil {
		c.err = err
	}
	c.met.Broadcast()
}

// meet waits until all ranks are there with their x, and the last one calls do.
func (c *crew) meet(rank int, what string, x any, do func(x []any)) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return c.err
	}
	c.x[rank], c.what[rank] = x, what
	c.arrived++
	if c.arrived < c.size {
		for round := c.round; c.round == round; c.met.Wait() {
			if c.err != nil {
				return c.err
			}
		}
		return nil
	}
	for i, w := range c.what {
		if w != what {
			c.fail(errors.Errorf("rank %d: %s, rank %d: %s", rank, what, i, w))
			return c.err
		}
	}
	do(c.x)
	c.arrived = 0
	c.calls++
	c.round++
	c.met.Broadcast()
	return nil
}

// Member is one rank of a crew.
type Member struct {
	rank int
	c    *crew
}

// Rank is its number.
func (r *Member) Rank() int { return r.rank }

// Size is how many there are.
func (r *Member) Size() int { return r.c.size }

// Calls is in how many calls all have met.
func (r *Member) Calls() int {
	r.c.mu.Lock()
	defer r.c.mu.Unlock()
	return r.c.calls
}

// SumFloat32 sums over the first ranks, as a tree.
func (r *Member) SumFloat32(x []float32, ranks int) error {
	return r.c.meet(r.rank, fmt.Sprintf("sum of %d float32 over %d", len(x), ranks), x, func(x []any) { sum[float32](x, ranks) })
}

// SumFloat64 is SumFloat32 in float64.
func (r *Member) SumFloat64(x []float64, ranks int) error {
	return r.c.meet(r.rank, fmt.Sprintf("sum of %d float64 over %d", len(x), ranks), x, func(x []any) { sum[float64](x, ranks) })
}

// sum is by the definition: all in one level, then the next.
func sum[T float32 | float64](all []any, ranks int) {
	var level [][]T
	for _, x := range all[:ranks] {
		level = append(level, append([]T(nil), x.([]T)...))
	}
	for len(level) > 1 {
		var next [][]T
		for i := 0; i < len(level); i += 2 {
			if i+1 < len(level) {
				for j, v := range level[i+1] {
					level[i][j] += v
				}
			}
			next = append(next, level[i])
		}
		level = next
	}
	for _, x := range all {
		copy(x.([]T), level[0])
	}
}

// Allgather is what all ranks have, in their order.
func (r *Member) Allgather(own []byte) (all []byte, err error) {
	into := make([]byte, len(own)*r.c.size)
	type pair struct{ own, into []byte }
	err = r.c.meet(r.rank, fmt.Sprintf("gathering %d bytes", len(own)), pair{own, into}, func(x []any) {
		for i := range x {
			for j := range x {
				copy(x[j].(pair).into[i*len(own):], x[i].(pair).own)
			}
		}
	})
	return into, err
}

// Broadcast sets what all ranks have to what root has.
func (r *Member) Broadcast(data []byte, root int) error {
	return r.c.meet(r.rank, fmt.Sprintf("%d bytes from %d", len(data), root), data, func(x []any) {
		for i := range x {
			if i != root {
				copy(x[i].([]byte), x[root].([]byte))
			}
		}
	})
}

// Barrier waits for all.
func (r *Member) Barrier() error {
	return r.c.meet(r.rank, "barrier", nil, func([]any) {})
}

// Abort lets the calls of all ranks fail from here on.
func (r *Member) Abort(err error) {
	r.c.mu.Lock()
	defer r.c.mu.Unlock()
	r.c.fail(&leftError{fmt.Sprintf("rank %d: %v", r.rank, err)})
}
