package filters

import (
	"image"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"

	"euryale/internal/canvas"
	"euryale/internal/picture"
)

// The measures of a contact sheet, in pixels.
const (
	sheetGap  = 12 // around a picture
	sheetLine = 24 // of text, below it
	sheetText = 15
)

// Sheet is a contact sheet: pictures in rows, each with a line of text below it.
// A picture is enlarged by as large a whole number as its cell has room for, so
// that its pixels stay squares, and one that is larger than its cell is scaled
// down.
type Sheet struct {
	Heading string // above all; "" means none
	Columns int    // of pictures; 0 means 7, or as many as there are
	Side    int    // of a cell, in pixels; 0 means 256
	Cells   []Cell
}

// Cell is one picture of a Sheet.
type Cell struct {
	Label   string
	Picture image.Image // nil leaves the cell empty
}

// Add adds a picture to the sheet.
func (s *Sheet) Add(label string, m image.Image) {
	s.Cells = append(s.Cells, Cell{label, m})
}

// Image draws the sheet. It is grey where all its pictures are, and of 16 bits
// where one of them is. Columns are as wide as the longest label, if that is
// wider than a cell.
func (s Sheet) Image() image.Image {
	face := canvas.Regular(sheetText)
	side := s.Side
	if side <= 0 {
		side = 256
	}
	across := s.Columns
	if across <= 0 {
		across = 7
	}
	across = max(min(across, len(s.Cells)), 1)
	down := (len(s.Cells) + across - 1) / across

	top, wide := 0, side
	if s.Heading != "" {
		top = sheetLine + sheetGap
	}
	for _, c := range s.Cells {
		wide = max(wide, font.MeasureString(face, c.Label).Ceil())
	}
	w, h := wide+sheetGap, side+sheetGap+sheetLine
	to := ground(s.Cells, max(across*w, font.MeasureString(face, s.Heading).Ceil()+sheetGap)+sheetGap, top+down*h+sheetGap)
	write(to, face, sheetGap, sheetGap, s.Heading)
	for i, c := range s.Cells {
		x, y := sheetGap+i%across*w, sheetGap+top+i/across*h
		if c.Picture != nil {
			place(to, c.Picture, x, y, side)
		}
		write(to, face, x, y+side, c.Label)
	}
	return to
}

// ground is an opaque picture to draw cells on, of the least kind that holds them
// all.
func ground(cells []Cell, w, h int) draw.Image {
	grey, deep := true, false
	for _, c := range cells {
		if c.Picture == nil {
			continue
		}
		switch picture.Straight(c.Picture).(type) {
		case *image.Gray, *picture.GrayAlpha:
		case *image.Gray16, *picture.GrayAlpha16:
			deep = true
		case *image.NRGBA64:
			grey, deep = false, true
		default:
			grey = false
		}
	}
	b := image.Rect(0, 0, w, h)
	var to draw.Image
	switch {
	case grey && deep:
		to = image.NewGray16(b)
	case grey:
		to = image.NewGray(b)
	case deep:
		to = image.NewRGBA64(b)
	default:
		to = image.NewRGBA(b)
	}
	draw.Draw(to, b, image.NewUniform(canvas.Grey(246)), image.Point{}, draw.Src)
	return to
}

// place draws a picture in the middle of a cell.
func place(to draw.Image, m image.Image, x, y, side int) {
	s := m.Bounds().Size()
	longer := max(s.X, s.Y, 1)
	var scaler draw.Scaler = draw.NearestNeighbor
	if longer > side {
		scaler = draw.CatmullRom
		s = image.Pt(max(s.X*side/longer, 1), max(s.Y*side/longer, 1))
	} else {
		s = s.Mul(side / longer)
	}
	at := image.Rectangle{Max: s}.Add(image.Pt(x+(side-s.X)/2, y+(side-s.Y)/2))
	scaler.Scale(to, at, m, m.Bounds(), draw.Over, nil)
}

// write writes a line of text whose upper left corner is x, y.
func write(to draw.Image, face font.Face, x, y int, text string) {
	canvas.Canvas{Image: to}.Text(canvas.Grey(24), face, float64(x), float64(y+(sheetLine+sheetText)/2-3), text)
}
