package graph

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"euryale/internal/ir"
)

// Report is the layer-shape report of a network, with Keras' columns. It
// prints itself.
type Report struct {
	Name      string
	Rows      []Row
	Params    int  // values in all parameters
	Trainable int  // of them, those that an optimiser changes
	Explain   bool // print the arithmetic of each row as well
	Open      bool // print what layers are made of, below them
	Width     int  // columns of the terminal that it is to fit, if it can; 0 means any number

	connected bool                // the network is no list: print the column "Connected to"
	opened    map[string][]string // what the outermost layers read, if opening them makes no list; else nil
}

// Row is one layer of a report.
type Row struct {
	Name      string   // conv2d_1
	Type      string   // Conv2D
	Output    Shape    // of one sample
	Params    int      // values in its parameters, those of the layers inside it included
	Connected []string // the inputs and layers that it reads; nil where each reads the one above it
	Inside    []Row    // what it is made of

	Arithmetic []string // how the figures come about
	Multiplies int      // multiply-adds of the forward pass, a sample
	Bytes      int      // of the output, a sample; as Multiplies, of each use of a shared layer
}

// Report describes the network.
func (n *Network) Report() *Report {
	r := &Report{Name: n.config.Name, connected: !n.isLine()}
	rows := n.rows()
	if r.connected {
		for _, v := range n.inputs {
			r.Rows = append(r.Rows, Row{Name: n.nameOf(v), Type: "Input", Output: v.Shape.Clone()})
		}
	}
	reads := map[string][]string{}
	for _, c := range rows {
		row := n.row(c)
		reads[row.Name] = row.Connected
		r.Rows = append(r.Rows, row)
	}
	if !r.connected {
		if !straight(r.Rows, []string{n.nameOf(n.inputs[0])}) {
			r.opened = reads
		}
		for i := range r.Rows {
			r.Rows[i].Connected = nil
		}
	}
	for _, p := range n.params {
		size := p.Value.Shape().TotalSize()
		r.Params += size
		if p.Role == Trained {
			r.Trainable += size
		}
	}
	return r
}

// isLine reports whether each of the outermost layers reads the one before it
// alone.
func (n *Network) isLine() bool {
	if len(n.inputs) != 1 || len(n.outputs) != 1 {
		return false
	}
	last := n.inputs[0]
	for _, c := range n.rows() {
		if len(c.In) != 1 || c.In[0] != last {
			return false
		}
		last = c.Out
	}
	return last == n.outputs[0]
}

// straight reports whether each row, and each inside it, reads the one before
// alone, the first one what is given.
func straight(rows []Row, before []string) bool {
	for _, row := range rows {
		if !slices.Equal(row.Connected, before) || !straight(row.Inside, before) {
			return false
		}
		before = []string{row.Name}
	}
	return true
}

// row is the row of a layer, with those of the layers inside it.
func (n *Network) row(c *ir.Call) Row {
	row := Row{Name: c.Path, Type: typeName(c.Layer), Output: c.Out.Shape.Clone()}
	layer := c.Layer
	if f := framingOf(layer); f.layer != nil {
		layer = f.layer
	}
	if e, ok := layer.(Explainer); ok {
		row.Arithmetic = e.Explain(c.In[0].Shape.Clone()).Lines
	}
	for _, other := range n.calls {
		if other.Path == c.Path && !framingOf(other.Layer).bare { // each use of a shared layer
			n.count(other, &row)
			for _, v := range other.In {
				row.Connected = append(row.Connected, n.seenFrom(v, c.Parent))
			}
		}
		if other != c && bearer(other.Parent) == c && !framingOf(other.Layer).bare {
			row.Inside = append(row.Inside, n.row(other))
		}
	}
	return row
}

// count adds what a layer has and does to its row.
func (n *Network) count(c *ir.Call, row *Row) {
	row.Bytes += c.Out.Shape.TotalSize() * int(n.config.Dtype.Size())
	for _, v := range n.values {
		if !inside(v.Call, c) {
			continue
		}
		if _, ok := v.Op.(ir.Param); ok {
			row.Params += v.Shape.TotalSize()
		}
		row.Multiplies += v.MultiplyAdds()
	}
}

// inside reports whether a layer is c or part of it.
func inside(call, c *ir.Call) bool {
	for ; call != nil; call = call.Parent {
		if call == c {
			return true
		}
	}
	return false
}

// seenFrom is the name of what makes v: the outermost layer that the given one
// is no part of.
func (n *Network) seenFrom(v *ir.Value, around *ir.Call) string {
	if in, ok := v.Op.(ir.Input); ok {
		return in.Name
	}
	for _, c := range n.calls {
		if c.Out == v && !framingOf(c.Layer).bare && !inside(around, c) {
			return c.Path
		}
	}
	return bearer(v.Call).Path
}

// String is the report as text.
func (r *Report) String() string {
	var b strings.Builder
	r.print(&b)
	return b.String()
}

// line is a row as it is printed.
type line struct {
	Row
	indent int
}

// lines are the rows to print.
func (r *Report) lines() []line {
	var all []line
	var add func(rows []Row, indent int)
	add = func(rows []Row, indent int) {
		for _, row := range rows {
			all = append(all, line{row, indent})
			if r.Open {
				add(row.Inside, indent+indentStep)
			}
		}
	}
	add(r.Rows, 0)
	return all
}

func (l line) title() string {
	return strings.Repeat(" ", l.indent) + l.Name + " (" + l.Type + ")"
}

// print writes the report in the layout of Keras' model.summary().
func (r *Report) print(w io.Writer) {
	lines := r.lines()
	widths := r.widths(lines)
	rule := func(c string) { fmt.Fprintln(w, strings.Repeat(c, widths[0]+widths[1]+widths[2]+widths[3])) }
	columns := func(text ...string) {
		var s strings.Builder
		for i, t := range text {
			s.WriteString(pad(t, widths[i]))
		}
		fmt.Fprintln(w, strings.TrimRight(s.String(), " "))
	}
	if r.Name != "" {
		fmt.Fprintf(w, "Model: %q\n", r.Name)
	}
	rule("_")
	heading := []string{"Layer (type)", "Output Shape", "Param #"}
	if r.printsConnected() {
		heading = append(heading, "Connected to")
	}
	columns(heading...)
	rule("=")
	for i, l := range lines {
		for _, text := range r.cells(l) {
			columns(text...)
		}
		if r.Explain {
			l.explain(w)
		}
		if i < len(lines)-1 {
			rule("_")
		}
	}
	rule("=")
	r.totals(w)
	rule("_")
}

// printsConnected reports whether there is a column for what layers read.
func (r *Report) printsConnected() bool { return r.connected || r.Open && r.opened != nil }

// reads is what the layer of a row reads.
func (r *Report) reads(l line) []string {
	if l.Connected == nil {
		return r.opened[l.Name]
	}
	return l.Connected
}

// cells are the lines of a row: one more for each further layer that it reads.
func (r *Report) cells(l line) [][]string {
	first := []string{l.title(), printShape("None", l.Output), strconv.Itoa(l.Params)}
	if !r.printsConnected() {
		return [][]string{first}
	}
	all := [][]string{append(first, "")}
	for i, name := range r.reads(l) {
		if i > 0 {
			all = append(all, []string{"", "", "", ""})
		}
		all[i][3] = name
	}
	return all
}

func (r *Report) totals(w io.Writer) {
	for _, s := range r.sums() {
		fmt.Fprintf(w, "%s: %s\n", s.name, s.text)
	}
}

// sum is a total and its name.
type sum struct{ name, text string }

func (r *Report) sums() []sum {
	all := []sum{
		{"Total params", group(r.Params)},
		{"Trainable params", group(r.Trainable)},
		{"Non-trainable params", group(r.Params - r.Trainable)},
	}
	if !r.Explain {
		return all
	}
	var multiplies, bytes int
	for _, row := range r.Rows {
		multiplies += row.Multiplies
		bytes += row.Bytes
	}
	return append(all,
		sum{"Multiply-adds", group(multiplies) + " a sample, forward"},
		sum{"Activations", group(bytes) + " bytes a sample"})
}

func (row Row) explain(w io.Writer) {
	for _, line := range row.explained() {
		fmt.Fprintf(w, "    %s\n", line)
	}
}

// explained is how the row's figures come about.
func (row Row) explained() []string {
	return append(slices.Clone(row.Arithmetic), "activations: "+group(row.Bytes)+" bytes")
}

// widths are those of the columns, two spaces between them: Keras' where they
// are wide enough and Width lets them, else as wide as what stands in them.
func (r *Report) widths(lines []line) [4]int {
	w := [4]int{len("Layer (type)") + 2, len("Output Shape") + 2, len("Param #") + 2, 0}
	for _, l := range lines {
		w[0] = max(w[0], utf8.RuneCountInString(l.title())+2)
		w[1] = max(w[1], len(printShape("None", l.Output))+2)
		w[2] = max(w[2], len(strconv.Itoa(l.Params))+2)
		if r.printsConnected() {
			for _, name := range append(r.reads(l), "Connected to") {
				w[3] = max(w[3], utf8.RuneCountInString(name))
			}
		}
	}
	keras := [4]int{max(w[0], 29), max(w[1], 26), max(w[2], 12), w[3]}
	if r.Width > 0 && keras[0]+keras[1]+keras[2]+keras[3] > r.Width {
		return w
	}
	return keras
}

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(width-utf8.RuneCountInString(s), 0))
}
