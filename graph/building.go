package graph

import (
	"bytes"
	"runtime"
	"sync"
	"sync/atomic"
)

// building is held while nodes of Gorgonia's are declared, differentiated or
// compiled: it numbers groups of nodes by a global counter without a lock.
// Functions of a user's run under it, and may declare or compile a network
// themselves, so that a goroutine may take it again.
var building recursive

// recursive is a lock that a goroutine which has it may take again.
type recursive struct {
	mu    sync.Mutex
	owner atomic.Pointer[string] // the goroutine that has it
	depth int                    // how often it has taken it
}

// lock waits for the lock, and returns what gives it back.
func (r *recursive) lock() (unlock func()) {
	me := goroutine()
	if owner := r.owner.Load(); owner == nil || *owner != me {
		r.mu.Lock()
		r.owner.Store(&me)
	}
	r.depth++
	return func() {
		if r.depth--; r.depth == 0 {
			r.owner.Store(nil)
			r.mu.Unlock()
		}
	}
}

// goroutine is the number of the one that calls it, which the runtime tells in
// the first line of a stack alone: "goroutine 7 [running]:".
func goroutine() string {
	var buf [64]byte
	fields := bytes.Fields(buf[:runtime.Stack(buf[:], false)])
	return string(fields[1])
}
