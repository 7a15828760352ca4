package session

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/cosmos72/gomacro/fast"

	"euryale/notebooks/kernel/tables" // what cells import
)

var (
	// ErrInterrupted is the error of a cell that was interrupted, however it
	// ended.
	ErrInterrupted = errors.New("interrupted: what was computed so far is kept")

	// ErrLeft is the error of a cell that an interrupt did not end: it waits for
	// what does not come.
	ErrLeft = errors.New("interrupted: the cell waits for something that does not come, and was left behind")
)

const (
	// grace is how long a cell that uses its context has to come to an end by
	// itself when that ends: the batch under way, and what the cell does then,
	// such as showing a history.
	grace = 2 * time.Second
	// patience is how long the interpreter then has.
	patience = 5 * time.Second
)

// cell is the cell that runs, or the last one that did.
type cell struct {
	done        chan struct{} // closed by an interrupt
	over        chan struct{} // closed when it has ended, or was left
	left        bool
	asked       bool // for its context
	interrupted bool
}

func (c *cell) isOver() bool {
	select {
	case <-c.over:
		return true
	default:
		return false
	}
}

var (
	mu      sync.Mutex
	current = &cell{done: make(chan struct{}), over: closed()}
	machine *fast.Interp
)

func closed() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

// Attach prepares ir for cells, makes it the interpreter that Interrupt stops, and
// a SIGINT, which would end the process, an interrupt.
func Attach(ir *fast.Interp) *fast.Interp {
	tables.Settle(ir.Comp.Universe)
	mu.Lock()
	machine = ir
	mu.Unlock()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	go func() {
		for range signals {
			Interrupt()
		}
	}()
	return ir
}

// Run evaluates a cell. Its error is that of evaluate, or of its panic,
// ErrInterrupted or ErrLeft.
func Run(evaluate func() error) error {
	c := &cell{done: make(chan struct{}), over: make(chan struct{})}
	mu.Lock()
	current = c
	mu.Unlock()
	result := apart(evaluate, func() {
		mu.Lock()
		defer mu.Unlock()
		if !c.left {
			close(c.over)
		}
	})
	<-c.over
	mu.Lock()
	interrupted, left := c.interrupted, c.left
	mu.Unlock()
	if !interrupted {
		return <-result
	}
	calm()
	if left {
		return ErrLeft
	}
	return ErrInterrupted
}

// apart runs f in a goroutine of its own, whose end by runtime.Goexit is an error
// too, and then calls after.
func apart(f func() error, after func()) <-chan error {
	result := make(chan error, 1)
	go func() {
		err := errors.New("runtime.Goexit ended the cell")
		defer func() {
			result <- err
			after()
		}()
		// Interrupts are for the goroutine in which the interpreter is at
		// home. gomacro as it is published stays where it was made.
		if a, ok := any(machine).(interface{ Adopt() }); ok {
			a.Adopt()
		}
		err = Guard(f)
	}()
	return result
}

// Guard is f's error, or that of its panic.
func Guard(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			var ok bool
			if err, ok = r.(error); !ok {
				err = fmt.Errorf("%v", r)
			}
		}
		err = explained(err)
	}()
	return f()
}

// explained is err with what is most often behind it.
func explained(err error) error {
	if _, ok := err.(runtime.Error); ok && strings.Contains(err.Error(), "nil pointer") {
		return fmt.Errorf("%w: something is nil; if a call made it, look at the error that the call returned", err)
	}
	return err
}

// Interrupt ends the context of the cell that runs, and the cell itself: at once
// if it has not used the context or is interrupted again, else if it has not ended
// a while later. One that does not end then is left behind. Where none runs it does
// nothing.
func Interrupt() {
	mu.Lock()
	c, again := current, current.interrupted
	if c.isOver() {
		mu.Unlock()
		return
	}
	wait := grace
	if again || !c.asked {
		wait = 0
	}
	if !again {
		c.interrupted = true
		close(c.done)
	}
	mu.Unlock()
	go func() {
		c.unlessOver(wait, func() { machine.Interrupt(os.Interrupt) })
		c.unlessOver(patience, func() {
			c.left = true
			close(c.over)
		})
	}()
}

// unlessOver calls f after a while if the cell has not ended by then.
func (c *cell) unlessOver(wait time.Duration, f func()) {
	select {
	case <-c.over:
	case <-time.After(wait):
	}
	mu.Lock()
	defer mu.Unlock()
	if !c.isOver() { // nor while we waited for the lock: the next cell is not to be stopped in its place
		f()
	}
}

// calm takes back an interrupt that came while the cell's last statement ran in
// compiled code: the interpreter would stop the next cell for it.
func calm() {
	<-apart(func() error {
		machine.Eval("func() {}()")
		return nil
	}, func() {})
}
