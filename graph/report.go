package graph

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Report is the layer-shape report of a network, with Keras' columns. It
// prints itself.
type Report struct {
	Name    string
	Rows    []Row
	Params  int  // trainable values in all
	Explain bool // print the arithmetic of each row as well
}

// Row is one layer of a report.
type Row struct {
	Name   string // conv2d_1
	Type   string // Conv2D
	Output Shape  // of one sample
	Params int    // trainable values

	Arithmetic []string // how the figures come about
	Multiplies int      // multiply-adds of the forward pass, a sample
	Bytes      int      // of the output, a sample
}

// Report describes the network.
func (n *Network) Report() *Report {
	r := &Report{Name: n.Name}
	for _, p := range n.layers {
		row := Row{
			Name: p.name, Type: typeName(p.Layer), Output: p.out.Clone(), Params: p.params,
			Bytes: p.out.TotalSize() * int(n.Dtype.Size()),
		}
		if e, ok := p.Layer.(Explainer); ok {
			a := e.Explain(p.in)
			row.Arithmetic, row.Multiplies = a.Lines, a.MultiplyAdds
		}
		r.Rows = append(r.Rows, row)
		r.Params += row.Params
	}
	return r
}

// String is the report as text.
func (r *Report) String() string {
	var b strings.Builder
	r.print(&b)
	return b.String()
}

// print writes the report in the layout of Keras' model.summary().
func (r *Report) print(w io.Writer) {
	first, second := r.widths()
	rule := func(c string) { fmt.Fprintln(w, strings.Repeat(c, first+second+12)) }
	columns := func(a, b, c string) { fmt.Fprintf(w, "%s%s%s\n", pad(a, first), pad(b, second), c) }

	if r.Name != "" {
		fmt.Fprintf(w, "Model: %q\n", r.Name)
	}
	rule("_")
	columns("Layer (type)", "Output Shape", "Param #")
	rule("=")
	for i, row := range r.Rows {
		columns(row.Name+" ("+row.Type+")", printShape("None", row.Output), strconv.Itoa(row.Params))
		if r.Explain {
			row.explain(w)
		}
		if i < len(r.Rows)-1 {
			rule("_")
		}
	}
	rule("=")
	r.totals(w)
	rule("_")
}

func (r *Report) totals(w io.Writer) {
	fmt.Fprintf(w, "Total params: %s\n", thousands(r.Params))
	fmt.Fprintf(w, "Trainable params: %s\n", thousands(r.Params))
	fmt.Fprintf(w, "Non-trainable params: 0\n")
	if !r.Explain {
		return
	}
	var multiplies, bytes int
	for _, row := range r.Rows {
		multiplies += row.Multiplies
		bytes += row.Bytes
	}
	fmt.Fprintf(w, "Multiply-adds: %s a sample, forward\n", thousands(multiplies))
	fmt.Fprintf(w, "Activations: %s bytes a sample\n", thousands(bytes))
}

func (row Row) explain(w io.Writer) {
	for _, line := range row.Arithmetic {
		fmt.Fprintf(w, "    %s\n", line)
	}
	fmt.Fprintf(w, "    activations: %s bytes\n", thousands(row.Bytes))
}

// widths are those of the first two columns, two spaces between columns.
func (r *Report) widths() (first, second int) {
	first, second = 29, 26
	for _, row := range r.Rows {
		first = max(first, len(row.Name)+len(row.Type)+5)
		second = max(second, len(printShape("None", row.Output))+2)
	}
	return first, second
}

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(width-utf8.RuneCountInString(s), 0))
}

// thousands prints n with a comma between groups of three digits.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
