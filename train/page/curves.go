package page

import (
	"fmt"
	"strings"

	"euryale/train"
	"euryale/train/internal/axis"
	"euryale/train/internal/course"
)

// The drawing area of a plot, in its own units.
const (
	left, right = 50.0, 350.0
	top, bottom = 14.0, 206.0
)

// pointsUpTo is the most places whose values are marked by points; with more
// they would run into each other.
const pointsUpTo = 30

// plot is one quantity by epoch.
type plot struct {
	Name   string
	Curves []curve
	X, Y   []tick
	Alt    string // the plot in words
}

type curve struct {
	Name   string // training or validation
	Line   string // points of a polyline: "x,y x,y …"
	Points []spot // of few epochs
}

type spot struct{ X, Y string }

type tick struct{ At, Label string }

// quantity is a value at each place that has it.
type quantity struct {
	at     []float64 // in epochs: 1 is the end of the first
	values []float64
}

// span is from where the first place of a plot is to where the last is, in epochs.
type span struct{ from, to float64 }

func newCurves(h *train.History) []plot {
	if len(h.Epochs) == 0 {
		return nil
	}
	return []plot{
		newPlot("Loss", h, func(m train.Metrics) float64 { return m.Loss }),
		newPlot("Accuracy", h, func(m train.Metrics) float64 { return m.Accuracy }),
	}
}

func newPlot(name string, h *train.History, of func(train.Metrics) float64) plot {
	training, validation := quantities(h, of)
	lo, hi := axis.Range(append(validation.values, training.values...)...)
	y := axis.New(lo, hi, 5)
	p := plot{Name: name, Alt: name + " by epoch"}
	for _, v := range y.Ticks() {
		p.Y = append(p.Y, tick{number(height(y, v)), y.Label(v)})
	}
	var s span
	s.from, s.to = course.Span(h)
	for _, e := range axis.Epochs(len(h.Epochs)) {
		p.X = append(p.X, tick{number(s.across(float64(e))), fmt.Sprint(e)})
	}
	p.add("training", training, y, s)
	p.add("validation", validation, y, s)
	return p
}

func quantities(h *train.History, of func(train.Metrics) float64) (training, validation quantity) {
	for i, e := range h.Epochs {
		training.add(float64(i+1), of(e.Metrics))
	}
	for _, p := range course.Validations(h) {
		validation.add(p.At, of(p.Metrics))
	}
	return training, validation
}

func (q *quantity) add(at, value float64) {
	q.at, q.values = append(q.at, at), append(q.values, value)
}

// add adds a curve of what has a place in the plot, and says in words where it
// begins and ends.
func (p *plot) add(name string, q quantity, y axis.Axis, s span) {
	if len(q.values) == 0 {
		return
	}
	c := curve{Name: name}
	var line []string
	for i, v := range q.values {
		if !axis.Finite(v) {
			continue
		}
		at := spot{number(s.across(q.at[i])), number(height(y, v))}
		line = append(line, at.X+","+at.Y)
		if len(q.values) <= pointsUpTo {
			c.Points = append(c.Points, at)
		}
	}
	c.Line = strings.Join(line, " ")
	p.Curves = append(p.Curves, c)
	p.Alt += fmt.Sprintf("; %s from %.4f to %.4f", name, q.values[0], q.values[len(q.values)-1])
}

// across is the abscissa of a place.
func (s span) across(at float64) float64 {
	if s.from == s.to {
		return (left + right) / 2
	}
	const margin = 10
	return left + margin + (right-left-2*margin)*(at-s.from)/(s.to-s.from)
}

func height(y axis.Axis, value float64) float64 { return bottom - (bottom-top)*y.Fraction(value) }

func number(x float64) string { return fmt.Sprintf("%.1f", x) }
