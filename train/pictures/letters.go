package pictures

import (
	"image"
	"image/color"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// style is a kind of text.
type style uint8

const (
	body  style = iota
	small       // captions below a map
	bold        // names of columns
	title
)

// The sizes are in pixels: the smallest is what the Go fonts can be read at.
var sizes = [...]float64{body: 13, small: 11, bold: 13, title: 16}

// The Go fonts are part of the program, hence the same everywhere.
var (
	regularFont = parse(goregular.TTF)
	boldFont    = parse(gobold.TTF)
)

func parse(ttf []byte) *sfnt.Font {
	f, err := opentype.Parse(ttf)
	if err != nil {
		panic("pictures: " + err.Error()) // the data is compiled in
	}
	return f
}

// letters sets text in one picture. A face serves one goroutine at a time, so
// each picture has its own.
type letters [len(sizes)]font.Face

func newLetters() *letters {
	var l letters
	for s := range l {
		from := regularFont
		if s == int(bold) || s == int(title) {
			from = boldFont
		}
		face, err := opentype.NewFace(from, &opentype.FaceOptions{Size: sizes[s], DPI: 72, Hinting: font.HintingNone})
		if err != nil {
			panic("pictures: " + err.Error()) // its sizes are above
		}
		l[s] = face
	}
	return &l
}

// width is that of a line of text, in pixels.
func (l *letters) width(s style, text string) int {
	return font.MeasureString(l[s], text).Ceil()
}

// widest is the width of the widest of several lines.
func (l *letters) widest(s style, texts ...string) int {
	w := 0
	for _, t := range texts {
		w = max(w, l.width(s, t))
	}
	return w
}

// align says which end of a line of text is at its place.
type align uint8

const (
	left align = iota
	centre
	right
)

// write sets a line of text with the middle of its capital letters at height y.
func (l *letters) write(on *image.RGBA, s style, text string, x, y int, a align, c color.Color) {
	switch a {
	case centre:
		x -= l.width(s, text) / 2
	case right:
		x -= l.width(s, text)
	}
	capital := l[s].Metrics().CapHeight
	d := font.Drawer{Dst: on, Src: image.NewUniform(c), Face: l[s]}
	d.Dot = fixed.Point26_6{X: fixed.I(x), Y: fixed.I(y) + capital/2}
	d.DrawString(text)
}

// pair is two names with an arrow between them, each cut where both are wider than most.
func (l *letters) pair(a, b string, most int) string {
	const arrow = " → "
	if l.width(body, a+arrow+b) > most {
		half := (most - l.width(body, arrow)) / 2
		a, b = l.cut(body, a, half), l.cut(body, b, half)
	}
	return a + arrow + b
}

// cut is a line of text of which the middle gives way to … where it is wider than
// most: names that begin alike may end differently.
func (l *letters) cut(s style, text string, most int) string {
	runes := []rune(text)
	for keep := len(runes); l.width(s, text) > most && keep > 0; keep-- {
		text = string(runes[:(keep+1)/2]) + "…" + string(runes[len(runes)-keep/2:])
	}
	return text
}
