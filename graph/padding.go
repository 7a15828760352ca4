package graph

import (
	"fmt"

	"euryale/internal/engine"
)

// Padding is what surrounds an image before a window slides over it: Valid, Same, or
// a number of pixels on each side.
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

// window is a square window that slides over an image, along one dimension.
type window struct {
	size, stride, dilation int
	padding                Padding
}

// reach is the number of pixels from the first that the window sees to the last.
func (w window) reach() int { return w.dilation*(w.size-1) + 1 }

// margins are the pixels to add before and after n pixels.
func (w window) margins(n int) (before, after int) {
	if w.padding != Same {
		return int(w.padding), int(w.padding)
	}
	out := (n + w.stride - 1) / w.stride
	total := max((out-1)*w.stride+w.reach()-n, 0)
	return total / 2, total - total/2
}

// positions is how often the window fits over n pixels and their margins, and 0
// where it does not fit (Dumoulin & Visin, arXiv:1603.07285).
func (w window) positions(n int) int {
	before, after := w.margins(n)
	if n+before+after < w.reach() {
		return 0
	}
	return (n+before+after-w.reach())/w.stride + 1
}

// slide is the height and width of what the window makes of an image.
func (w window) slide(in Shape) (height, width int, err error) {
	height, width = w.positions(in[1]), w.positions(in[2])
	if height < 1 || width < 1 {
		return 0, 0, mismatch(fmt.Sprintf("an image of at least %d×%d pixels", w.smallest(), w.smallest()), in)
	}
	return height, width, nil
}

// smallest is the side of the smallest image that the window fits on.
func (w window) smallest() int { return max(w.reach()-2*max(int(w.padding), 0), 1) }

// surround is the margins of an image of shape in on all four sides.
func (w window) surround(in Shape) engine.Margins {
	var m engine.Margins
	m.Top, m.Bottom = w.margins(in[1])
	m.Left, m.Right = w.margins(in[2])
	return m
}

// symmetric reports whether opposite sides have equal margins, as Gorgonia's ops want.
func symmetric(m engine.Margins) bool { return m.Top == m.Bottom && m.Left == m.Right }

// explain is the arithmetic of one dimension of n pixels.
func (w window) explain(name string, n int) string {
	before, after := w.margins(n)
	size := fmt.Sprint(n)
	if before+after > 0 {
		size += fmt.Sprintf("+%d", before+after)
	}
	return fmt.Sprintf("%s: (%s-%d)/%d+1 = %d", name, size, w.reach(), w.stride, w.positions(n))
}
