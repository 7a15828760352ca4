package chart

import (
	"fmt"
	"strings"

	"euryale/train"
)

// Curves draws loss and accuracy by epoch, of training and, where there is one,
// of validation.
func Curves(h *train.History) string {
	if h == nil || len(h.Epochs) == 0 {
		return "No epoch was completed, so there are no curves.\n"
	}
	var b strings.Builder
	for _, q := range []struct {
		name string
		of   func(train.Metrics) float64
	}{
		{"Loss", func(m train.Metrics) float64 { return m.Loss }},
		{"Accuracy", func(m train.Metrics) float64 { return m.Accuracy }},
	} {
		c := newCurves(q.name, h, q.of)
		b.WriteString(c.title())
		b.WriteString(c.draw())
		b.WriteByte('\n')
	}
	b.WriteString(legend(h))
	return b.String()
}

// curve is one quantity by epoch.
type curve struct {
	name   string
	mark   byte
	points []point
}

type point struct {
	epoch int // from 1
	value float64
}

// both is where two curves meet.
const both = '#'

type curves struct {
	name   string
	epochs int
	curves []curve
}

func newCurves(name string, h *train.History, of func(train.Metrics) float64) curves {
	training, validation := curve{name: "training", mark: 'o'}, curve{name: "validation", mark: 'x'}
	for i, e := range h.Epochs {
		training.points = append(training.points, point{i + 1, of(e.Metrics)})
		if e.Validation != nil {
			validation.points = append(validation.points, point{i + 1, of(*e.Validation)})
		}
	}
	c := curves{name: name, epochs: len(h.Epochs), curves: []curve{training}}
	if len(validation.points) > 0 {
		c.curves = append(c.curves, validation)
	}
	return c
}

// title says in words where the curves end.
func (c curves) title() string {
	var ends []string
	for _, curve := range c.curves {
		ends = append(ends, fmt.Sprintf("%s %.4g", curve.name, curve.points[len(curve.points)-1].value))
	}
	return fmt.Sprintf("%s by epoch; the last: %s\n", c.name, strings.Join(ends, ", "))
}

func legend(h *train.History) string {
	for _, e := range h.Epochs {
		if e.Validation != nil {
			return "o training   x validation   # both\n"
		}
	}
	return "o training\n"
}
