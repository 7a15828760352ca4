package graph

import (
	"fmt"

	"euryale/internal/markup"
)

// HTML is the report as a table, as a notebook shows it: the rows of String, and
// below those that say what layers are made of, or how figures come about, as
// Open and Explain ask for them.
func (r *Report) HTML() string {
	caption := "Model"
	if r.Name != "" {
		caption = fmt.Sprintf("Model: %q", r.Name)
	}
	columns := []markup.Cell{{Text: "Layer"}, {Text: "Type"}, {Text: "Output shape"}, {Text: "Parameters", Number: true}}
	if r.printsConnected() {
		columns = append(columns, markup.Cell{Text: "Connected to"})
	}
	t := markup.NewTable(caption, columns...)
	for _, l := range r.lines() {
		r.htmlRow(t, l, len(columns))
	}
	t.Foot()
	for _, total := range r.sums() {
		t.Row(markup.Cell{Text: total.name + ": " + total.text, Span: len(columns)})
	}
	return t.String()
}

// indentStep is how many columns String indents what a layer is made of.
const indentStep = 2

func (r *Report) htmlRow(t *markup.Table, l line, columns int) {
	cells := []markup.Cell{
		{Text: l.Name, Head: true, Indent: l.indent / indentStep},
		{Text: l.Type},
		{Text: printShape("N", l.Output)},
		{Text: group(l.Params), Number: true},
	}
	if r.printsConnected() {
		cells = append(cells, markup.Cell{Lines: append([]string{}, r.reads(l)...)})
	}
	t.Row(cells...)
	if r.Explain {
		t.Row(markup.Cell{Lines: l.explained(), Span: columns, Indent: l.indent/indentStep + 1, Faint: true})
	}
}
