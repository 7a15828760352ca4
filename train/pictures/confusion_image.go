package pictures

import (
	"image"
	"image/color"

	"euryale/train/internal/caption"
)

// The measures of the matrix, in pixels.
const (
	rowHeight = 32
	nameMost  = 200  // width of a class's name, of which more is cut
	flatMost  = 1400 // width of all columns with their names level; else these are turned
)

// Image is the matrix as a picture: cells are coloured by the share of the row. Long
// names of classes are turned where they would make many columns wide, and very long
// ones cut. Of more than [MostCells] classes the cells are shaded without counts, and
// the most confused pairs listed. It is nil where the matrix is no square.
func (c *Confusion) Image() image.Image {
	if c.misshapen() != "" {
		return nil
	}
	if c.Crowded() {
		return drawMany(c)
	}
	m := newMatrix(c)
	m.head()
	m.cells()
	m.totals()
	m.foot()
	return m.RGBA
}

// matrix is the picture of a confusion matrix.
type matrix struct {
	tally
	*canvas
	column int         // width of a column
	turned bool        // the names of the columns are
	heads  int         // height of these names
	at     image.Point // top left corner of the first cell
}

func newMatrix(c *Confusion) *matrix {
	m := &matrix{tally: c.tally()}
	m.layOut()
	return m
}

// layOut makes all columns as wide as the widest thing in any.
func (m *matrix) layOut() {
	l := newLetters()
	for i, name := range m.names {
		m.names[i] = l.cut(body, name, nameMost)
	}
	names, count := l.widest(body, m.names...), l.width(body, caption.Number(m.all))
	m.column, m.heads = max(40, names, count)+12, rowHeight
	if m.turned = names > max(40, count) && len(m.names)*m.column > flatMost; m.turned {
		m.column, m.heads = max(24, count)+12, names+16
	}
	m.at = image.Pt(margin+max(names, l.width(bold, trueClass))+12, margin+56+m.heads)
	width := max(m.cell(0, len(m.counts)+1).Min.X, l.width(title, m.heading())+margin, m.at.X+l.barLength(none, allOfTheRow)) + margin
	m.canvas = newCanvas(l, width, m.cell(len(m.counts)+1, 0).Min.Y+12+barHeight+margin)
}

// cell is the place of a count; one row and one column more are those of the
// totals.
func (m *matrix) cell(row, column int) image.Rectangle {
	p := m.at.Add(image.Pt(column*m.column, row*rowHeight))
	return image.Rectangle{p, p.Add(image.Pt(m.column, rowHeight))}
}

const (
	trueClass   = "true class"
	none        = "none" // of the ends of the colour bar
	allOfTheRow = "all of the row"
)

// head writes what is above the cells.
func (m *matrix) head() {
	n := len(m.counts)
	m.text(title, m.heading(), margin, margin+10, left, ink)
	m.text(bold, "predicted class", (m.at.X+m.cell(0, n).Min.X)/2, m.at.Y-m.heads-8, centre, ink)
	m.text(bold, trueClass, m.at.X-8, m.at.Y-16, right, ink)
	for j, name := range m.names {
		if !m.turned {
			m.put(m.cell(-1, j), name, ink)
			continue
		}
		m.upwards(body, name, m.cell(0, j).Min.X+m.column/2, m.at.Y-8, ink)
	}
	m.put(m.cell(-1, n), "total", grey)
}

// put writes text in the middle of r.
func (m *matrix) put(r image.Rectangle, text string, c color.Color) {
	m.text(body, text, (r.Min.X+r.Max.X)/2, (r.Min.Y+r.Max.Y)/2, centre, c)
}

func (m *matrix) cells() {
	for i, row := range m.counts {
		m.text(body, m.names[i], m.at.X-8, m.cell(i, 0).Min.Y+rowHeight/2, right, ink)
		for j, count := range row {
			fill := shares.at(float64(count) / float64(max(1, m.rows[i])))
			m.fill(m.cell(i, j).Inset(1), fill)
			m.put(m.cell(i, j), caption.Number(count), over(fill, count))
		}
	}
	m.frame(image.Rectangle{m.at, m.cell(len(m.counts)-1, len(m.counts)-1).Max}, faint)
}

// over is the colour of a count on a cell of the given one. What is none
// recedes.
func over(fill color.RGBA, count int) color.Color {
	switch {
	case count == 0:
		return color.RGBA{118, 118, 118, 255}
	case luminance(fill) < 0.2: // where black and white have the same contrast, about
		return paper
	}
	return ink
}

func (m *matrix) totals() {
	n := len(m.counts)
	for i := range n {
		m.put(m.cell(i, n), caption.Number(m.rows[i]), grey)
		m.put(m.cell(n, i), caption.Number(m.cols[i]), grey)
	}
	m.text(body, "total", m.at.X-8, m.cell(n, 0).Min.Y+rowHeight/2, right, grey)
	m.put(m.cell(n, n), caption.Number(m.all), grey)
}

// foot explains the colours.
func (m *matrix) foot() {
	m.bar(shares, image.Pt(m.at.X, m.cell(len(m.counts)+1, 0).Min.Y+12), none, allOfTheRow)
}
