package graph

import (
	"fmt"

	"euryale/internal/ir"
)

// pooling is what the pools have in common.
type pooling struct {
	size, stride, dilation Size
	padding                Padding
	ceil                   bool
}

// window is the pool's window over an image of shape in, and how many pixels of
// its padding below and on the right are there for ceil alone.
func (p pooling) window(in Shape) (w ir.Window, beyond [2]int) {
	size := p.size.or(2)
	stride := size
	if p.stride != 0 {
		stride = p.stride.pair()
	}
	w = slide(size, stride, p.dilation.or(1), p.padding, in)
	if !p.ceil {
		return w, beyond
	}
	for d := range 2 {
		beyond[d] = lacking(w, d, in[d+1])
		w.After[d] += beyond[d]
	}
	return w, beyond
}

// lacking is how many pixels more a last window needs that n pixels and their
// padding leave no room for, but that begins before the padding behind them.
func lacking(w ir.Window, d, n int) int {
	padded := n + w.Before[d] + w.After[d]
	last := 0 // where it begins
	if free := padded - w.Reach(d); free > 0 {
		last = (free + w.Stride[d] - 1) / w.Stride[d] * w.Stride[d]
	}
	if last >= n+w.Before[d] {
		return 0
	}
	return max(last+w.Reach(d)-padded, 0)
}

// check reports the first field that is out of range.
func (p pooling) check() error {
	if err := wantSize("Size", p.size, "2"); err != nil {
		return err
	}
	if err := wantSize("Stride", p.stride, "Size"); err != nil {
		return err
	}
	if err := wantSize("Dilation", p.dilation, "1"); err != nil {
		return err
	}
	if p.padding.huge() {
		return wantPadding("Padding", p.padding)
	}
	// A wider margin would hold windows with no pixel in them.
	size, dilation, pads := p.size.or(2), p.dilation.or(1), p.padding.sides()
	var most [2]int
	for d := range most {
		most[d] = dilation[d] * (size[d] - 1)
	}
	if !p.padding.valid() || max(pads[0], pads[1]) > most[0] || max(pads[2], pads[3]) > most[1] {
		return badField("Padding", fmt.Sprintf("Valid, Same or at most %s pixels", printPair(most)), p.padding)
	}
	return nil
}

// explain shows the output's sides, and what is made of each window.
func (p pooling) explain(what string, in Shape) Arithmetic {
	w, _ := p.window(in)
	return Arithmetic{Lines: append(explainSides(w, in), fmt.Sprintf("the %s of each %d×%d, no weights", what, w.Kernel[0], w.Kernel[1]))}
}
