package cli

import (
	"fmt"
	"io"
	"time"

	"euryale/cmd/internal/command"
	"euryale/internal/decimal"
)

// openingProgress tells on a terminal how far the opening of pictures is that takes long,
// in a line that changes. It passes on what is written to it, on lines of its own. What is
// no terminal gets only that.
type openingProgress struct {
	w    io.Writer
	name string
	now  func() time.Time
	next time.Time // when to tell again
	live bool      // there is a line to be cleared
}

// After how long there is something to tell, and how often.
var (
	openingPatience = 2 * time.Second
	openingEvery    = 100 * time.Millisecond
)

// isTerminal is a variable so that tests, which have none, can pretend.
var isTerminal = command.Terminal

// newOpeningProgress is nil where w is no terminal.
func newOpeningProgress(w io.Writer, name string) *openingProgress {
	if w == nil || !isTerminal(w) {
		return nil
	}
	return &openingProgress{w: w, name: name, now: time.Now, next: time.Now().Add(openingPatience)}
}

// tell is loaders.OpenConfig.Progress.
func (p *openingProgress) tell(doing string, done, of int) {
	now := p.now()
	if now.Before(p.next) {
		return
	}
	p.next, p.live = now.Add(openingEvery), true
	fmt.Fprintf(p.w, "\r%s: %s %s of %s \x1b[K", p.name, doing, grouped(done), decimal.Count(of, "picture", "pictures"))
}

// Write clears the line first.
func (p *openingProgress) Write(b []byte) (int, error) {
	p.clear()
	return p.w.Write(b)
}

// clear takes the line away.
func (p *openingProgress) clear() {
	if p != nil && p.live {
		p.live = false
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
