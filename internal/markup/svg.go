package markup

import (
	"fmt"
	"strconv"
	"strings"
)

// The colours of a drawing, which has a light ground of its own: an image on a
// dark page cannot ask for the page's.
const (
	Paper = "#fbfbf9"
	Ink   = "#1a1a1a"
	Grey  = "#555555"
	Faint = "#d5d5d0"
)

// SVG is a drawing in the making, in pixels.
type SVG struct{ b strings.Builder }

// Num is x as a drawing writes it: to a tenth of a pixel.
func Num(x float64) string {
	s := strconv.FormatFloat(x, 'f', 1, 64)
	s = strings.TrimSuffix(s, ".0")
	if s == "-0" {
		return "0"
	}
	return s
}

// Add adds an element: a format of which each float64 is written by Num, and
// each string escaped.
func (s *SVG) Add(format string, args ...any) {
	for i, a := range args {
		switch a := a.(type) {
		case float64:
			args[i] = Num(a)
		case string:
			args[i] = Escape(a)
		}
	}
	fmt.Fprintf(&s.b, format+"\n", args...)
}

// Text adds a line of text, x and y at its base line: at its left end, or where
// anchor says, start, middle or end.
func (s *SVG) Text(x, y, size float64, bold bool, anchor, colour, text string) {
	weight := ""
	if bold {
		weight = ` font-weight="bold"`
	}
	if anchor != "start" {
		weight += ` text-anchor="` + anchor + `"`
	}
	s.Add(`<text x="%s" y="%s" font-size="%s"`+weight+` fill="%s">%s</text>`, x, y, size, colour, text)
}

// Document is the drawing, which stands alone, with words for those who cannot
// see it.
func (s *SVG) Document(width, height float64, title string) string {
	var d SVG
	d.Add(`<svg xmlns="http://www.w3.org/2000/svg" width="%[1]s" height="%[2]s" viewBox="0 0 %[1]s %[2]s" role="img" aria-label="%[3]s" font-family="sans-serif" style="max-width:100%%;height:auto">`, width, height, title)
	d.Add(`<title>%s</title>`, title)
	d.Add(`<rect x="0.5" y="0.5" width="%s" height="%s" rx="6" fill="`+Paper+`" stroke="`+Faint+`"/>`, width-1, height-1)
	return d.b.String() + s.b.String() + "</svg>\n"
}
