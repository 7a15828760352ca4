package prepare

import "image"

// taps say which pixels of a side each pixel of another is the weighted mean of.
type taps struct {
	n       int       // pixels
	first   []int     // of each, the first pixel
	weights [][]int32 // of each, the weights from that on, in units of 2⁻²²; nil for one that is black
	copies  bool      // each is the pixel of its number in the other; there are no first and weights
}

// precision is the weights' number of bits behind the point: what 8 bits of a pixel
// and 2 to spare leave of 32, as in Pillow.
const precision = 32 - 8 - 2

// newTaps are those of the n pixels from at on, of a side of whole pixels that a
// side of from pixels is resized to. A weight falls off linearly with the distance
// from the pixel's centre, over as many pixels as lie between two centres, but one
// at least: the triangle filter, which is bilinear interpolation where the side
// grows. Pixels beyond the side are black.
func newTaps(from, whole, at, n int) taps {
	if from == whole && at == 0 && n == whole {
		return taps{n: n, copies: true}
	}
	t := taps{n: n, first: make([]int, n), weights: make([][]int32, n)}
	scale := float64(from) / float64(whole)
	reach := max(scale, 1)
	for i := range n {
		place := at + i
		switch {
		case place < 0 || place >= whole:
			continue
		case from == whole:
			t.first[i], t.weights[i] = place, []int32{1 << precision}
			continue
		}
		centre := (float64(place) + 0.5) * scale
		first := max(int(centre-reach+0.5), 0)
		end := min(int(centre+reach+0.5), from)
		t.first[i], t.weights[i] = first, triangle(first, end, centre, reach)
	}
	return t
}

// triangle is the weights of the pixels from first to end, which add up to 1.
func triangle(first, end int, centre, reach float64) []int32 {
	weights := make([]float64, end-first)
	sum := 0.0
	for i := range weights {
		d := (float64(first+i) - centre + 0.5) * (1 / reach)
		weights[i] = max(1-max(d, -d), 0)
		sum += weights[i]
	}
	rounded := make([]int32, len(weights))
	for i, w := range weights {
		rounded[i] = int32(0.5 + w/sum*(1<<precision))
	}
	return rounded
}

// at is the mean of the pixels, one each step, that pixel i is made of.
func (t taps) at(i int, pixels []uint8, step int) uint8 {
	if t.weights[i] == nil {
		return 0
	}
	sum := int32(1 << (precision - 1))
	place := t.first[i] * step
	for _, w := range t.weights[i] {
		sum += w * int32(pixels[place])
		place += step
	}
	return uint8(min(max(sum>>precision, 0), 255))
}

// resample resizes rows, and then columns; between, pixels are rounded.
func resample(plane []uint8, from image.Point, across, down taps) []uint8 {
	w, h := across.n, down.n
	rows := plane
	if !across.copies {
		top, end := down.reach(from.Y)
		rows = make([]uint8, w*from.Y)
		for y := top; y < end; y++ {
			row := plane[y*from.X : (y+1)*from.X]
			for x := range w {
				rows[y*w+x] = across.at(x, row, 1)
			}
		}
	}
	if down.copies {
		return rows
	}
	pixels := make([]uint8, w*h)
	for y := range h {
		for x := range w {
			pixels[y*w+x] = down.at(y, rows[x:], w)
		}
	}
	return pixels
}

// reach is from which to which of n pixels the taps look at, the last one
// excluded.
func (t taps) reach(n int) (from, to int) {
	if t.copies {
		return 0, n
	}
	from = n
	for i, w := range t.weights {
		if w != nil {
			from, to = min(from, t.first[i]), max(to, t.first[i]+len(w))
		}
	}
	return from, to
}
