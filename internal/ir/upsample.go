package ir

import "fmt"

// Interpolation is how pixels are made of those around them.
type Interpolation string

// The interpolations.
const (
	Nearest  Interpolation = "nearest"
	Bilinear Interpolation = "bilinear"
	Bicubic  Interpolation = "bicubic"
)

// Upsample makes an image of another size.
type Upsample struct {
	H, W int
	By   Interpolation
}

func (u Upsample) String() string { return fmt.Sprintf("upsample to %d×%d, %s", u.H, u.W, u.By) }

// Infer wants an image.
func (u Upsample) Infer(in []Shape) (Shape, error) {
	if err := image(in[0]); err != nil {
		return nil, err
	}
	return bounded(in[0], Shape{in[0][0], u.H, u.W})
}
