package train

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"euryale/internal/decimal"
)

// String is such as loss 0.2745, accuracy 0.9053; of several outputs each under
// its name, first all losses.
func (m Metrics) String() string {
	var parts []string
	for _, f := range m.figures() {
		parts = append(parts, f.name+" "+f.text())
	}
	return strings.Join(parts, ", ")
}

// String is the output's metrics under its name: class_loss 0.2745,
// class_accuracy 0.9053.
func (o OutputMetrics) String() string {
	text := o.Name + "_loss " + figure{value: o.Loss}.text()
	if !o.Unlabelled {
		text += ", " + o.Name + "_accuracy " + figure{value: o.Accuracy}.text()
	}
	return text
}

// String is the epoch's metrics, those of the validation, and the time it took:
// loss 0.2745, accuracy 0.9053, val_loss 0.3120, val_accuracy 0.8901, 11.0 s.
func (e Epoch) String() string {
	var parts []string
	for _, f := range e.figures() {
		parts = append(parts, f.name+" "+f.text())
	}
	return strings.Join(append(parts, fmt.Sprintf("%.1f s", e.Elapsed.Seconds())), ", ")
}

// figure is a metric under its name.
type figure struct {
	name  string
	value float64
}

// text is as on the progress line, but for a plain zero.
func (f figure) text() string {
	if f.value == 0 {
		return "0.0000"
	}
	return number(f.value)
}

// figures are the metrics in the order in which all that prints them does.
func (m Metrics) figures() []figure {
	all := []figure{{"loss", m.Loss}}
	if m.Outputs == nil && !m.Unlabelled {
		all = append(all, figure{"accuracy", m.Accuracy})
	}
	for _, o := range m.Outputs {
		all = append(all, figure{o.Name + "_loss", o.Loss})
	}
	for _, o := range m.Outputs {
		if !o.Unlabelled {
			all = append(all, figure{o.Name + "_accuracy", o.Accuracy})
		}
	}
	return all
}

// figures are those of training and of validation.
func (e Epoch) figures() []figure {
	all := e.Metrics.figures()
	if e.Validation != nil {
		for _, f := range e.Validation.figures() {
			all = append(all, figure{"val_" + f.name, f.value})
		}
	}
	return all
}

// String is a table with a line for each epoch: its number, the metrics, and the
// seconds that it took.
func (h *History) String() string {
	if len(h.Epochs) == 0 {
		return "No epoch was completed.\n"
	}
	heading := []string{"epoch"}
	column := map[string]int{}
	for _, e := range h.Epochs {
		for _, f := range e.figures() {
			if column[f.name] == 0 {
				column[f.name] = len(heading)
				heading = append(heading, f.name)
			}
		}
	}
	lines := [][]string{append(heading, "seconds")}
	for i, e := range h.Epochs {
		line := make([]string, len(heading)+1)
		line[0] = fmt.Sprint(i + 1)
		for _, f := range e.figures() {
			line[column[f.name]] = f.text()
		}
		line[len(heading)] = fmt.Sprintf("%.1f", e.Elapsed.Seconds())
		lines = append(lines, line)
	}
	return alignRight(lines)
}

// alignRight writes lines of as many columns each, two spaces between them.
func alignRight(lines [][]string) string {
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, text := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(text))
		}
	}
	var b strings.Builder
	for _, line := range lines {
		for i, text := range line {
			if i > 0 {
				b.WriteString("  ")
			}
			b.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(text)) + text)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// String is such as adam after 1,875 steps.
func (s OptimizerState) String() string {
	if s.Optimizer == "" {
		return "no optimiser state"
	}
	steps := " steps"
	if s.Steps == 1 {
		steps = " step"
	}
	return s.Optimizer + " after " + decimal.Group(int64(s.Steps)) + steps
}

// String is such as m of 4 weights.
func (s Slot) String() string { return fmt.Sprintf("%s of %d weights", s.Name, len(s.Values)) }
