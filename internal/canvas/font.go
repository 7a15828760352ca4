package canvas

import (
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
)

// The Go fonts are part of the program, hence the same everywhere.
var (
	regular = parse(goregular.TTF)
	bold    = parse(gobold.TTF)
)

func parse(ttf []byte) *sfnt.Font {
	f, err := opentype.Parse(ttf)
	if err != nil {
		panic("canvas: " + err.Error()) // the data is compiled in
	}
	return f
}

// Regular is the Go font in a size in pixels, fitted to them. A face serves one
// goroutine at a time.
func Regular(size float64) font.Face { return face(regular, size, font.HintingFull) }

// Bold is the bold Go font, as it was drawn.
func Bold(size float64) font.Face { return face(bold, size, font.HintingNone) }

func face(f *sfnt.Font, size float64, h font.Hinting) font.Face {
	made, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: h})
	if err != nil {
		panic("canvas: " + err.Error()) // no size makes one
	}
	return made
}
