package ir

import "fmt"

// MaxPool keeps the largest value of each window. Padding is never chosen.
type MaxPool struct{ Window }

func (p MaxPool) String() string { return "max-pool " + p.Window.String() }

// Infer wants an image on which the window fits, with a pixel in each place.
func (p MaxPool) Infer(in []Shape) (Shape, error) { return p.pooled(in[0]) }

// AveragePool is the mean over each window, of its pixels or, if it is counted,
// of the padding's zeros too.
type AveragePool struct {
	Window
	Counted bool
	Beyond  [2]int // of the padding below and on the right, what is never counted
}

func (p AveragePool) String() string {
	s := "average-pool " + p.Window.String()
	if !p.Counted {
		return s
	}
	s += ", padding counts"
	if p.Beyond != [2]int{} {
		s += fmt.Sprintf(" but for the last %d,%d", p.Beyond[0], p.Beyond[1])
	}
	return s
}

// Infer wants an image on which the window fits, with a pixel in each place.
func (p AveragePool) Infer(in []Shape) (Shape, error) { return p.pooled(in[0]) }

// pooled is the shape of an image of whose channels each is pooled by itself.
func (w Window) pooled(in Shape) (Shape, error) {
	if err := image(in); err != nil {
		return nil, err
	}
	out, err := w.over(in, in[0])
	if err != nil {
		return nil, err
	}
	for d := range 2 {
		for i := range out[d+1] {
			if w.blank(d, in[d+1], i) {
				return nil, mismatch(fmt.Sprintf("an image with a pixel in each window of %v", w), in)
			}
		}
	}
	return out, nil
}

// blank reports whether the window sees none of n pixels along axis d in its
// i-th place.
func (w Window) blank(d, n, i int) bool {
	for u := range w.Kernel[d] {
		if at := i*w.Stride[d] - w.Before[d] + u*w.Dilation[d]; at >= 0 && at < n {
			return false
		}
	}
	return true
}

// MaxImage is the largest value of each channel of an image.
type MaxImage struct{}

func (MaxImage) String() string { return "maximum over the image" }

// Infer wants an image.
func (MaxImage) Infer(in []Shape) (Shape, error) { return MeanImage{}.Infer(in) }
