package graph

import (
	"strings"

	"euryale/internal/markup"
)

// HTML is the plan as a table, as a notebook shows it: a row for each step, with
// all layers that it stands for, what speaks for its kernel, and the
// totals of String. Of a program that there cannot be it is the error.
func (p *Plan) HTML() string {
	if p.Err != nil {
		return "<p>" + markup.Escape(p.Err.Error()) + "</p>\n"
	}
	t := markup.NewTable("Plan", markup.Cell{Text: "Layers"}, markup.Cell{Text: "Computes"},
		markup.Cell{Text: "Bytes", Number: true}, markup.Cell{Text: "Kernel"}, markup.Cell{Text: "Why"})
	for _, s := range p.Steps {
		layers := "loss"
		if len(s.Layers) > 0 {
			layers = strings.Join(s.Layers, ", ")
		}
		t.Row(markup.Cell{Text: layers, Head: true}, markup.Cell{Text: s.Ops}, markup.Cell{Text: group(s.Bytes), Number: true},
			markup.Cell{Text: s.Kernel}, markup.Cell{Lines: append([]string{}, s.Why...)})
	}
	t.Foot()
	for _, s := range p.sums() {
		t.Row(markup.Cell{Text: s.name + ": " + s.text, Span: 5})
	}
	return t.String()
}
