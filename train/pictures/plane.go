package pictures

import (
	"image"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"
)

// plane is numbers in rows and columns: one channel of an image, or of a
// filter.
type plane struct {
	width, height int
	values        []float64 // row by row
}

// planes cuts a tensor (N, C, H, W) into N lists of C planes.
func planes(t *tensor.Dense) ([][]plane, error) {
	values, err := floats(t)
	if err != nil {
		return nil, err
	}
	s := t.Shape()
	size := s[2] * s[3]
	out := make([][]plane, s[0])
	for i := range s[0] * s[1] {
		out[i/s[1]] = append(out[i/s[1]], plane{s[3], s[2], values[i*size : (i+1)*size]})
	}
	return out, nil
}

// floats copies a tensor's values.
func floats(t *tensor.Dense) ([]float64, error) {
	switch d := t.Data().(type) {
	case []float64:
		return append([]float64(nil), d...), nil
	case []float32:
		out := make([]float64, len(d))
		for i, v := range d {
			out[i] = float64(v)
		}
		return out, nil
	}
	return nil, errors.Errorf("pictures: want float32 or float64 values, got %v", t.Dtype())
}

// bounds are the smallest and the largest value.
func (p plane) bounds() (low, high float64) {
	low, high = p.values[0], p.values[0]
	for _, v := range p.values {
		low, high = min(low, v), max(high, v)
	}
	return low, high
}

// paint is p in the colours of r, from low to high. Where these are equal all
// is the lowest colour, as in matplotlib.
func (p plane) paint(r ramp, low, high float64) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, p.width, p.height))
	for i, v := range p.values {
		img.SetRGBA(i%p.width, i/p.width, r.at((v-low)/(high-low)))
	}
	return img
}
