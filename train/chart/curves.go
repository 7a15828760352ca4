package chart

import (
	"fmt"
	"strings"

	"euryale/train"
	"euryale/train/internal/course"
)

// Curves draws loss and accuracy by epoch, of training and, where there is one,
// of validation, also of that within epochs.
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
	at    float64 // in epochs: 1 is the end of the first
	value float64
}

// both is where two curves meet.
const both = '#'

type curves struct {
	name     string
	epochs   int
	from, to float64 // where the first point and the last are, in epochs
	curves   []curve
}

func newCurves(name string, h *train.History, of func(train.Metrics) float64) curves {
	training, validation := curve{name: "training", mark: 'o'}, curve{name: "validation", mark: 'x'}
	for i, e := range h.Epochs {
		training.points = append(training.points, point{float64(i + 1), of(e.Metrics)})
	}
	for _, p := range course.Validations(h) {
		validation.points = append(validation.points, point{p.At, of(p.Metrics)})
	}
	c := curves{name: name, epochs: len(h.Epochs), curves: []curve{training}}
	c.from, c.to = course.Span(h)
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
	if len(course.Validations(h)) > 0 {
		return "o training   x validation   # both\n"
	}
	return "o training\n"
}
