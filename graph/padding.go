package graph

import (
	"fmt"
	"math"

	"euryale/internal/ir"
)

// Padding is what surrounds an image before a window slides over it: Valid,
// Same, a number of pixels on each side, or Pads.
type Padding int64

const (
	// Valid adds nothing: the output shrinks by the window.
	Valid Padding = 0
	// Same adds what makes the output ⌈size/stride⌉, the odd pixel at the
	// bottom and right, as Keras does.
	Same Padding = -1
)

// padsMark marks a Padding of four numbers, which holds each in padBits.
const (
	padsMark = 1 << 62
	padBits  = 15
)

// mostPad is what each of four paddings stays below.
const mostPad = 1 << 14

// Pads are so many pixels at the top, the bottom, on the left and on the right,
// each below 16384: PyTorch's padding (h, w) is Pads(h, h, w, w), ONNX' pads
// (t, l, b, r) are Pads(t, b, l, r). They are printed as the code that makes
// them.
func Pads(top, bottom, left, right int) Padding {
	if top == bottom && top == left && top == right && top >= 0 {
		return Padding(top)
	}
	p := Padding(0)
	for _, n := range []int{top, bottom, left, right} {
		p = p<<padBits | Padding(pack(n, padBits))
	}
	return padsMark | p
}

// plain reports whether p is Same or one number, and no Pads.
func (p Padding) plain() bool { return p>>(4*padBits) != padsMark>>(4*padBits) }

// sides are the pixels at the top, the bottom, on the left and on the right;
// what Same adds depends on the image, and is 0 here.
func (p Padding) sides() [4]int {
	if p.plain() {
		n := int(min(max(p, 0), math.MaxInt32))
		return [4]int{n, n, n, n}
	}
	at := func(i int) int { return unpack(int64(p>>(i*padBits)), padBits) }
	return [4]int{at(3), at(2), at(1), at(0)}
}

// valid reports whether p is Same, or no side of it is below zero or out of all
// proportion.
func (p Padding) valid() bool {
	s := p.sides()
	return p >= Same && min(s[0], s[1], s[2], s[3]) >= 0 && !p.huge()
}

// huge reports whether p is a number that sums of its like overflow with, or one of
// four that there is no room for.
func (p Padding) huge() bool {
	if p.plain() {
		return p >= mostPixels
	}
	s := p.sides()
	return max(s[0], s[1], s[2], s[3]) >= mostPad
}

// String is the padding as code: Same, 1, Pads(0, 1, 0, 1).
func (p Padding) String() string {
	switch {
	case p == Valid:
		return "Valid"
	case p == Same:
		return "Same"
	case p.plain():
		return fmt.Sprint(int64(p))
	}
	s := p.sides()
	at := func(i int) string { return printSide(s[i], padBits) }
	return fmt.Sprintf("Pads(%s, %s, %s, %s)", at(0), at(1), at(2), at(3))
}

// wantPadding reports a padding in the field of that name that is none.
func wantPadding(field string, p Padding) error {
	if p.valid() {
		return nil
	}
	if p.huge() {
		return hugePadding(field, p)
	}
	return badField(field, "Valid, Same, a number of pixels or Pads", p)
}

// hugePadding is the error of a padding that is huge.
func hugePadding(field string, p Padding) error {
	if p.plain() {
		return badField(field, "below 2³⁰", p)
	}
	return badField(field, fmt.Sprintf("of sides below %d", mostPad), p)
}

// slide is a window over an image of shape in (C, H, W). Each pair is height,
// then width.
func slide(kernel, stride, dilation [2]int, p Padding, in Shape) ir.Window {
	s := p.sides()
	w := ir.Window{
		Kernel: kernel, Stride: stride, Dilation: dilation,
		Before: [2]int{s[0], s[2]}, After: [2]int{s[1], s[3]},
	}
	if p != Same {
		return w
	}
	for d := range 2 {
		n := in[d+1]
		out := (n + stride[d] - 1) / stride[d]
		total := max((out-1)*stride[d]+w.Reach(d)-n, 0)
		w.Before[d], w.After[d] = total/2, total-total/2
	}
	return w
}

// explainSides is the arithmetic of an image's height and width under a window.
func explainSides(w ir.Window, in Shape) []string {
	var lines []string
	for d, name := range []string{"height", "width"} {
		size := fmt.Sprint(in[d+1])
		if pad := w.Before[d] + w.After[d]; pad > 0 {
			size += fmt.Sprintf("+%d", pad)
		}
		lines = append(lines, fmt.Sprintf("%s: ⌊(%s-%d)/%d⌋+1 = %d", name, size, w.Reach(d), w.Stride[d], w.Positions(d, in[d+1])))
	}
	return lines
}
