package loaders

import (
	"sync"
	"sync/atomic"
)

// tally counts files as several goroutines get done with them, and tells of some.
type tally struct {
	tell  func(doing string, done, of int) // nil means nobody
	doing string
	of    int

	done atomic.Int64
	mu   sync.Mutex // of a call of tell
}

// tallyStep is how many files pass between two calls: decoding so many takes a moment.
const tallyStep = 16

// add counts one.
func (t *tally) add() {
	n := t.done.Add(1)
	if t.tell == nil || n%tallyStep != 0 && n != int64(t.of) || !t.mu.TryLock() {
		return
	}
	defer t.mu.Unlock()
	t.tell(t.doing, int(t.done.Load()), t.of)
}
