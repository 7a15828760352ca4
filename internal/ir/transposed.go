package ir

import "fmt"

// ConvTranspose is the transpose of a cross-correlation with the same window:
// each value of an image (F, H, W), times each weight of its kernels
// (F, C/groups, kh, kw), is added to a pixel of the output (C, H', W').
type ConvTranspose struct {
	Window
	Lengthen [2]int // rows below and columns on the right that the window left out
	Groups   int    // 0 means 1
}

func (c ConvTranspose) String() string {
	s := "transposed conv " + c.Window.String()
	if c.Lengthen != [2]int{} {
		s += fmt.Sprintf(" lengthened %d×%d", c.Lengthen[0], c.Lengthen[1])
	}
	return s + printGroups(c.Groups)
}

// Side is how long n pixels become along axis d.
func (c ConvTranspose) Side(d, n int) int {
	return (n-1)*c.Stride[d] + c.Reach(d) - c.Before[d] - c.After[d] + c.Lengthen[d]
}

// Infer wants an image of which the padding leaves something.
func (c ConvTranspose) Infer(in []Shape) (Shape, error) {
	if err := image(in[0]); err != nil {
		return nil, err
	}
	out := Shape{in[1][1] * max(c.Groups, 1), c.Side(0, in[0][1]), c.Side(1, in[0][2])}
	if out[1] < 1 || out[2] < 1 {
		return nil, mismatch(fmt.Sprintf("an image of at least %d×%d pixels", c.least(0), c.least(1)), in[0])
	}
	return bounded(in[0], out)
}

// least is the smallest side that gives a pixel along axis d.
func (c ConvTranspose) least(d int) int {
	missing := max(1-c.Side(d, 1), 0)
	return 1 + (missing+c.Stride[d]-1)/c.Stride[d]
}

// MultiplyAdds is one for each weight and pixel.
func (c ConvTranspose) MultiplyAdds(in []Shape, _ Shape) int {
	return in[1].TotalSize() * in[0][1] * in[0][2]
}
