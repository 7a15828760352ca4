package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"euryale/cmd/internal/command"
)

// pace is how soon and how often it is told what is being done.
type pace struct{ soon, every time.Duration }

// The paces of a terminal and of what is none: variables, since a test that
// compares all that is printed must not depend on how fast the machine is.
var (
	livePace  = pace{500 * time.Millisecond, 100 * time.Millisecond}
	plainPace = pace{2 * time.Second, 10 * time.Second}
)

// progress tells what is being done while that takes long: on a terminal in a
// line that is written over, elsewhere in a plain line now and then.
type progress struct {
	w    io.Writer
	live bool
	pace
	stop chan struct{}
	over sync.WaitGroup

	mu        sync.Mutex
	what      string
	done, all int // of what, where that is known
	since     time.Time
	told      time.Time // when last
	open      bool      // there is a line to be written over
}

// newProgress tells on w until it is closed.
func newProgress(w io.Writer) *progress {
	p := &progress{w: w, pace: plainPace, since: time.Now(), stop: make(chan struct{})}
	if command.Terminal(w) {
		p.live, p.pace = true, livePace
	}
	p.over.Go(func() {
		t := time.NewTicker(livePace.every)
		defer t.Stop()
		for {
			select {
			case <-p.stop:
				return
			case now := <-t.C:
				p.tick(now)
			}
		}
	})
	return p
}

// close ends the telling.
func (p *progress) close() {
	close(p.stop)
	p.over.Wait()
	p.clear()
}

// begin tells what is being done from now on.
func (p *progress) begin(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.what, p.done, p.all = what, 0, 0
}

// report tells how much of it is done.
func (p *progress) report(done, all int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if all != p.all || done > p.done {
		p.done, p.all = done, all
	}
}

// tick tells, if it is time to.
func (p *progress) tick(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.what == "" || now.Sub(p.since) < p.soon || !p.told.IsZero() && now.Sub(p.told) < p.every {
		return
	}
	p.told = now
	text := p.what
	if p.all > 1 {
		text += fmt.Sprintf(", %d %%", 100*p.done/p.all)
	}
	if p.live {
		fmt.Fprintf(p.w, "\r%s … %.0fs\x1b[K", text, now.Sub(p.since).Seconds())
		p.open = true
		return
	}
	fmt.Fprintf(p.w, "filters: %s …\n", text)
}

// clear makes room for a line of something else.
func (p *progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.open = false
	}
}
