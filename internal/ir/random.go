package ir

import "fmt"

// Dropout makes 0 of a share of the elements, drawn in each training step, and
// multiplies the others by 1/(1-Rate). In inference it is not there.
type Dropout struct {
	Rate    float64
	Spatial bool // whole channels
}

func (d Dropout) String() string {
	if d.Spatial {
		return fmt.Sprintf("dropout of channels %v", d.Rate)
	}
	return fmt.Sprintf("dropout %v", d.Rate)
}

// Infer wants an image for channels.
func (d Dropout) Infer(in []Shape) (Shape, error) {
	if d.Spatial {
		if err := image(in[0]); err != nil {
			return nil, err
		}
	}
	return same(in)
}

// Noise adds normally distributed numbers, drawn in each training step. In
// inference it is not there.
type Noise struct{ Deviation float64 }

func (n Noise) String() string                { return fmt.Sprintf("noise %v", n.Deviation) }
func (Noise) Infer(in []Shape) (Shape, error) { return same(in) }
