package main

import (
	"context"
	"fmt"
	"image"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"

	"euryale/internal/canvas"
	"euryale/internal/picture"
	"euryale/nets/filters"
)

// The measures of a contact sheet, in pixels.
const (
	cellSide = 256 // of a picture at most
	gap      = 12  // around it
	line     = 24  // of text, below it
	textSize = 15
	columns  = 7
)

// cell is one picture of a contact sheet.
type cell struct {
	label   string
	picture image.Image
}

// sheet is a contact sheet of every filter. Each works on the picture scaled to
// a cell, so that at 100 % one sees what it does to a pixel.
func (f *flags) sheet(ctx context.Context, title string, m image.Image) (made image.Image, about string, err error) {
	small, err := shrink(ctx, m, cellSide)
	if err != nil {
		return nil, "", err
	}
	cells := []cell{{"the picture", small}}
	for _, filter := range filters.All() {
		if f.Then && !filter.Convolves() {
			continue
		}
		made, _, err := f.make(ctx, job{filters: []filters.Filter{filter}}, title, small)
		if err != nil {
			return nil, "", err
		}
		cells = append(cells, cell{label(filter, small, made), made})
	}
	heading := fmt.Sprintf("%s, %s, filtered at %s; edges: %v", title, size(m.Bounds().Size()), size(small.Bounds().Size()), f.edges)
	if f.Then {
		heading += fmt.Sprintf("; convolution, ReLU, %v", f.pool())
	} else if f.Pool > 0 {
		heading += fmt.Sprintf("; %v", f.pool())
	}
	made = drawSheet(heading, cells)
	return made, fmt.Sprintf("contact sheet of %d filters, %s", len(cells)-1, size(made.Bounds().Size())), nil
}

// label is a filter's name, and the size of its picture where that is new.
func label(f filters.Filter, from, to image.Image) string {
	text := f.Name
	if !f.Convolves() {
		text += " (no convolution)"
	}
	if s := to.Bounds().Size(); s != from.Bounds().Size() {
		text += " " + size(s)
	}
	return text
}

// shrink scales a picture so that it fits a square, and leaves a smaller one as
// it is. It keeps the picture's kind.
func shrink(ctx context.Context, m image.Image, side int) (image.Image, error) {
	// Means of squares first: in tiles, and so that the scaling need not look
	// at every pixel.
	s := m.Bounds().Size()
	m, err := filters.Pool{Size: min(max(s.X, s.Y)/(2*side), filters.PoolSizeLimit, s.X, s.Y), Average: true}.Apply(ctx, m)
	if err != nil {
		return nil, err
	}
	s = m.Bounds().Size()
	longer := max(s.X, s.Y)
	if longer <= side {
		return m, nil
	}
	to := empty(m, max(s.X*side/longer, 1), max(s.Y*side/longer, 1))
	// Scaling weighs colours by alpha.
	draw.CatmullRom.Scale(to, to.Bounds(), m, m.Bounds(), draw.Src, nil)
	return to, nil
}

// empty is a picture of m's kind.
func empty(m image.Image, w, h int) draw.Image {
	b := image.Rect(0, 0, w, h)
	switch picture.Straight(m).(type) {
	case *image.Gray:
		return image.NewGray(b)
	case *image.Gray16:
		return image.NewGray16(b)
	case *picture.GrayAlpha:
		return picture.NewGrayAlpha(b)
	case *picture.GrayAlpha16:
		return picture.NewGrayAlpha16(b)
	case *image.NRGBA64:
		return image.NewNRGBA64(b)
	}
	return image.NewNRGBA(b)
}

// ground is an opaque picture of m's kind to draw a contact sheet on.
func ground(m image.Image, w, h int) draw.Image {
	b := image.Rect(0, 0, w, h)
	var to draw.Image
	switch picture.Straight(m).(type) {
	case *image.Gray, *picture.GrayAlpha:
		to = image.NewGray(b)
	case *image.Gray16, *picture.GrayAlpha16:
		to = image.NewGray16(b)
	case *image.NRGBA64:
		to = image.NewRGBA64(b)
	default:
		to = image.NewRGBA(b)
	}
	draw.Draw(to, b, image.NewUniform(canvas.Grey(246)), image.Point{}, draw.Src)
	return to
}

// drawSheet lays out cells in rows below a heading.
func drawSheet(heading string, cells []cell) image.Image {
	face := canvas.Regular(textSize)
	const w, h = cellSide + gap, cellSide + gap + line
	across := min(columns, len(cells))
	down := (len(cells) + across - 1) / across
	to := ground(cells[0].picture, across*w+gap, down*h+gap+line+gap)
	write(to, face, gap, gap, heading)
	for i, c := range cells {
		x, y := gap+i%across*w, gap+line+gap+i/across*h
		place(to, c.picture, x, y)
		write(to, face, x, y+cellSide, c.label)
	}
	return to
}

// place draws a picture in the middle of a cell, enlarged by as large a whole
// number as fits.
func place(to draw.Image, m image.Image, x, y int) {
	s := m.Bounds().Size()
	times := max(cellSide/max(s.X, s.Y), 1)
	s = s.Mul(times)
	at := image.Rectangle{Max: s}.Add(image.Pt(x+(cellSide-s.X)/2, y+(cellSide-s.Y)/2))
	draw.NearestNeighbor.Scale(to, at, m, m.Bounds(), draw.Over, nil)
}

// write writes a line of text whose upper left corner is x, y.
func write(to draw.Image, face font.Face, x, y int, text string) {
	canvas.Canvas{Image: to}.Text(canvas.Grey(24), face, float64(x), float64(y+(line+textSize)/2-3), text)
}
