package markup

import (
	"fmt"
	"strings"
)

// Table is a table in the making. Its colours are the page's own, its shades
// let the page shine through.
type Table struct{ b strings.Builder }

// Cell is a cell of a table.
type Cell struct {
	Text   string
	Lines  []string // in the place of Text, one below the other
	Head   bool     // it names the row or the column; the name of a row is not broken
	Number bool     // at the right
	Indent int      // steps to the right
	Span   int      // columns that it takes; 0 means 1
	Style  string   // further declarations: background:rgba(…)
	Faint  bool
}

// NewTable begins a table with a caption, which may be empty, and names of
// columns; a column of numbers has its name at the right.
func NewTable(caption string, columns ...Cell) *Table {
	t := &Table{}
	t.b.WriteString(`<table style="border-collapse:collapse;margin:0.5em 0">` + "\n")
	if caption != "" {
		fmt.Fprintf(&t.b, `<caption style="text-align:left;padding:2px 0">%s</caption>`+"\n", Escape(caption))
	}
	t.b.WriteString("<thead" + line("bottom") + ">\n")
	for i := range columns {
		columns[i].Head = true
	}
	t.row("col", columns)
	t.b.WriteString("</thead>\n<tbody>\n")
	return t
}

// Row adds a row.
func (t *Table) Row(cells ...Cell) { t.row("row", cells) }

// Foot begins the last part of the table: totals.
func (t *Table) Foot() { t.b.WriteString("</tbody>\n<tfoot" + line("top") + ">\n") }

// line is a line at one side of a part of the table.
func line(side string) string {
	return ` style="border-` + side + `:1px solid rgba(128,128,128,0.6)"`
}

// String ends a table that has a Foot.
func (t *Table) String() string { return t.b.String() + "</tfoot>\n</table>\n" }

func (t *Table) row(scope string, cells []Cell) {
	t.b.WriteString("<tr>")
	for _, c := range cells {
		c.write(&t.b, scope)
	}
	t.b.WriteString("</tr>\n")
}

func (c Cell) write(b *strings.Builder, scope string) {
	tag, attributes := "td", ""
	if c.Head {
		tag, attributes = "th", ` scope="`+scope+`"`
		if scope == "row" {
			c.Style += ";white-space:nowrap"
		}
	}
	if c.Span > 1 {
		attributes += fmt.Sprintf(` colspan="%d"`, c.Span)
	}
	fmt.Fprintf(b, `<%s%s style="%s">`, tag, attributes, c.style())
	if c.Lines == nil {
		c.Lines = []string{c.Text}
	}
	for i, line := range c.Lines {
		if i > 0 {
			b.WriteString("<br/>")
		}
		b.WriteString(strings.Repeat("&#160;", 4*c.Indent)) // which stays where styles do not
		b.WriteString(Escape(line))
	}
	fmt.Fprintf(b, "</%s>", tag)
}

func (c Cell) style() string {
	align := "left" // notebooks have it at the right
	if c.Number {
		align = "right"
	}
	s := "text-align:" + align + ";vertical-align:top;padding:2px 8px"
	if c.Faint {
		s += ";opacity:0.75"
	}
	if c.Style != "" {
		s += ";" + strings.TrimPrefix(c.Style, ";")
	}
	return s
}
