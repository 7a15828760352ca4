package pictures

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"euryale/internal/markup"
	"euryale/train/internal/caption"
)

// widest is how many columns of a terminal a matrix takes with the names of
// classes above its columns; where it took more, their numbers stand there.
const widest = 100

// String is the matrix as a table: a line for each true class, a column for each
// predicted one, the images of both, and how many of a class were recognised.
func (c *Confusion) String() string {
	if wrong := c.misshapen(); wrong != "" {
		return wrong + "\n"
	}
	if c.Crowded() {
		return c.listed()
	}
	t := c.tally()
	lines := t.lines(t.names)
	widths := columnWidths(lines)
	if sum(widths)+2*(len(widths)-1) > widest {
		numbers := make([]string, len(t.names))
		for i := range numbers {
			numbers[i] = fmt.Sprint(i)
			t.names[i] = fmt.Sprintf("%d %s", i, t.names[i])
		}
		lines = t.lines(numbers)
		widths = columnWidths(lines)
	}
	var b strings.Builder
	fmt.Fprintln(&b, t.heading())
	for _, line := range lines {
		written := ""
		for i, text := range line {
			blank := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(text))
			if i == 0 {
				written = text + blank
			} else {
				written += "  " + blank + text
			}
		}
		fmt.Fprintln(&b, strings.TrimRight(written, " "))
	}
	return b.String()
}

// lines are the cells of the table, with the given heads of columns.
func (t tally) lines(heads []string) [][]string {
	lines := [][]string{append(append([]string{trueClass}, heads...), "total", "recall")}
	for i, row := range t.counts {
		line := []string{t.names[i]}
		for _, count := range row {
			line = append(line, caption.Number(count))
		}
		lines = append(lines, append(line, caption.Number(t.rows[i]), t.recall(i)))
	}
	last := []string{"total"}
	for _, count := range t.cols {
		last = append(last, caption.Number(count))
	}
	return append(lines, append(last, caption.Number(t.all), ""))
}

func columnWidths(lines [][]string) []int {
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, text := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(text))
		}
	}
	return widths
}

func sum(n []int) int {
	all := 0
	for _, v := range n {
		all += v
	}
	return all
}

// HTML is the matrix as a table, as a notebook shows it: what is right in blue,
// what is wrong in orange, by the third root of the share of the row, so that one
// image among hundreds is seen.
func (c *Confusion) HTML() string {
	if wrong := c.misshapen(); wrong != "" {
		return "<p>" + wrong + "</p>\n"
	}
	if c.Crowded() {
		return c.listedHTML()
	}
	t := c.tally()
	columns := []markup.Cell{{Text: trueClass}}
	for _, name := range t.names {
		columns = append(columns, markup.Cell{Text: name, Number: true})
	}
	columns = append(columns, markup.Cell{Text: "total", Number: true}, markup.Cell{Text: "recall", Number: true})
	table := markup.NewTable(t.heading()+"; columns: predicted class", columns...)
	for i, row := range t.counts {
		cells := []markup.Cell{{Text: t.names[i], Head: true}}
		for j, count := range row {
			cells = append(cells, t.cell(i, j, count))
		}
		cells = append(cells, markup.Cell{Text: caption.Number(t.rows[i]), Number: true}, markup.Cell{Text: unbroken(t.recall(i)), Number: true})
		table.Row(cells...)
	}
	table.Foot()
	last := []markup.Cell{{Text: "total", Head: true}}
	for _, count := range t.cols {
		last = append(last, markup.Cell{Text: caption.Number(count), Number: true})
	}
	table.Row(append(last, markup.Cell{Text: caption.Number(t.all), Number: true}, markup.Cell{})...)
	return table.String()
}

// unbroken is text whose blanks end no line.
func unbroken(text string) string { return strings.ReplaceAll(text, " ", "\u00a0") }

// cell is a count on its shade, through which the page is seen: black and white
// text can be read on either.
func (t tally) cell(i, j, count int) markup.Cell {
	c := markup.Cell{Text: caption.Number(count), Number: true, Faint: count == 0}
	if count > 0 {
		colour := "230,120,30"
		if i == j {
			colour = "50,120,215"
		}
		const strongest = 0.55
		c.Style = fmt.Sprintf("background:rgba(%s,%.2f)", colour, strongest*math.Cbrt(float64(count)/float64(t.rows[i])))
	}
	return c
}
