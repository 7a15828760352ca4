package loaders

import (
	"image"

	"github.com/pkg/errors"
)

// tones are a picture's greys, 0 black to 255 white, row by row.
type tones struct {
	w, h int
	v    []uint8
}

// tonesOf are the greys of a picture on white paper.
func tonesOf(m image.Image) (*tones, error) {
	if m == nil || m.Bounds().Empty() {
		return nil, errors.New("want a picture of at least one pixel, got none")
	}
	b := m.Bounds()
	t := &tones{w: b.Dx(), h: b.Dy()}
	if t.h > mostBytes/t.w {
		return nil, errors.Errorf("want a picture of at most 2³¹ pixels, got %d×%d", t.w, t.h)
	}
	t.v = make([]uint8, t.w*t.h)
	for y := range t.h {
		row(m, t.v[y*t.w:(y+1)*t.w], b.Min.X, b.Min.Y+y)
	}
	return t, nil
}

// row fills to with the greys of a row, from x on.
func row(m image.Image, to []uint8, x, y int) {
	if g, ok := m.(*image.Gray); ok {
		copy(to, g.Pix[g.PixOffset(x, y):])
		return
	}
	at := colours(m)
	for i := range to {
		to[i] = grey(at(x+i, y))
	}
}

// grey is the tone of a colour, with the weights of ITU-R BT.601, as image/color
// has them.
func grey(r, g, b uint32) uint8 { return uint8((19595*r + 38470*g + 7471*b + 1<<15) >> 24) }

// colours reads a picture's pixels on white paper, each channel 0 to 65535.
func colours(m image.Image) func(x, y int) (r, g, b uint32) {
	if m, ok := m.(image.RGBA64Image); ok { // which does not allocate
		return func(x, y int) (r, g, b uint32) {
			c := m.RGBA64At(x, y)
			bare := 0xffff - uint32(c.A)
			return uint32(c.R) + bare, uint32(c.G) + bare, uint32(c.B) + bare
		}
	}
	return func(x, y int) (r, g, b uint32) {
		r, g, b, a := m.At(x, y).RGBA()
		return r + 0xffff - a, g + 0xffff - a, b + 0xffff - a
	}
}

// border counts the tones along the edges.
func (t *tones) border() (counts [256]int) {
	for x := range t.w {
		counts[t.v[x]]++
		counts[t.v[(t.h-1)*t.w+x]]++
	}
	for y := range t.h {
		counts[t.v[y*t.w]]++
		counts[t.v[y*t.w+t.w-1]]++
	}
	return counts
}

// quantile is the tone below or at which a share of those counted lie.
func quantile(counts *[256]int, share float64) int {
	all := 0
	for _, n := range counts {
		all += n
	}
	seen := 0
	for tone, n := range counts {
		if seen += n; float64(seen) >= share*float64(all) {
			return tone
		}
	}
	return 255
}

// bounds are the smallest and the largest tone.
func (t *tones) bounds() (least, most int) {
	least = 255
	for _, v := range t.v {
		least, most = min(least, int(v)), max(most, int(v))
	}
	return least, most
}
