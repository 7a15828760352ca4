package main

import (
	"context"
	"fmt"
	"image"

	"golang.org/x/image/draw"

	"euryale/internal/picture"
	"euryale/nets/filters"
)

// cellSide is that of a picture on the contact sheet, at most, in pixels.
const cellSide = 256

// sheet is a contact sheet of every filter. Each works on the picture scaled to
// a cell, so that at 100 % one sees what it does to a pixel.
func (f *flags) sheet(ctx context.Context, title string, m image.Image) (made image.Image, about string, err error) {
	small, err := shrink(ctx, m, cellSide)
	if err != nil {
		return nil, "", err
	}
	sheet := filters.Sheet{Side: cellSide}
	sheet.Add("the picture", small)
	for _, filter := range filters.All() {
		if f.Then && !filter.Convolves() {
			continue
		}
		made, _, err := f.make(ctx, job{filters: []filters.Filter{filter}}, title, small)
		if err != nil {
			return nil, "", err
		}
		sheet.Add(label(filter, small, made), made)
	}
	sheet.Heading = fmt.Sprintf("%s, %s, filtered at %s; edges: %v", title, size(m.Bounds().Size()), size(small.Bounds().Size()), f.edges)
	if f.Then {
		sheet.Heading += fmt.Sprintf("; convolution, ReLU, %v", f.pool())
	} else if f.Pool > 0 {
		sheet.Heading += fmt.Sprintf("; %v", f.pool())
	}
	made = sheet.Image()
	return made, fmt.Sprintf("contact sheet of %d filters, %s", len(sheet.Cells)-1, size(made.Bounds().Size())), nil
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
