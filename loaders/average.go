package loaders

import (
	"image"
	"math"
)

// average is a part of a picture as w×h pixels: each the mean of what it covers,
// edges by the share of a pixel that they cover. Where it is smaller than the
// part that is antialiasing; where it is larger, pixels become squares.
func average(at func(x, y int) float64, part image.Rectangle, w, h int) []float64 {
	rows := part.Dy()
	across := make([]float64, w*rows) // each row in itself
	for y := range rows {
		for x := range w {
			across[y*w+x] = mean(x, part.Dx(), w, func(k int) float64 { return at(part.Min.X+k, part.Min.Y+y) })
		}
	}
	out := make([]float64, w*h)
	for y := range h {
		for x := range w {
			out[y*w+x] = mean(y, rows, h, func(k int) float64 { return across[k*w+x] })
		}
	}
	return out
}

// mean is that over part i of n values in so many equal parts.
func mean(i, n, parts int, at func(k int) float64) float64 {
	from, end := float64(i)*float64(n)/float64(parts), float64(i+1)*float64(n)/float64(parts)
	sum := 0.0
	for k := int(from); float64(k) < end && k < n; k++ {
		sum += at(k) * (math.Min(end, float64(k+1)) - math.Max(from, float64(k)))
	}
	return sum / (end - from)
}
