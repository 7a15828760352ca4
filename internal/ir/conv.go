package ir

import "fmt"

// Conv is a 2-D cross-correlation of an image (C, H, W) with a kernel
// (F, C/groups, kh, kw): the channels and the filters are cut into groups, and
// each filter sees the channels of its own.
type Conv struct {
	Window
	Groups int // 0 means 1
}

func (c Conv) String() string { return "conv " + c.Window.String() + printGroups(c.Groups) }

// Infer wants an image on which the window fits.
func (c Conv) Infer(in []Shape) (Shape, error) { return c.over(in[0], in[1][0]) }

// MultiplyAdds is one for each weight and place.
func (c Conv) MultiplyAdds(in []Shape, out Shape) int {
	return in[1].TotalSize() * out[1] * out[2]
}

// printGroups is the number of groups behind a convolution.
func printGroups(n int) string {
	if n < 2 {
		return ""
	}
	return fmt.Sprintf(" in %d groups", n)
}
