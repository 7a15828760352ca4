package chart

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"

	"euryale/train/internal/axis"
)

const (
	columns = 62 // of the area for the curves; the labels and the edge take up to 15 more
	rows    = 10 // between the lowest and the highest tick, at most
	spread  = 6  // most columns between two epochs, lest few of them look like a plain

	steppedSpread = 30 // where there are points between them
)

// draw draws the curves with both axes.
func (c curves) draw() string {
	values := c.values()
	cells := c.plot(values)
	labels := map[int]string{}
	width := 0
	for i, tick := range values.Ticks() {
		label := values.Label(tick)
		labels[len(cells)-1-i*(len(cells)-1)/(values.To-values.From)] = label
		width = max(width, len(label))
	}
	var b strings.Builder
	for i, row := range cells {
		edge := "│"
		if labels[i] != "" {
			edge = "┤"
		}
		b.WriteString(strings.TrimRight(fmt.Sprintf("%*s %s %s", width, labels[i], edge, row), " ") + "\n")
	}
	c.epochAxis(&b, width)
	return b.String()
}

// values is the axis of the values.
func (c curves) values() axis.Axis {
	var values []float64
	for _, curve := range c.curves {
		for _, p := range curve.points {
			values = append(values, p.value)
		}
	}
	lo, hi := axis.Range(values...)
	return axis.New(lo, hi, 5)
}

// plot sets a mark for each point whose value is finite, the first row on top.
func (c curves) plot(values axis.Axis) [][]byte {
	steps := values.To - values.From
	cells := make([][]byte, rows/steps*steps+1)
	for i := range cells {
		cells[i] = bytes.Repeat([]byte{' '}, c.column(c.to)+1)
	}
	for _, curve := range c.curves {
		for _, p := range curve.points {
			if !axis.Finite(p.value) {
				continue
			}
			up := int(values.Fraction(p.value)*float64(len(cells)-1) + 0.5)
			cell := &cells[len(cells)-1-up][c.column(p.at)]
			if *cell != ' ' && *cell != curve.mark {
				*cell = both
			} else {
				*cell = curve.mark
			}
		}
	}
	return cells
}

// column is that of a place, in epochs: all are as far apart, but where there are so
// many that they share columns, or come after steps.
func (c curves) column(at float64) int {
	span, wide := c.to-c.from, float64(columns-1)
	if span == 0 {
		return 0
	}
	apart := wide / span // between two epochs
	if apart >= 1 {
		apart = math.Floor(apart)
	}
	if c.between() {
		return int((at-c.from)*min(apart, steppedSpread) + 0.5)
	}
	if apart < 1 {
		return int((at - c.from) * wide / span) // exact where it is whole
	}
	return int((at - c.from) * min(apart, spread))
}

// between says whether there is a point between the ends of epochs.
func (c curves) between() bool {
	for _, curve := range c.curves {
		for _, p := range curve.points {
			if p.at != math.Trunc(p.at) {
				return true
			}
		}
	}
	return false
}

// epochAxis writes the lower edge, the labels of some epochs, and what they
// are.
func (c curves) epochAxis(b *strings.Builder, indent int) {
	edge := []rune(strings.Repeat("─", c.column(c.to)+1))
	labels := ""
	for _, epoch := range c.labelled() {
		at := c.column(float64(epoch))
		edge[at] = '┬'
		labels += strings.Repeat(" ", at-len(labels)) + strconv.Itoa(epoch)
	}
	margin := strings.Repeat(" ", indent)
	fmt.Fprintf(b, "%s └─%s\n%s   %s  epoch\n", margin, string(edge), margin, labels)
}

// labelled are the epochs with a label: the first, and round ones far enough
// apart.
func (c curves) labelled() []int {
	var epochs []int
	end := -1 // of the last label
	for _, epoch := range axis.Epochs(c.epochs) {
		if at := c.column(float64(epoch)); at > end {
			epochs = append(epochs, epoch)
			end = at + len(strconv.Itoa(epoch))
		}
	}
	return epochs
}
