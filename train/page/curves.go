package page

import (
	"fmt"
	"math"
	"strings"

	"euryale/train"
	"euryale/train/internal/axis"
)

// The drawing area of a plot, in its own units.
const (
	plotWidth, plotHeight   = 360.0, 250.0
	left, right, above, low = 50.0, 350.0, 14.0, 206.0
)

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
	training, validation := values(h, of)
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range append(validation, training...) {
		lo, hi = min(lo, v), max(hi, v)
	}
	y := axis.New(lo, hi, 5)
	p := plot{Name: name}
	for _, v := range y.Ticks() {
		p.Y = append(p.Y, tick{number(height(y, v)), y.Label(v)})
	}
	p.X = epochTicks(len(h.Epochs))
	p.add("training", y, training)
	p.add("validation", y, validation)
	return p
}

// values are those of one quantity; of validation none or as many.
func values(h *train.History, of func(train.Metrics) float64) (training, validation []float64) {
	for _, e := range h.Epochs {
		training = append(training, of(e.Metrics))
		if e.Validation != nil {
			validation = append(validation, of(*e.Validation))
		}
	}
	return training, validation
}

// add adds a curve, and says in words where it begins and ends.
func (p *plot) add(name string, y axis.Axis, values []float64) {
	if len(values) == 0 {
		return
	}
	c := curve{Name: name}
	var line []string
	for i, v := range values {
		at := spot{number(across(i+1, len(values))), number(height(y, v))}
		line = append(line, at.X+","+at.Y)
		if len(values) <= 30 {
			c.Points = append(c.Points, at)
		}
	}
	c.Line = strings.Join(line, " ")
	p.Curves = append(p.Curves, c)
	if p.Alt == "" {
		p.Alt = p.Name + " by epoch"
	}
	p.Alt += fmt.Sprintf("; %s from %.4f to %.4f", name, values[0], values[len(values)-1])
}

// epochTicks are at round epochs, and at the only one.
func epochTicks(epochs int) []tick {
	if epochs == 1 {
		return []tick{{number(across(1, 1)), "1"}}
	}
	var ticks []tick
	step := int(max(axis.New(0, float64(epochs), 10).Step, 1))
	for epoch := step; epoch <= epochs; epoch += step {
		ticks = append(ticks, tick{number(across(epoch, epochs)), fmt.Sprint(epoch)})
	}
	return ticks
}

// across is the abscissa of an epoch, counted from 1.
func across(epoch, epochs int) float64 {
	if epochs == 1 {
		return (left + right) / 2
	}
	const margin = 10
	return left + margin + (right-left-2*margin)*float64(epoch-1)/float64(epochs-1)
}

func height(y axis.Axis, value float64) float64 { return low - (low-above)*y.Fraction(value) }

func number(x float64) string { return fmt.Sprintf("%.1f", x) }
