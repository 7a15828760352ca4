package ir

import "fmt"

// Window slides over an image. Each pair is height, then width.
type Window struct {
	Kernel, Stride, Dilation [2]int
	Before, After            [2]int // padding above and on the left, below and on the right
}

// Square is a window that is alike in both directions.
func Square(kernel, stride, dilation, padding int) Window {
	both := func(n int) [2]int { return [2]int{n, n} }
	return Window{both(kernel), both(stride), both(dilation), both(padding), both(padding)}
}

// Reach is the number of pixels from the first that the window sees to the
// last, along axis d.
func (w Window) Reach(d int) int { return w.Dilation[d]*(w.Kernel[d]-1) + 1 }

// Positions is how often the window fits over n pixels and their padding along
// axis d, and 0 where it does not fit (Dumoulin & Visin, arXiv:1603.07285).
func (w Window) Positions(d, n int) int {
	free := n + w.Before[d] + w.After[d] - w.Reach(d)
	if free < 0 {
		return 0
	}
	return free/w.Stride[d] + 1
}

// Symmetric reports whether opposite sides are padded alike.
func (w Window) Symmetric() bool { return w.Before == w.After }

// over is the shape of an image of c channels that the window makes of in.
func (w Window) over(in Shape, c int) (Shape, error) {
	if err := image(in); err != nil {
		return nil, err
	}
	out := Shape{c, w.Positions(0, in[1]), w.Positions(1, in[2])}
	if out[1] < 1 || out[2] < 1 {
		return nil, mismatch(fmt.Sprintf("an image of at least %d×%d pixels", w.smallest(0), w.smallest(1)), in)
	}
	return bounded(in, out)
}

// smallest is the side of the smallest image that the window fits on.
func (w Window) smallest(d int) int { return max(w.Reach(d)-w.Before[d]-w.After[d], 1) }

// String is the window's size and stride, and what else it has: 3×3/1.
func (w Window) String() string {
	s := fmt.Sprintf("%d×%d/%d", w.Kernel[0], w.Kernel[1], w.Stride[0])
	if w.Stride[0] != w.Stride[1] {
		s += fmt.Sprintf("×%d", w.Stride[1])
	}
	switch {
	case w.Before == [2]int{} && w.After == [2]int{}:
	case w.Before == w.After && w.Before[0] == w.Before[1]:
		s += fmt.Sprintf(" padded %d", w.Before[0])
	default:
		s += fmt.Sprintf(" padded %d,%d,%d,%d", w.Before[0], w.After[0], w.Before[1], w.After[1])
	}
	if w.Dilation != [2]int{1, 1} {
		s += fmt.Sprintf(" dilated %d×%d", w.Dilation[0], w.Dilation[1])
	}
	return s
}
