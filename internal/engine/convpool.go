package engine

import (
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"

	"euryale/internal/f32"
)

// convPool is a max-pool right behind a convolution, whose windows lie side by
// side: what it pools is never laid out whole. The largest value after a cut is
// that before it, cut: so there is less to cut.
type convPool struct {
	h, w       int // of a window
	rows, cols int // of the output, for an image
	fp         int
	taps       []int   // of a window on rows of the gradient
	codes      []uint8 // of its pixels
	arg        []uint8 // which pixel of its window each output comes from
	args       *buffer[uint8]

	strip struct { // what is pooled
		c, pixel int // values of a pixel, and from one to the next
		taps     []int
	}
}

// newPool is the pool of c behind s, which then computes no row or column that
// is not in a window.
func (s *convLast) newPool(name string, c ConvLastConfig) (*convPool, error) {
	if len(c.Pool) != 2 || min(c.Pool[0], c.Pool[1]) < 1 || c.Pool[0]*c.Pool[1] > f32.MostCodes || c.Skip != nil {
		return nil, errors.Errorf("%s: want a pool of two sides, at most %d pixels, and no sum with it, got %v", name, f32.MostCodes, c.Pool)
	}
	p := &convPool{h: c.Pool[0], w: c.Pool[1], fp: f32.PadChannels(s.f)}
	if s.rows < p.h || s.cols < p.w {
		return nil, errors.Errorf("%s: want room for a window of %v, got %d×%d", name, c.Pool, s.rows, s.cols)
	}
	p.rows, p.cols = s.rows/p.h, s.cols/p.w
	s.rows, s.cols = p.rows*p.h, p.cols*p.w
	p.taps = p.tapsOn(s.cols)
	for t := range p.taps {
		p.codes = append(p.codes, uint8(t))
	}
	p.strip.c, p.strip.pixel = p.fp, p.fp
	if f32.Current() == f32.Generic { // which goes through values one by one
		p.strip.c = s.f
		if c.Tile == 0 { // else whole vectors are made
			p.strip.pixel = s.f
		}
	}
	p.strip.taps = p.windowOn(s.cols, p.strip.pixel)
	return p, nil
}

// tapsOn are a window's pixels on rows of so many pixels; none without a pool.
func (p *convPool) tapsOn(cols int) []int {
	if p == nil {
		return nil
	}
	return p.windowOn(cols, p.fp)
}

// windowOn is tapsOn for pixels that are so many values apart.
func (p *convPool) windowOn(cols, pixel int) (taps []int) {
	for u := range p.h {
		for v := range p.w {
			taps = append(taps, (u*cols+v)*pixel)
		}
	}
	return taps
}

// high and wide are the window's sides; that of no pool has one pixel.
func (p *convPool) high() int {
	if p == nil {
		return 1
	}
	return p.h
}

func (p *convPool) wide() int {
	if p == nil {
		return 1
	}
	return p.w
}

// remember makes room for where n outputs come from.
func (p *convPool) remember(on *G.Node, n int) {
	if p != nil {
		p.args = newBuffer[uint8](on, n)
		p.args.hold(&p.arg)
	}
}

// buffers are what the backward pass needs of the forward pass.
func (p *convPool) buffers() []Buffer {
	if p == nil {
		return nil
	}
	return []Buffer{p.args}
}

// part is where the outputs of the rows [from, to) of an image lie.
func (p *convPool) part(image, from, to int) (at, end int) {
	row := p.cols * p.fp
	return (image*p.rows + from) * row, (image*p.rows + to) * row
}

// apply pools the rows [from, to) of an image, whole windows, and returns what
// it has made.
func (p *convPool) apply(made, strip []float32, image, from, to int) []float32 {
	at, end := p.part(image, from/p.h, to/p.h)
	s := &p.strip
	row, lines := p.cols*p.fp, p.h*p.w*p.cols*s.pixel
	y, arg := made[at:end], p.arg[at:end]
	for r := range (to - from) / p.h {
		y, arg, strip := y[r*row:], arg[r*row:], strip[r*lines:]
		if s.c < p.fp {
			f32.MaxPoolTo(y, arg, p.fp, strip, s.taps, p.codes, p.cols, p.w*s.pixel, s.c)
		} else {
			f32.MaxPool(y, arg, strip, s.taps, p.codes, p.cols, p.w*s.pixel, s.c)
		}
	}
	return y
}

// spread adds the gradients of an image's outputs to where they come from, in
// the rows [from, to) of g, which has the form of h. Rows outside of the image
// are left as they are.
func (p *convPool) spread(g []float32, op *convLastGradOp, h halo, image, from, to int) {
	first, last := max(floorDiv(from, p.h), 0), min((to+p.h-1)/p.h, p.rows)
	if first >= last {
		return
	}
	at, _ := p.part(image, first, last)
	outputs, buffer := p.before(op, image, first, last)
	row := p.cols * p.fp
	for r := first; r < last; r++ {
		top, bottom := max(r*p.h, from), min((r+1)*p.h, to)
		count := (bottom - top) * p.w // pixels of a window that are in these rows
		skip := (top - r*p.h) * p.w
		f32.MaxPoolGrad(g[((top-from)*h.width+h.left)*p.fp:], outputs[(r-first)*row:], p.arg[at+(r-first)*row:],
			h.taps[:count], p.codes[skip:skip+count], p.cols, p.w*p.fp, p.fp)
	}
	if buffer != nil {
		scratch.put(buffer)
	}
}

// before is the gradient before the cut of the rows [from, to) of an image. The
// buffer is nil or goes back.
func (p *convPool) before(op *convLastGradOp, image, from, to int) (g, buffer []float32) {
	at, end := p.part(image, from, to)
	if op.conv.cut == Uncut {
		return op.g[at:end], nil
	}
	buffer = scratch.get(end - at)
	op.conv.cut.gradient(buffer, op.g[at:end], op.made[at:end])
	return buffer, buffer
}
