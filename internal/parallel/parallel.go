// Package parallel runs the iterations of a loop on several cores:
//
//	parallel.For(len(images), func(i int) {
//		sums[i] = sum(images[i])
//	})
//
// Loops that follow one another closely cost less than a microsecond each: the
// goroutines that help the caller go on looking for the next loop for a moment
// before they sleep, and end when nothing has come for longer.
package parallel

import (
	"errors"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/cpu"
)

// spin is how long a goroutine that has nothing to do keeps looking before it
// sleeps: longer than what lies between the loops of two training steps. To
// wake it takes several microseconds, and many times that on a virtual machine.
const spin = 200 * time.Microsecond

// idle is how long a goroutine sleeps before it ends: far longer than any pause
// in training, since to start one costs little more than to wake one.
const idle = 250 * time.Millisecond

// mostIterations is how long a loop may be that several goroutines run: its
// iterations are counted in half a word.
const mostIterations = math.MaxInt32

// looks is how often it looks before it lets other goroutines run.
const looks = 64

var errGoexit = errors.New("parallel: a body called runtime.Goexit")

// For calls body(i) once for each i in [0, n), on as many goroutines, the
// caller's among them, as there are iterations, at most runtime.GOMAXPROCS, and
// returns when all calls have. Iterations are handed out one at a time to
// whoever is free: bodies must not write to the same place, and what they write
// must not depend on who runs them and when.
//
// A loop inside a body, or while another goroutine's loop runs, runs on the
// caller's goroutine alone: of two programs side by side each gets the other
// cores for the loops that it begins first, and its own core for the rest. Were
// loops to share helpers, a loop that is nested would be cut up too, and more
// goroutines would look for work than there are cores to look on.
//
// Where a body panics, iterations that have not begun are dropped, and For
// panics with the same value once all others have ended. A body must not call
// runtime.Goexit. For itself allocates nothing, but body escapes.
func For(n int, body func(i int)) {
	procs := min(n, runtime.GOMAXPROCS(0))
	if procs < 2 || n > mostIterations || !shared.owner.TryLock() {
		for i := range n {
			body(i)
		}
		return
	}
	shared.run(n, procs-1, body)
}

// The channel's size spares owners from waiting for helpers about to receive.
var shared = pool{wake: make(chan struct{}, 256), done: make(chan struct{}, 1)}

// pool is a set of helpers and the loop that they run.
type pool struct {
	owner sync.Mutex // held by the goroutine whose loop it is

	// The loop, which may be read by who has entered.
	n       int64
	body    func(i int)
	failure atomic.Pointer[any] // the first panic

	limit atomic.Uint64 // helpers allowed to enter

	// crew counts helpers: from the bottom those asleep, and all there are.
	// wake lets one that is asleep go on: whoever takes one off those
	// asleep sends; a helper that takes itself off does not receive.
	crew atomic.Uint64
	wake chan struct{}
	done chan struct{} // lets the owner go on

	_     cpu.CacheLinePad
	state atomic.Uint64
	_     cpu.CacheLinePad
	taken atomic.Uint64 // iterations handed out, counted in fronts and backs
	_     cpu.CacheLinePad
}

// The owner takes iterations from the front, helpers take them from the back: so
// in loop after loop each comes upon what it has worked on before, in its own
// cache.
const (
	front = 1
	back  = 1 << 32
)

// take is an iteration at one end, or false where none is left.
func (p *pool) take(end uint64) (i int64, ok bool) {
	taken := p.taken.Add(end)
	first, last := int64(taken%back), int64(taken/back)
	if first+last > p.n {
		return 0, false
	}
	if end == front {
		return first - 1, true
	}
	return p.n - last, true
}

// The state of a pool: from the bottom the number of helpers that have entered
// the loop, two flags, and the loop's number.
const (
	open    = 1 << 30 // helpers may enter
	waiting = 1 << 31 // the owner sleeps until the last helper leaves
	loop    = 1 << 32
	inside  = open - 1
)

// A crew of one helper, and what it sees of one that sleeps.
const (
	helper  = 1 << 32
	sleeper = 1
)

// count takes a crew apart.
func count(crew uint64) (helpers, asleep int) { return int(crew / helper), int(crew % helper) }

// run runs a loop with so many helpers and gives the pool back.
func (p *pool) run(n, helpers int, body func(i int)) {
	p.n, p.body = int64(n), body
	p.taken.Store(0)
	p.limit.Store(uint64(helpers))
	p.state.Store(p.state.Load()&^(loop-1) + loop + open)
	p.rouse(helpers)
	defer p.finish()
	p.work(front)
}

// rouse wakes helpers, and starts them where none sleeps, until so many are
// awake.
func (p *pool) rouse(helpers int) {
	roused := false
	for {
		all, asleep := count(p.crew.Load())
		switch {
		case all-asleep >= helpers:
			if roused {
				// The goroutine woken last is this processor's
				// next, which another may take only after it
				// has slept a little; the caller it may take at
				// once.
				runtime.Gosched()
			}
			return
		case asleep == 0:
			p.crew.Add(helper) // only the owner adds one
			go p.help()
			roused = true
		case p.takeSleeper(sleeper):
			p.wake <- struct{}{}
			roused = true
		}
	}
}

// work runs iterations from an end on until none is left.
func (p *pool) work(end uint64) {
	ended := false
	defer func() {
		if ended {
			return
		}
		p.taken.Store(uint64(p.n))
		failure := recover()
		if failure == nil {
			failure = errGoexit
		}
		p.failure.CompareAndSwap(nil, &failure)
	}()
	for i, ok := p.take(end); ok; i, ok = p.take(end) {
		p.body(int(i))
	}
	ended = true
}

// finish waits until all helpers have left.
func (p *pool) finish() {
	p.state.And(^uint64(open))
	left := func() bool { return p.state.Load()&inside == 0 }
	if !await(left) && p.state.Or(waiting)&inside != 0 {
		<-p.done
	}
	p.state.And(^uint64(waiting))

	p.body = nil
	failure := p.failure.Swap(nil)
	p.owner.Unlock()
	if failure != nil {
		panic(*failure)
	}
}

// help is a helper's life.
func (p *pool) help() {
	var last uint64 // the loop entered last
	ready := func() bool { return p.enterable(p.state.Load(), last) }
	alarm := time.NewTimer(idle)
	defer alarm.Stop()
	for {
		if !await(ready) && !p.sleep(ready, alarm) {
			return
		}
		s := p.state.Load()
		if !p.enterable(s, last) || !p.state.CompareAndSwap(s, s+1) {
			continue
		}
		last = s / loop
		p.assist()
	}
}

// enterable reports whether, in state s, there is room in a loop after the
// last.
func (p *pool) enterable(s, last uint64) bool {
	return s&open != 0 && s/loop != last && s&inside < p.limit.Load()
}

// assist works on the loop that the helper has entered, and leaves it.
func (p *pool) assist() {
	defer func() {
		if p.state.Add(^uint64(0))&(loop-1) == waiting {
			p.done <- struct{}{}
		}
	}()
	p.work(back)
}

// sleep returns when the helper is woken or ready reports true. It reports
// false where the helper is to end, and is no longer one of the crew.
func (p *pool) sleep(ready func() bool, alarm *time.Timer) bool {
	p.crew.Add(sleeper)
	// An owner that has not seen this sleeper has set the state before.
	if ready() && p.takeSleeper(sleeper) {
		return true
	}
	alarm.Reset(idle)
	select {
	case <-p.wake:
		return true
	case <-alarm.C:
	}
	if p.takeSleeper(helper + sleeper) {
		return false
	}
	<-p.wake // all those asleep have been taken off, this one among them
	return true
}

// takeSleeper takes one off those asleep, if there are any: from the crew, what
// it counts for.
func (p *pool) takeSleeper(counts uint64) bool {
	for {
		crew := p.crew.Load()
		if _, asleep := count(crew); asleep == 0 {
			return false
		}
		if p.crew.CompareAndSwap(crew, crew-counts) {
			return true
		}
	}
}

// await looks for a while whether ready reports true, and reports that.
func await(ready func() bool) bool {
	var start time.Time
	for i := 1; ; i++ {
		if ready() {
			return true
		}
		if i%looks != 0 {
			continue
		}
		runtime.Gosched()
		switch {
		case start.IsZero():
			start = time.Now()
		case time.Since(start) > spin:
			return ready()
		}
	}
}
