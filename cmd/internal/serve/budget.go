package serve

import (
	"sync/atomic"

	"github.com/pkg/errors"
)

// errFull is that of limits of what is looked at at once.
var errFull = errors.New("too much is being looked at: ask again in a moment")

// budget is memory that requests share.
type budget struct{ free atomic.Int64 }

// claim is one request's part of a budget.
type claim struct {
	of  *budget
	has int64
}

// take takes so many bytes more, or none.
func (c *claim) take(n int64) error {
	if c.of.free.Add(-n) < 0 {
		c.of.free.Add(n)
		return errFull
	}
	c.has += n
	return nil
}

// release gives all back.
func (c *claim) release() {
	c.of.free.Add(c.has)
	c.has = 0
}
