package graph

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// String is a heading, a line for each step, and the sums: of each step the last
// layer that it stands for, what it computes, and how, µs a sample forward and,
// in Training, backward, GFLOP/s and, with a Peak, the share of that in both.
func (p *Profile) String() string {
	rows := [][]string{p.heading()}
	below := [][]string{nil} // more of what each computes
	for _, s := range p.Steps {
		rows, below = append(rows, p.row(s)), append(below, s.lines()[1:])
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for r, row := range rows {
		line := ""
		for i, cell := range row {
			if i < profileWords {
				line += pad(cell, widths[i]) + "  "
			} else {
				line += pad("", widths[i]-utf8.RuneCountInString(cell)) + cell + "  "
			}
		}
		fmt.Fprintln(&b, strings.TrimRight(line, " "))
		for _, more := range below[r] {
			fmt.Fprintf(&b, "%s  %s\n", pad("", widths[0]), more)
		}
	}
	for _, s := range p.sums() {
		fmt.Fprintf(&b, "%s: %s\n", s.name, s.text)
	}
	return b.String()
}

// profileWords is how many columns hold words; the others hold numbers.
const profileWords = 3

func (p *Profile) heading() []string {
	row := []string{"Layer", "Computes", "Kernel", "µs forward"}
	if p.Mode == Training {
		row = append(row, "µs backward")
	}
	row = append(row, "GFLOP/s")
	if p.Peak > 0 {
		row = append(row, "% of peak")
	}
	return row
}

// row is a step as it is printed. What multiplies nothing has no speed.
func (p *Profile) row(s ProfileStep) []string {
	row := []string{s.Name(), s.lines()[0], s.Kernel, decimals(p.PerSample(s.Forward))}
	if p.Mode == Training {
		row = append(row, decimals(p.PerSample(s.Backward)))
	}
	speed := p.GFLOPs(s.MultiplyAdds+s.GradientMultiplyAdds, s.Forward+s.Backward)
	if speed == 0 {
		return row
	}
	row = append(row, decimals(speed))
	if p.Peak > 0 {
		row = append(row, decimals(100*speed/p.Peak))
	}
	return row
}

// sums are the whole and its parts.
func (p *Profile) sums() []sum {
	var multiplies, gradients int
	for _, s := range p.Steps {
		multiplies += s.MultiplyAdds
		gradients += s.GradientMultiplyAdds
	}
	forward, backward := p.ops()
	all := []sum{{"Forward", p.describe(multiplies, forward)}}
	if p.Mode == Training {
		all = append(all, sum{"Backward", p.describe(gradients, backward)})
	}
	all = append(all, sum{"Between the ops", p.describe(0, p.Between())})
	whole := p.Took
	for _, a := range p.After {
		all = append(all, sum{a.Name, p.describe(0, a.Took)})
		whole += a.Took
	}
	return append(all, sum{"All", p.describe(multiplies+gradients, whole)})
}

// describe is a time, and the speed of so many multiply-adds a sample in it.
func (p *Profile) describe(multiplies int, d time.Duration) string {
	text := decimals(p.PerSample(d)) + " µs a sample"
	if speed := p.GFLOPs(multiplies, d); speed > 0 {
		text += ", " + decimals(speed) + " GFLOP/s"
		if p.Peak > 0 {
			text += ", " + decimals(100*speed/p.Peak) + " % of the peak"
		}
	}
	return text
}

// PerSample is a time of a run in µs a sample.
func (p *Profile) PerSample(d time.Duration) float64 {
	return micros(d) / float64(p.Batch)
}

// GFLOPs is the speed of so many multiply-adds a sample in a time of a run, in
// 10⁹ operations a second: 2·multiplies·Batch/d. It is 0 in no time.
func (p *Profile) GFLOPs(multiplies int, d time.Duration) float64 {
	if d <= 0 {
		return 0
	}
	return 2 * float64(multiplies) * float64(p.Batch) / float64(d.Nanoseconds())
}

func decimals(x float64) string { return fmt.Sprintf("%.1f", x) }
