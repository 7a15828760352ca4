package drawn

import (
	"math"
	"sync"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gobolditalic"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/gomedium"
	"golang.org/x/image/font/gofont/gomediumitalic"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/gofont/gomonobolditalic"
	"golang.org/x/image/font/gofont/gomonoitalic"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// outline is the closed contours of one digit, which fill [-1, 1] in height.
type outline [][]point

// digitOutlines reads the ten digits of each font, once; and once more with the
// 0 and the 1 as most people write them, since the Go fonts give every 0 a
// slash and every 1 a foot.
var digitOutlines = sync.OnceValue(func() (hands [][10]outline) {
	for _, ttf := range [][]byte{
		goregular.TTF, goitalic.TTF, gomedium.TTF, gomediumitalic.TTF, gobold.TTF, gobolditalic.TTF,
		gomono.TTF, gomonoitalic.TTF, gomonobold.TTF, gomonobolditalic.TTF,
	} {
		font, err := sfnt.Parse(ttf)
		if err != nil {
			panic(err) // the font is compiled into the program
		}
		var digits [10]outline
		for d := range digits {
			digits[d] = fitOutline(glyph(font, '0'+rune(d)), 1)
		}
		bare := digits
		bare[0] = fitOutline(glyph(font, 'O'), 0.75)
		bare[1] = fitOutline(glyph(font, '|'), 1.5)
		hands = append(hands, digits, bare)
	}
	return hands
})

// glyph is the outline that draws r in a font that is compiled into the
// program, in font units, y down.
func glyph(font *sfnt.Font, r rune) outline {
	index, err := font.GlyphIndex(nil, r)
	if err != nil {
		panic(err)
	}
	// At a size of UnitsPerEm/64 pixels, a 64th of a pixel is one font unit.
	size := fixed.Int26_6(font.UnitsPerEm())
	segments, err := font.LoadGlyph(nil, index, size, nil)
	if err != nil {
		panic(err)
	}
	return flatten(segments)
}

// curveSamples is how many lines a curve is drawn as.
const curveSamples = 5

// flatten draws closed contours of lines and quadratic curves, which are what
// TrueType has, as lines.
func flatten(segments sfnt.Segments) outline {
	var o outline
	var from point
	for _, s := range segments {
		if s.Op == sfnt.SegmentOpMoveTo {
			o = append(o, nil)
			from = unfixed(s.Args[0])
			continue
		}
		// The segment that closes the contour ends at its first point, so each
		// adds its beginning and not its end.
		last := &o[len(o)-1]
		switch s.Op {
		case sfnt.SegmentOpLineTo:
			*last = append(*last, from)
			from = unfixed(s.Args[0])
		case sfnt.SegmentOpQuadTo:
			p, to := unfixed(s.Args[0]), unfixed(s.Args[1])
			for k := range curveSamples {
				t := float64(k) / curveSamples
				a, b, c := (1-t)*(1-t), 2*t*(1-t), t*t
				*last = append(*last, point{a*from.x + b*p.x + c*to.x, a*from.y + b*p.y + c*to.y})
			}
			from = to
		}
	}
	return o
}

// unfixed counts in 64ths.
func unfixed(p fixed.Point26_6) point { return point{float64(p.X), float64(p.Y)} }

// fitOutline centres an outline, scales it to height 2 and then its width by
// the given factor. The contours get points enough for an elastic distortion to
// bend them.
func fitOutline(o outline, width float64) outline {
	lo, hi := point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for _, contour := range o {
		for _, p := range contour {
			lo = point{min(lo.x, p.x), min(lo.y, p.y)}
			hi = point{max(hi.x, p.x), max(hi.y, p.y)}
		}
	}
	s := 2 / (hi.y - lo.y)
	for i, contour := range o {
		for j, p := range contour {
			contour[j] = point{width * s * (p.x - (lo.x+hi.x)/2), s * (p.y - (lo.y+hi.y)/2)}
		}
		o[i] = subdivide(contour, 0.15)
	}
	return o
}

// subdivide puts points on a closed contour's longer sides, so that none is
// longer than most.
func subdivide(contour []point, most float64) []point {
	var fine []point
	for i, p := range contour {
		q := contour[(i+1)%len(contour)]
		n := math.Ceil(math.Hypot(q.x-p.x, q.y-p.y) / most)
		for k := range int(n) {
			t := float64(k) / n
			fine = append(fine, point{p.x + t*(q.x-p.x), p.y + t*(q.y-p.y)})
		}
	}
	return fine
}

// thicken moves an outline outwards by d, or inwards where d is negative: a
// bolder or a lighter pen.
func thicken(o outline, d float64) outline {
	out := make(outline, len(o))
	for i, contour := range o {
		n := len(contour)
		out[i] = make([]point, n)
		for j, p := range contour {
			// TrueType has the ink on the right of the contour, so left is
			// outwards.
			v := normal(contour[(j+n-1)%n], contour[(j+1)%n])
			out[i][j] = point{p.x + d*v.x, p.y + d*v.y}
		}
	}
	return out
}
