package loaders

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// progress writes what a download does: on a terminal a line that changes,
// elsewhere a line a file.
type progress struct {
	w    io.Writer
	name string // of the dataset
	live bool
}

func newProgress(w io.Writer, name string) *progress {
	if w == nil {
		w = io.Discard
	}
	f, isFile := w.(*os.File)
	return &progress{w: w, name: name, live: isFile && term.IsTerminal(int(f.Fd()))}
}

// line writes one line that stays.
func (p *progress) line(format string, args ...any) {
	fmt.Fprintf(p.w, p.name+": "+format+"\n", args...)
}

// start begins to report the download of a file of total bytes, -1 for unknown.
func (p *progress) start(file string, total int64) *meter {
	return &meter{progress: p, file: file, total: total}
}

// meter counts the bytes of one file that are written to it.
type meter struct {
	*progress
	file  string
	total int64
	n     int64
	shown int64 // the step last shown
}

// step is how many bytes pass between two updates of a live line.
const step = 128 << 10

func (m *meter) Write(p []byte) (int, error) {
	m.n += int64(len(p))
	if s := m.n / step; m.live && s != m.shown {
		m.shown = s
		m.show()
	}
	return len(p), nil
}

// show redraws the live line.
func (m *meter) show() {
	if m.total > 0 {
		fmt.Fprintf(m.w, "\r%s: %s: %3d%% of %s ", m.name, m.file, 100*m.n/m.total, megabytes(m.total))
	} else {
		fmt.Fprintf(m.w, "\r%s: %s: %s ", m.name, m.file, megabytes(m.n))
	}
}

// done replaces the live line by one that stays.
func (m *meter) done(from string) {
	m.abandon()
	m.line("%s: %s from %s", m.file, megabytes(m.n), from)
}

// abandon clears the live line.
func (m *meter) abandon() {
	if m.live {
		fmt.Fprint(m.w, "\r\x1b[K")
	}
}

func megabytes(n int64) string { return fmt.Sprintf("%.2f MB", float64(n)/1e6) }
