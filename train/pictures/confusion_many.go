package pictures

import (
	"image"
)

// The measures of a matrix of many classes, in pixels.
const (
	manySide  = 800 // of the matrix, about
	manyCell  = 2   // side of a cell at least
	manyLabel = 15  // from one name to the next at least
	manyNames = 160 // width of a name, of which more is cut
	pairLine  = 19  // from one pair to the next
	pairName  = 190 // width of one of its names, of which more is cut
)

// leastShade is that of a cell of one image among hundreds, which is to be seen.
const leastShade = 0.12

// manyMatrix is the picture of a confusion matrix of so many classes that counts find
// no room in its cells.
type manyMatrix struct {
	tally
	*canvas
	side  int         // of a cell
	every int         // class whose name is written
	at    image.Point // top left corner of the first cell
	pairs []string    // below a heading, at the right
}

// drawMany draws cells without counts, names at intervals, and lists the pairs that are
// confused most.
func drawMany(c *Confusion) image.Image {
	m := &manyMatrix{tally: c.tally()}
	m.layOut(c)
	m.head()
	m.cells()
	m.list()
	m.bar(shares, image.Pt(m.at.X, m.end()+16), none, allOfTheRow)
	return exactly(m.RGBA)
}

func (m *manyMatrix) layOut(c *Confusion) {
	l := newLetters()
	n := len(m.counts)
	m.side = max(manyCell, manySide/n)
	m.every = (manyLabel + m.side - 1) / m.side
	for _, p := range c.MostConfused(pairsShown) {
		m.pairs = append(m.pairs, l.cut(body, m.names[p.Class], pairName)+" → "+l.cut(body, m.names[p.Predicted], pairName)+": "+p.share())
	}
	for i, name := range m.names {
		m.names[i] = l.cut(small, name, manyNames)
	}
	names := l.widest(small, m.named()...)
	m.at = image.Pt(margin+max(names, l.width(bold, trueClass))+10, margin+56+names+10)
	list := l.widest(body, append(m.pairs, pairsHeading(len(m.pairs)))...) + 8 // its heading is bold
	width := max(m.at.X+n*m.side+2*margin+list, margin+l.width(title, m.heading()), m.at.X+l.barLength(none, allOfTheRow)) + margin
	height := max(m.end()+16+barHeight, m.at.Y+(len(m.pairs)+2)*pairLine) + margin
	m.canvas = newCanvas(l, width, height)
}

// named are the names that are written.
func (m *manyMatrix) named() []string {
	var some []string
	for i := 0; i < len(m.names); i += m.every {
		some = append(some, m.names[i])
	}
	return some
}

// end is below the last row.
func (m *manyMatrix) end() int { return m.at.Y + len(m.counts)*m.side }

func (m *manyMatrix) head() {
	n := len(m.counts)
	m.text(title, m.heading(), margin, margin+10, left, ink)
	m.text(bold, "predicted class", m.at.X+n*m.side/2, margin+40, centre, ink)
	m.text(bold, trueClass, m.at.X-10, m.at.Y-14, right, ink)
	for i := 0; i < n; i += m.every {
		middle := i*m.side + m.side/2
		m.text(small, m.names[i], m.at.X-10, m.at.Y+middle, right, ink)
		m.upwards(small, m.names[i], m.at.X+middle, m.at.Y-10, ink)
		m.fill(image.Rect(m.at.X-7, m.at.Y+middle, m.at.X-2, m.at.Y+middle+1), grey)
		m.fill(image.Rect(m.at.X+middle, m.at.Y-7, m.at.X+middle+1, m.at.Y-2), grey)
	}
}

func (m *manyMatrix) cells() {
	n := len(m.counts)
	for i, row := range m.counts {
		for j, count := range row {
			if count == 0 {
				continue
			}
			p := m.at.Add(image.Pt(j*m.side, i*m.side))
			m.fill(image.Rectangle{p, p.Add(image.Pt(m.side, m.side))}, shares.at(max(leastShade, float64(count)/float64(m.rows[i]))))
		}
	}
	m.frame(image.Rectangle{m.at, m.at.Add(image.Pt(n*m.side, n*m.side))}, faint)
}

// list writes the pairs beside the matrix.
func (m *manyMatrix) list() {
	x := m.at.X + len(m.counts)*m.side + 2*margin
	m.text(bold, pairsHeading(len(m.pairs)), x, m.at.Y+6, left, ink)
	for i, p := range m.pairs {
		m.text(body, p, x, m.at.Y+6+(i+1)*pairLine+4, left, ink)
	}
}
