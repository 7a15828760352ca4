package train

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"strconv"

	"github.com/pkg/errors"
)

// Log writes a line for each epoch of training, as it ends, and for each
// validation with Config.ValidateEvery: the figures of [Event.Figures]. Those of the first epoch are its columns; one that a later
// epoch lacks is empty there, and one that comes later is left out. Make one with
// NewCSVLog or NewJSONLog.
//
// Each line is one Write, and where the writer has a Flush() error, as a
// *bufio.Writer has, it is called. A failure ends training.
type Log struct {
	w      io.Writer
	format logFormat
	names  []string   // of the columns; nil before the first line
	lines  [][]Figure // so far, for checkpoints
	behind int        // of these are still to be written
}

var _ Keeper = (*Log)(nil)

// logFormat is how lines are written.
type logFormat struct {
	name string // in errors
	head func(names []string) ([]byte, error)
	line func(names []string, values []*float64) ([]byte, error) // a value is nil where there is none
}

// NewCSVLog writes comma-separated values below a line of names, as Keras'
// CSVLogger does. What is not a finite number is NaN, Inf or -Inf.
func NewCSVLog(w io.Writer) *Log {
	return &Log{w: w, format: logFormat{"CSV log", csvLine, csvValues}}
}

// NewJSONLog writes a JSON object on each line (JSON lines, jsonlines.org). What is
// not a finite number is null, as JSON has no other word for it.
func NewJSONLog(w io.Writer) *Log {
	none := func([]string) ([]byte, error) { return nil, nil }
	return &Log{w: w, format: logFormat{"JSON log", none, jsonLine}}
}

func (l *Log) suits(Config) error {
	f := settings{of: either(l.format.name == "", "log", l.format.name)}
	f.want(l.format.line != nil, "one that NewCSVLog or NewJSONLog made", "an empty Log")
	f.want(l.w != nil, "a writer", "nil")
	return f.err
}

// On looks at the end of each epoch of training, and of each validation.
func (l *Log) On(e Event) error {
	if e.Phase != Training {
		return nil
	}
	if e.Kind == EpochEnd || e.Kind == ValidationEnd {
		l.lines = append(l.lines, e.Figures())
		l.behind++
	}
	for l.behind > 0 { // more than one where a run goes on
		if err := l.write(l.lines[len(l.lines)-l.behind]); err != nil {
			return errors.Wrap(err, l.format.name)
		}
		l.behind--
	}
	return nil
}

func (l *Log) write(figures []Figure) error {
	var text []byte
	if l.names == nil {
		for _, f := range figures {
			l.names = append(l.names, f.Name)
		}
		head, err := l.format.head(l.names)
		if err != nil {
			return err
		}
		text = head
	}
	line, err := l.format.line(l.names, l.columns(figures))
	if err != nil {
		return err
	}
	if _, err := l.w.Write(append(text, line...)); err != nil {
		return err
	}
	if f, ok := l.w.(interface{ Flush() error }); ok {
		return f.Flush()
	}
	return nil
}

// columns are the figures at the places of their names.
func (l *Log) columns(figures []Figure) []*float64 {
	values := make([]*float64, len(l.names))
	for i, name := range l.names {
		for k := range figures {
			if figures[k].Name == name {
				values[i] = &figures[k].Value
			}
		}
	}
	return values
}

func csvLine(cells []string) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	err := w.Write(cells)
	w.Flush()
	return b.Bytes(), err
}

func csvValues(_ []string, values []*float64) ([]byte, error) {
	cells := make([]string, len(values))
	for i, v := range values {
		switch {
		case v == nil:
		case math.IsInf(*v, 1):
			cells[i] = "Inf" // +Inf is not a number to all that read CSV
		default:
			cells[i] = plain(*v)
		}
	}
	return csvLine(cells)
}

func jsonLine(names []string, values []*float64) ([]byte, error) {
	b := []byte{'{'}
	for i, name := range names {
		if i > 0 {
			b = append(b, ',')
		}
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		b = append(append(b, key...), ':')
		if v := values[i]; v != nil && finite(*v) {
			b = append(b, plain(*v)...)
		} else {
			b = append(b, "null"...)
		}
	}
	return append(b, "}\n"...), nil
}

// plain is x in as few digits as give it again.
func plain(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
