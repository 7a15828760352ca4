package session

import (
	"bytes"
	"io"
	"strings"
	"sync"
	"time"
)

const (
	// refresh is how often a line that is written over is shown, at most.
	refresh = 100 * time.Millisecond
	// piece is how much text is held back for whole lines, in bytes.
	piece = 8 << 10
	// widest is how much of a line is shown that is written over, in characters.
	widest = 4096
	// blockLines is how many lines one display holds: each refresh sends them all.
	blockLines = 100
)

// Show shows text in a place of its own, or with again changes what it showed
// there last.
type Show func(text string, again bool) error

// Live writes a cell's text to w, whole lines at a time where they do not take long:
// some readers of a saved notebook begin a line with each piece.
//
// That is so until a carriage return begins a line anew. From there on the text goes
// to displays that change with it, as a terminal's lines would: a notebook that is
// saved then has the lines as they were in the end, whoever saves it. A stream would
// keep each version.
func Live(w io.Writer, show Show) io.WriteCloser {
	l := &live{w: w, show: show, done: make(chan struct{})}
	go l.tick()
	return l
}

type live struct {
	mu   sync.Mutex
	w    io.Writer
	show Show
	done chan struct{}

	text  []byte   // for w
	stale bool     // what text ends with is there since the last tick
	on    bool     // text goes to displays
	lines []string // whole lines of the display
	line  []rune   // the one that is written
	at    int      // where in it
	again bool     // the display has been shown
	dirty bool     // and not as it is now
	code  bool     // within a terminal's control sequence, of which there is none here
	err   error
}

func (l *live) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	rest := p
	if !l.on {
		l.text, l.stale = append(l.text, p...), false
		at := overwritten(l.text)
		if at < 0 {
			if len(l.text) > piece {
				l.flush(len(l.text))
			}
			return len(p), l.err
		}
		l.flush(at)
		rest, l.text, l.on = l.text, nil, true
	}
	for _, r := range string(rest) {
		l.put(r)
	}
	return len(p), l.err
}

// overwritten is where the first line of text begins that a carriage return writes
// over; -1 if there is none yet. Before a line feed it only ends a line, and at the
// end of text one may follow.
func overwritten(text []byte) int {
	for i, c := range text {
		if c == '\r' && i+1 < len(text) && text[i+1] != '\n' {
			return bytes.LastIndexByte(text[:i], '\n') + 1
		}
	}
	return -1
}

// flush writes the first n bytes of the text to w.
func (l *live) flush(n int) {
	if n == 0 || l.err != nil {
		return
	}
	_, l.err = l.w.Write(l.text[:n])
	l.text = append(l.text[:0], l.text[n:]...)
}

// flushLines writes the whole lines to w, and the beginning of one if it waits for
// long, but for a carriage return.
func (l *live) flushLines() {
	n := bytes.LastIndexByte(l.text, '\n') + 1
	if l.stale {
		n = len(bytes.TrimSuffix(l.text, []byte("\r")))
	}
	l.flush(n)
	l.stale = true
}

// put is what a terminal does with a character, without colours.
func (l *live) put(r rune) {
	switch {
	case l.code:
		l.code = r == '[' || r < '@' || r > '~'
		if r == 'K' { // erase the line
			l.line = l.line[:min(l.at, len(l.line))]
		}
	case r == 0x1b:
		l.code = true
	case r == '\r':
		l.at = 0
	case r == '\b':
		l.at = max(l.at-1, 0)
	case r == '\n':
		l.lines = append(l.lines, strings.TrimRight(string(l.line), " "))
		l.line, l.at, l.dirty = nil, 0, true
		if len(l.lines) == blockLines {
			l.refresh()
			l.lines, l.again = nil, false
		}
	case l.at < widest:
		if l.at < len(l.line) {
			l.line[l.at] = r
		} else {
			l.line = append(l.line, r)
		}
		l.at++
		l.dirty = true
	}
}

// refresh shows the display as it is.
func (l *live) refresh() {
	if !l.dirty || l.err != nil {
		return
	}
	lines := l.lines
	if len(l.line) > 0 {
		lines = append(lines[:len(lines):len(lines)], strings.TrimRight(string(l.line), " "))
	}
	l.err = l.show(strings.Join(lines, "\n"), l.again)
	l.again, l.dirty = true, false
}

func (l *live) tick() {
	t := time.NewTicker(refresh)
	defer t.Stop()
	for {
		select {
		case <-l.done:
			return
		case <-t.C:
			l.mu.Lock()
			l.flushLines()
			l.refresh()
			l.mu.Unlock()
		}
	}
}

// Close shows what is left.
func (l *live) Close() error {
	close(l.done)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.flush(len(l.text))
	l.refresh()
	return l.err
}
