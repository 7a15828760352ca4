package loaders

import (
	"bytes"
	"image"
	"image/png"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"

	"euryale/internal/canvas"
	"euryale/internal/decimal"
)

// The measures of a contact sheet, in pixels.
const (
	sheetMargin  = 12
	sheetGap     = 4
	sheetColumns = 10  // images of each class
	sheetRows    = 20  // classes at most
	sheetSide    = 80  // of an image at most
	sheetLabel   = 130 // for the name of a class at most
)

// PNG is a contact sheet, as a notebook shows it: a row for each class that has
// images, its first ten. Small images are enlarged and large ones made smaller; of
// more than 20 classes the first 20 are looked at. It is nil where the sizes of d do
// not agree, or an image cannot be decoded.
func (d *Dataset) PNG() []byte {
	if d.CheckImages() != nil {
		return nil
	}
	s := newSheet(d)
	if s.take() != nil {
		return nil
	}
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression} // it is kept in the notebook
	if encoder.Encode(&b, s.draw()) != nil {
		return nil
	}
	return b.Bytes()
}

// sheet is a contact sheet in the making.
type sheet struct {
	data   *Dataset
	names  []string // of the rows
	rows   [][]int  // images
	size   image.Point
	face   font.Face
	label  int // width of the names
	footer string
}

func newSheet(d *Dataset) *sheet {
	s := &sheet{data: d, face: canvas.Regular(13)}
	classes := min(len(d.Classes), sheetRows)
	if hidden := len(d.Classes) - classes; hidden > 0 {
		s.footer = "and " + decimal.Count(hidden, "more class", "more classes")
	}
	s.names = append(s.names, d.Classes[:classes]...)
	if classes == 0 { // labels mean nothing: all in one row
		s.names, classes = []string{""}, 1
	}
	s.rows = make([][]int, classes)
	for i, label := range d.Labels {
		if len(d.Classes) == 0 {
			label = 0
		}
		if int(label) < classes && len(s.rows[label]) < sheetColumns {
			s.rows[label] = append(s.rows[label], i)
		}
	}
	s.leaveOutEmpty()
	for i, name := range s.names {
		s.names[i] = s.fit(name)
		s.label = max(s.label, font.MeasureString(s.face, s.names[i]).Ceil())
	}
	s.size = fitted(d.Width, d.Height)
	return s
}

// take makes data the images of the rows, in memory.
func (s *sheet) take() error {
	var index []int
	for _, images := range s.rows {
		for k, i := range images {
			images[k] = len(index)
			index = append(index, i)
		}
	}
	var err error
	s.data, err = s.data.Take(index)
	return err
}

// leaveOutEmpty drops the rows without an image, unless there is none in any.
func (s *sheet) leaveOutEmpty() {
	if s.columns() == 0 {
		return
	}
	kept := 0
	for i, images := range s.rows {
		if len(images) > 0 {
			s.rows[kept], s.names[kept] = images, s.names[i]
			kept++
		}
	}
	s.rows, s.names = s.rows[:kept], s.names[:kept]
}

// columns is the number of images in the longest row.
func (s *sheet) columns() int {
	most := 0
	for _, images := range s.rows {
		most = max(most, len(images))
	}
	return most
}

// fit is a name as far as there is room.
func (s *sheet) fit(name string) string {
	if font.MeasureString(s.face, name).Ceil() <= sheetLabel {
		return name
	}
	runes := []rune(name)
	for n := len(runes) - 1; n > 0; n-- {
		if cut := string(runes[:n]) + "…"; font.MeasureString(s.face, cut).Ceil() <= sheetLabel {
			return cut
		}
	}
	return "…"
}

// fitted is the size in which an image is shown: whole pixels up to four times
// as large, or as much smaller as it must be.
func fitted(w, h int) image.Point {
	larger := max(w, h)
	if larger <= sheetSide {
		return image.Pt(w, h).Mul(min(4, sheetSide/larger))
	}
	return image.Pt(max(1, w*sheetSide/larger), max(1, h*sheetSide/larger))
}

// height is that of a row, which has room for a name.
func (s *sheet) height() int { return max(s.size.Y, 16) + sheetGap }

func (s *sheet) draw() image.Image {
	left := sheetMargin
	if s.label > 0 {
		left += s.label + 10
	}
	height := 2*sheetMargin + len(s.rows)*s.height() - sheetGap
	if s.footer != "" {
		height += 22
	}
	width := left + s.columns()*(s.size.X+sheetGap) - sheetGap + sheetMargin
	frame := image.Rect(0, 0, max(width, 160), height)
	to := canvas.Canvas{Image: image.NewGray(frame)} // a third of the bytes
	if s.data.Channels == 3 {
		to.Image = image.NewRGBA(frame)
	}
	draw.Draw(to, to.Bounds(), image.White, image.Point{}, draw.Src)
	ink := canvas.Grey(26)
	for row, images := range s.rows {
		y := sheetMargin + row*s.height()
		to.Text(ink, s.face, sheetMargin, float64(y+s.size.Y/2+5), s.names[row])
		for column, i := range images {
			at := image.Pt(left+column*(s.size.X+sheetGap), y)
			s.paint(to, image.Rectangle{Min: at, Max: at.Add(s.size)}, i)
		}
	}
	if s.footer != "" {
		to.Text(ink, s.face, sheetMargin, float64(height-sheetMargin-2), s.footer)
	}
	return to.Image
}

// paint draws an image: enlarged pixels stay squares.
func (s *sheet) paint(to draw.Image, r image.Rectangle, i int) {
	from := s.data.Picture(i)
	var scaler draw.Interpolator = draw.NearestNeighbor
	if s.size.X < s.data.Width || s.size.Y < s.data.Height {
		scaler = draw.CatmullRom
	}
	scaler.Scale(to, r, from, from.Bounds(), draw.Src, nil)
}
