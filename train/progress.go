package train

import (
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/term"
)

// Progress prints how training goes, as Keras does: on a terminal a line that
// is written over as samples go by and closed at the end of the epoch, in a
// notebook likewise, so that one line an epoch stays, elsewhere one plain line
// an epoch, and one a validation with Config.ValidateEvery. Lines keep within the terminal, elsewhere within 100 columns, as
// long as leaving out the bar and the time per sample is enough. Make one with
// NewProgress.
type Progress struct {
	w        io.Writer
	live     bool          // w is a terminal or a notebook
	notebook bool          // w is shown by a notebook: what is closed stays in its file
	width    func() int    // of the terminal, in columns
	every    time.Duration // least time between two live lines

	last time.Time // when a live line was last written
	open int       // columns of the line that is not closed yet
}

var _ Callback = (*Progress)(nil)

// NewProgress prints to w, live if it is a terminal, or os.Stdout or os.Stderr
// of a Jupyter kernel. A kernel has other files there in each cell: make a
// Progress in the cell that trains.
func NewProgress(w io.Writer) *Progress {
	p := &Progress{w: w, every: 50 * time.Millisecond, width: func() int { return 0 }}
	f, ok := w.(*os.File)
	switch {
	case ok && term.IsTerminal(int(f.Fd())):
		p.live = true
		p.width = func() int {
			columns, _, err := term.GetSize(int(f.Fd()))
			if err != nil {
				return 0
			}
			return columns
		}
	case ok && inNotebook(f):
		p.onNotebook()
	}
	return p
}

// On a notebook a live line takes so many columns, and comes no more often than
// that: each is a message to the browser.
const (
	notebookColumns = 80
	notebookEvery   = 250 * time.Millisecond
)

func (p *Progress) onNotebook() {
	p.live, p.notebook, p.every = true, true, notebookEvery
	p.width = func() int { return notebookColumns }
}

// inNotebook reports whether a notebook shows what is written to f: Jupyter sets
// the variable for its kernels, which read the cell's output from a pipe.
func inNotebook(f *os.File) bool {
	if os.Getenv("JPY_PARENT_PID") == "" || f != os.Stdout && f != os.Stderr {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&(os.ModeNamedPipe|os.ModeSocket) != 0
}

// On prints what an event calls for.
func (p *Progress) On(e Event) error {
	switch e.Kind {
	case EpochBegin:
		if p.live && !p.notebook {
			return p.print(fmt.Sprintf("Epoch %d/%d\n", e.Epoch, e.Epochs))
		}
	case BatchEnd:
		if p.live && e.Samples < e.Total && time.Since(p.last) >= p.every {
			p.last = time.Now()
			return p.replace(p.cut(p.line(e, "ETA: "+clock(eta(e)))))
		}
	case ValidationEnd:
		line := fmt.Sprintf("Epoch %d/%d, step %d%s", e.Epoch, e.Epochs, e.Step, e.Validation.text("val_"))
		if p.live {
			return p.finish(line)
		}
		return p.print(line + "\n")
	case EpochEnd:
		return p.close(e)
	case End:
		if p.open > 0 { // interrupted in the middle of a line
			p.open = 0
			return p.print("\n")
		}
	}
	return nil
}

// close prints the epoch's last line: the time it took, in all and, where there
// is room, per sample.
func (p *Progress) close(e Event) error {
	took := fmt.Sprintf("%.0fs", e.Elapsed.Seconds())
	each := fmt.Sprintf("%s %.0fµs/sample", took, microseconds(e))
	if p.live && !p.notebook {
		line := p.line(e, each)
		if utf8.RuneCountInString(line) > p.room() {
			line = p.line(e, took)
		}
		return p.finish(line)
	}
	head := fmt.Sprintf("Epoch %d/%d", e.Epoch, e.Epochs)
	if e.Phase != Training {
		head = fmt.Sprintf("%d/%d", e.Samples, e.Total)
	}
	line := head + " - " + each + metricsText(e)
	if utf8.RuneCountInString(line) > p.room() {
		line = head + " - " + took + metricsText(e)
	}
	if p.notebook {
		return p.finish(line)
	}
	return p.print(line + "\n")
}

// finish writes line over the open one, and closes it.
func (p *Progress) finish(line string) error {
	err := p.replace(line)
	p.open = 0
	if err != nil {
		return err
	}
	return p.print("\n")
}

// room is how many columns the last line of an epoch is to take: those of the
// terminal but the last, or what a page or a log has.
func (p *Progress) room() int {
	if p.live && !p.notebook {
		if columns := p.width(); columns > 0 {
			return columns - 1
		}
	}
	return 100
}

// line is the live line, its bar shortened, or left out, where there is no room
// for all of it.
func (p *Progress) line(e Event, when string) string {
	count, room := fmt.Sprintf("%*d/%d", len(fmt.Sprint(e.Total)), e.Samples, e.Total), p.room()
	if p.notebook {
		room = notebookColumns - 1
		if e.Phase == Training { // which has no heading
			count = fmt.Sprintf("Epoch %d/%d", e.Epoch, e.Epochs)
		}
	}
	tail := " - " + when + metricsText(e)
	bar := min(30, room-utf8.RuneCountInString(count+tail)-3)
	if bar < 5 {
		return count + tail
	}
	return count + " [" + drawBar(e, bar) + "]" + tail
}

// cut shortens a line that would fill the terminal's last column: one that
// wraps cannot be written over.
func (p *Progress) cut(line string) string {
	columns := p.width()
	if columns <= 0 || utf8.RuneCountInString(line) < columns {
		return line
	}
	return string([]rune(line)[:columns-1])
}

// drawBar is Keras' bar: = for what is done, > at its head, . for what is to
// do.
func drawBar(e Event, width int) string {
	done := width * e.Samples / max(e.Total, 1)
	if done == 0 {
		return strings.Repeat(".", width)
	}
	head := ">"
	if e.Samples >= e.Total {
		head = "="
	}
	return strings.Repeat("=", done-1) + head + strings.Repeat(".", width-done)
}

// metricsText is empty in prediction, which has no metrics.
func metricsText(e Event) string {
	if e.Phase == Prediction {
		return ""
	}
	text := e.Metrics.text("")
	if e.Validation != nil {
		text += e.Validation.text("val_")
	}
	return text
}

// text is the metrics as Keras prints them, each name after the prefix: those
// of several outputs under their names, first all losses.
func (m Metrics) text(prefix string) string {
	var b strings.Builder
	for _, f := range m.figures() {
		fmt.Fprintf(&b, " - %s%s: %s", prefix, f.name, number(f.value))
	}
	return b.String()
}

// number is x as Keras writes it, with an exponent where four decimals would
// not show it, and, unlike Keras, where it would take a line.
func number(x float64) string {
	if a := math.Abs(x); a > 1e-3 && a < 1e9 {
		return strconv.FormatFloat(x, 'f', 4, 64)
	}
	return strconv.FormatFloat(x, 'e', 4, 64)
}

// replace writes line over the open one.
func (p *Progress) replace(line string) error {
	n := utf8.RuneCountInString(line)
	blank := strings.Repeat(" ", max(p.open-n, 0))
	p.open = n
	return p.print("\r" + line + blank)
}

func (p *Progress) suits(Config) error { return p.check() }

// check wants where to print.
func (p *Progress) check() error {
	f := settings{of: "progress"}
	f.want(p.w != nil, "a writer, by NewProgress", "nil")
	return f.err
}

func (p *Progress) print(s string) error {
	if err := p.check(); err != nil {
		return err
	}
	_, err := io.WriteString(p.w, s)
	return err
}

// eta is the time that the rest of the epoch takes at the pace so far.
func eta(e Event) time.Duration {
	return time.Duration(float64(e.Elapsed) * float64(e.Total-e.Samples) / float64(max(e.Samples, 1)))
}

func microseconds(e Event) float64 {
	return float64(e.Elapsed.Microseconds()) / float64(max(e.Samples, 1))
}

// clock is a time as Keras writes it: 1:02:03, 2:03 or 3s.
func clock(d time.Duration) string {
	s := int(d.Seconds())
	switch {
	case s >= 3600:
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	case s >= 60:
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%ds", s)
}
