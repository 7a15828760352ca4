package train

import (
	"fmt"
	"math"
	"regexp"
)

// RateRange is what FindRate found: the loss by the learning rate, and what to
// make of it. In a notebook it is a drawing, see SVG; pictures.RateRange draws it
// for a file.
type RateRange struct {
	// Steepest is the rate that is proposed: of those from about a tenth to a fifth of
	// Minimum that at which the smoothed loss falls fastest, or the largest of them
	// where it falls at none. 0 where there is none to propose, which String then
	// explains.
	//
	// Nearer to Minimum the loss often falls faster still, but it is about to grow
	// there, and what it stands for a step it does not for an epoch; the smoothed
	// loss besides tells late. Far below, where it hardly falls, the steepest point is
	// chance. Of fastai's rules it joins two, the steepest point and a tenth of the
	// minimum.
	Steepest float64 `json:"steepest"`

	// Minimum is the rate at which the smoothed loss is smallest, and
	// MinimumTenth a tenth of that.
	Minimum      float64 `json:"minimum"`
	MinimumTenth float64 `json:"minimum_tenth"`

	// Diverged says that the test ended before its last step: the loss was too
	// large, or no longer finite.
	Diverged bool `json:"diverged"`

	Low  float64 `json:"low"` // the range that was asked for
	High float64 `json:"high"`

	Points []RatePoint `json:"points"` // step by step
}

// RatePoint is a step of a range test.
type RatePoint struct {
	Rate     float64 `json:"rate"`
	Loss     float64 `json:"loss"`     // of the step's samples, with the weights before it
	Smoothed float64 `json:"smoothed"` // moving average of Loss
}

// A rate to propose is so many times smaller than that of the minimum.
const (
	nearest  = 5
	farthest = 10
)

// propose looks at the points.
func (r *RateRange) propose() {
	if len(r.Points) == 0 {
		return
	}
	r.Minimum = r.Points[r.least()].Rate
	r.MinimumTenth = r.Minimum / 10
	if r.refused() != "" {
		return
	}
	steepest := 0.0
	for i := max(r.settled(), r.upTo(r.Minimum/farthest)-1); i < r.upTo(r.Minimum/nearest); i++ {
		slope := r.Points[i+1].Smoothed - r.Points[i-1].Smoothed
		if slope < steepest || steepest == 0 {
			steepest, r.Steepest = min(slope, 0), r.Points[i].Rate
		}
	}
}

// least is the place of the smallest smoothed loss, of those that are settled.
func (r *RateRange) least() int {
	least := min(r.settled(), len(r.Points)-1)
	for i := least; i < len(r.Points); i++ {
		if r.Points[i].Smoothed < r.Points[least].Smoothed {
			least = i
		}
	}
	return least
}

// settled is the first place at which the average is of more than a few steps: the
// first tenth of them do not count.
func (r *RateRange) settled() int { return max(len(r.Points)/10, 1) }

// upTo is how many of the rates are no larger than one.
func (r *RateRange) upTo(rate float64) int {
	n := 0
	for n < len(r.Points) && r.Points[n].Rate <= rate*(1+1e-9) { // which rounding may be below
		n++
	}
	return n
}

// falls reports whether the smoothed loss is smaller at its minimum than the losses of
// the first quarter were, whose rates change next to nothing, by more than chance: by
// half a deviation of these.
func (r *RateRange) falls() bool {
	n := float64(max(len(r.Points)/4, 1))
	mean, variance := 0.0, 0.0
	for _, p := range r.Points[:int(n)] {
		mean += p.Loss / n
	}
	for _, p := range r.Points[:int(n)] {
		variance += (p.Loss - mean) * (p.Loss - mean) / n
	}
	return r.Points[r.least()].Smoothed < mean-math.Sqrt(variance)/2
}

// refused is why no rate is proposed, or "".
func (r *RateRange) refused() string {
	least, last, falls := r.least(), len(r.Points)-1, r.falls()
	asked := fmt.Sprintf("%.4g to %.4g", r.Low, r.High)
	switch {
	case r.Diverged && !falls:
		return fmt.Sprintf("the loss grows, and does not fall before, in the range %s", asked)
	case !falls:
		return fmt.Sprintf("the loss does not fall in the range %s", asked)
	case least == last && !r.Diverged:
		return fmt.Sprintf("the loss still falls at the end of the range %s", asked)
	case r.upTo(r.Minimum/nearest) <= r.settled():
		return fmt.Sprintf("the loss is smallest at %.2g, so near to the beginning of the range %s that no rate well below it was looked at", r.Minimum, asked)
	}
	return ""
}

// String is a line such as
//
//	learning rate 0.0044: the loss falls fastest there, of the rates well below 0.044, where it is smallest
func (r *RateRange) String() string {
	switch {
	case len(r.Points) == 0:
		return "no learning rate: there was no step"
	case r.Steepest == 0:
		return "no learning rate: " + r.refused()
	}
	return fmt.Sprintf("learning rate %.2g: the loss falls fastest there, of the rates well below %.2g, where it is smallest", r.Steepest, r.Minimum)
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
