package session

import (
	"context"
	"time"
)

// Background is what context.Background() is in a cell: a context that an
// interrupt of the cell ends. Kept in a variable, it is that of whichever cell
// uses it: one that was interrupted does not stop the next.
func Background() context.Context { return cellContext{} }

// cellContext is the context of the cell that runs.
type cellContext struct{}

func (cellContext) Deadline() (time.Time, bool) { return time.Time{}, false }
func (cellContext) Value(any) any               { return nil }
func (cellContext) String() string              { return "context.Background, which an interrupt ends" }

func (cellContext) Done() <-chan struct{} {
	mu.Lock()
	defer mu.Unlock()
	current.asked = true
	return current.done
}

func (cellContext) Err() error {
	mu.Lock()
	defer mu.Unlock()
	current.asked = true
	if current.interrupted {
		return context.Canceled
	}
	return nil
}
