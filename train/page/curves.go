package page

import (
	"fmt"
	"strings"

	"euryale/train"
	"euryale/train/internal/axis"
)

// The drawing area of a plot, in its own units.
const (
	left, right = 50.0, 350.0
	top, bottom = 14.0, 206.0
)

// pointsUpTo is the most epochs whose values are marked by points; with more
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

// quantity is one value of each epoch that has it.
type quantity struct {
	epochs []int // from 1
	values []float64
}

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
	for _, e := range axis.Epochs(len(h.Epochs)) {
		p.X = append(p.X, tick{number(across(e, len(h.Epochs))), fmt.Sprint(e)})
	}
	p.add("training", training, y, len(h.Epochs))
	p.add("validation", validation, y, len(h.Epochs))
	return p
}

func quantities(h *train.History, of func(train.Metrics) float64) (training, validation quantity) {
	for i, e := range h.Epochs {
		training.add(i+1, of(e.Metrics))
		if e.Validation != nil {
			validation.add(i+1, of(*e.Validation))
		}
	}
	return training, validation
}

func (q *quantity) add(epoch int, value float64) {
	q.epochs, q.values = append(q.epochs, epoch), append(q.values, value)
}

// add adds a curve of what has a place in the plot, and says in words where it
// begins and ends.
func (p *plot) add(name string, q quantity, y axis.Axis, epochs int) {
	if len(q.values) == 0 {
		return
	}
	c := curve{Name: name}
	var line []string
	for i, v := range q.values {
		if !axis.Finite(v) {
			continue
		}
		at := spot{number(across(q.epochs[i], epochs)), number(height(y, v))}
		line = append(line, at.X+","+at.Y)
		if epochs <= pointsUpTo {
			c.Points = append(c.Points, at)
		}
	}
	c.Line = strings.Join(line, " ")
	p.Curves = append(p.Curves, c)
	p.Alt += fmt.Sprintf("; %s from %.4f to %.4f", name, q.values[0], q.values[len(q.values)-1])
}

// across is the abscissa of an epoch, counted from 1.
func across(epoch, epochs int) float64 {
	if epochs == 1 {
		return (left + right) / 2
	}
	const margin = 10
	return left + margin + (right-left-2*margin)*float64(epoch-1)/float64(epochs-1)
}

func height(y axis.Axis, value float64) float64 { return bottom - (bottom-top)*y.Fraction(value) }

func number(x float64) string { return fmt.Sprintf("%.1f", x) }
