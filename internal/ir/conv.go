package ir

// Conv is a 2-D cross-correlation of an image (C, H, W) with a kernel
// (F, C, kh, kw).
type Conv struct{ Window }

func (c Conv) String() string { return "conv " + c.Window.String() }

// Infer wants an image on which the window fits.
func (c Conv) Infer(in []Shape) (Shape, error) { return c.over(in[0], in[1][0]) }

// MultiplyAdds is one for each weight and place.
func (c Conv) MultiplyAdds(in []Shape, out Shape) int {
	return in[1].TotalSize() * out[1] * out[2]
}

// MaxPool keeps the largest value of each window. Padding is never chosen.
type MaxPool struct{ Window }

func (p MaxPool) String() string { return "max-pool " + p.Window.String() }

// Infer wants an image on which the window fits.
func (p MaxPool) Infer(in []Shape) (Shape, error) {
	if err := image(in[0]); err != nil {
		return nil, err
	}
	return p.over(in[0], in[0][0])
}
