package graph

import (
	"fmt"

	"euryale/internal/ir"
)

// Padding is what surrounds an image before a window slides over it: Valid,
// Same, or a number of pixels on each side.
type Padding int

const (
	// Valid adds nothing: the output shrinks by the window.
	Valid Padding = 0
	// Same adds what makes the output ⌈size/stride⌉, the odd pixel at the
	// bottom and right, as Keras does.
	Same Padding = -1
)

func (p Padding) String() string {
	switch p {
	case Valid:
		return "Valid"
	case Same:
		return "Same"
	}
	return fmt.Sprint(int(p))
}

// slide is a square window over an image of shape in (C, H, W).
func slide(kernel, stride, dilation int, p Padding, in Shape) ir.Window {
	w := ir.Square(kernel, stride, dilation, max(int(p), 0))
	if p != Same {
		return w
	}
	for d := range 2 {
		n := in[d+1]
		out := (n + stride - 1) / stride
		total := max((out-1)*stride+w.Reach(d)-n, 0)
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
