package augment

import "math"

// Blur averages the values around each, weighted by a Gaussian whose deviation is
// drawn evenly between 0 and Sigma, as far as three deviations go. Beyond the edge
// is the image in a mirror.
type Blur struct {
	Sigma float64 // pixels, above 0, at most 20
}

var _ Transform = Blur{}

func (t Blur) String() string        { return text("blur", t.Sigma) }
func (t Blur) check() error          { return within("a deviation", " pixels", t.Sigma, 20) }
func (Blur) suits(_, _, _ int) error { return nil }
func (t Blur) apply(im *image)       { im.blur(t.Sigma * (1 - im.rng.Float64())) }

func (im *image) blur(sigma float64) {
	radius := int(math.Ceil(3 * sigma))
	im.gauss(sigma, radius)
	w := im.w
	im.line = room(im.line, w+2*radius)
	for row := range im.c * im.h { // along the rows
		x := im.x[row*w : (row+1)*w]
		for j := range im.line {
			im.line[j] = x[fold(j-radius, w)]
		}
		for j := range x {
			var sum float32
			for k, weight := range im.kernel {
				sum += weight * im.line[j+k]
			}
			x[j] = sum
		}
	}
	for row := range im.c * im.h { // down the columns
		top, y := row/im.h*im.h, row%im.h
		to := im.spare[row*w : (row+1)*w]
		clear(to)
		for k, weight := range im.kernel {
			for j, v := range im.x[(top+fold(y+k-radius, im.h))*w:][:w] {
				to[j] += weight * v
			}
		}
	}
	im.swap()
}

// gauss makes the kernel the weights of 2·radius+1 neighbours.
func (im *image) gauss(sigma float64, radius int) {
	im.kernel = room(im.kernel, 2*radius+1)
	var sum float64
	for k := range im.kernel {
		d := float64(k-radius) / sigma
		sum += math.Exp(-d * d / 2)
	}
	for k := range im.kernel {
		d := float64(k-radius) / sigma
		im.kernel[k] = float32(math.Exp(-d*d/2) / sum)
	}
}

// room is n values, those of s where there are as many.
func room(s []float32, n int) []float32 {
	if cap(s) < n {
		return make([]float32, n)
	}
	return s[:n]
}
