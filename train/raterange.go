package train

import (
	"fmt"
	"regexp"
)

// RateRange is what FindRate found: the loss by the learning rate, and what to
// make of it. In a notebook it is a drawing, see SVG; pictures.RateRange draws it
// for a file.
type RateRange struct {
	// Steepest is the rate at which the smoothed loss falls fastest, before its
	// minimum: what is proposed. 0 where it does not fall.
	Steepest float64 `json:"steepest"`

	// Minimum is the rate at which the smoothed loss is smallest, and
	// MinimumTenth a tenth of that, another rule of thumb.
	Minimum      float64 `json:"minimum"`
	MinimumTenth float64 `json:"minimum_tenth"`

	// Diverged says that the test ended before its last step: the loss was too
	// large, or no longer finite.
	Diverged bool `json:"diverged"`

	Points []RatePoint `json:"points"` // step by step
}

// RatePoint is a step of a range test.
type RatePoint struct {
	Rate     float64 `json:"rate"`
	Loss     float64 `json:"loss"`     // of the step's samples, with the weights before it
	Smoothed float64 `json:"smoothed"` // moving average of Loss
}

// propose looks at the points. The first tenth of them, where the average is of
// few steps, do not count for the slope.
func (r *RateRange) propose() {
	if len(r.Points) == 0 {
		return
	}
	least := 0
	for i, p := range r.Points {
		if p.Smoothed < r.Points[least].Smoothed {
			least = i
		}
	}
	r.Minimum = r.Points[least].Rate
	r.MinimumTenth = r.Minimum / 10
	steepest := 0.0
	for i := max(len(r.Points)/10, 1); i < min(least+1, len(r.Points)-1); i++ {
		if slope := r.Points[i+1].Smoothed - r.Points[i-1].Smoothed; slope < steepest {
			steepest, r.Steepest = slope, r.Points[i].Rate
		}
	}
}

// String is a line such as
//
//	learning rate 0.0017: the loss falls fastest there; its minimum is at 0.044, a tenth of which is 0.0044
func (r *RateRange) String() string {
	switch {
	case len(r.Points) == 0:
		return "no learning rate: there was no step"
	case r.Steepest == 0:
		first, last := r.Points[0], r.Points[len(r.Points)-1]
		return fmt.Sprintf("no learning rate: the loss does not fall between %.2g and %.2g", first.Rate, last.Rate)
	}
	return fmt.Sprintf("learning rate %.2g: the loss falls fastest there; its minimum is at %.2g, a tenth of which is %.2g", r.Steepest, r.Minimum, r.MinimumTenth)
}

// tableLines is about how many steps a table shows.
const tableLines = 20

// Table is some of the steps, about twenty, and those that the proposals are of,
// with a line each: number, rate, loss, smoothed loss, and what the step is.
func (r *RateRange) Table() string {
	if len(r.Points) == 0 {
		return "There was no step.\n"
	}
	every := (len(r.Points) + tableLines - 1) / tableLines
	lines := [][]string{{"step", "rate", "loss", "smoothed", ""}}
	for i, p := range r.Points {
		what := r.called(p.Rate)
		if i == len(r.Points)-1 && r.Diverged && what == "" {
			what = "diverged"
		}
		if i%every == 0 || what != "" {
			lines = append(lines, []string{fmt.Sprint(i + 1), fmt.Sprintf("%.2e", p.Rate), number(p.Loss), number(p.Smoothed), what})
		}
	}
	return blanksAtEnds.ReplaceAllString(alignRight(lines), "")
}

var blanksAtEnds = regexp.MustCompile(`(?m) +$`)

// called is what a rate is among those that are proposed.
func (r *RateRange) called(rate float64) string {
	switch rate {
	case r.Steepest:
		return "steepest"
	case r.Minimum:
		return "minimum"
	}
	return ""
}

// Step is the number of the step of the rate that is proposed, from 1; 0 where
// there is none.
func (r *RateRange) Step() int {
	for i, p := range r.Points {
		if p.Rate == r.Steepest {
			return i + 1
		}
	}
	return 0
}
