package cli

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"euryale/train"
)

// stepLine tells on a terminal, in a line that is written over, how far a range
// test is.
type stepLine struct {
	w     io.Writer
	of    int // steps
	taken int
	last  time.Time // when it was told
	open  int       // columns of the line
}

// stepEvery is the least time between two lines.
const stepEvery = 50 * time.Millisecond

// step tells of a step. That it cannot be told is no reason to end the test.
func (l *stepLine) step(p train.RatePoint) {
	l.taken++
	if time.Since(l.last) < stepEvery {
		return
	}
	l.last = time.Now()
	line := fmt.Sprintf("step %d/%d - rate: %.2e - loss: %.4f", l.taken, l.of, p.Rate, p.Smoothed)
	l.clear()
	l.open = utf8.RuneCountInString(line)
	io.WriteString(l.w, line)
}

// clear removes the line.
func (l *stepLine) clear() {
	if l.open > 0 {
		io.WriteString(l.w, "\r"+strings.Repeat(" ", l.open)+"\r")
		l.open = 0
	}
}
