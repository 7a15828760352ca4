package pictures

import (
	"image"
	"image/color"
	"math"

	"github.com/pkg/errors"

	"euryale/graph"
)

// Tiles draws a layer's output of one sample as small as can be: of (C, H, W) the
// first most channels, side by side in rows as nearly square as can be, with a
// pixel between them; of (C) a pixel each in such rows. Each channel is drawn from
// its smallest to its largest value, single pixels from those of all. The
// network's other shapes are drawn as one vector.
func Tiles(values []float32, shape graph.Shape, most int) (*image.Paletted, error) {
	if n := shape.TotalSize(); n != len(values) || n < 1 || most < 1 {
		return nil, errors.Errorf("tiles: want %d values of shape %v, and one of most tiles at least, got %d and %d", n, shape, len(values), most)
	}
	c, h, w, gap := len(values), 1, 1, 0
	if len(shape) == 3 && shape[1]*shape[2] > 1 {
		c, h, w, gap = shape[0], shape[1], shape[2], 1
	}
	c = min(c, most)
	across := int(math.Ceil(math.Sqrt(float64(c*(h+gap)) / float64(w+gap))))
	across = min(max(across, 1), c)
	down := (c + across - 1) / across
	m := image.NewPaletted(image.Rect(0, 0, across*(w+gap)-gap, down*(h+gap)-gap), heat)
	for i := range m.Pix {
		m.Pix[i] = uint8(len(heat) - 1) // nothing
	}
	for i := range c {
		tile, of := values[i*h*w:(i+1)*h*w], values
		if h*w > 1 {
			of = tile
		}
		low, high := extremes(of)
		x, y := i%across*(w+gap), i/across*(h+gap)
		for p, v := range tile {
			m.Pix[(y+p/w)*m.Stride+x+p%w] = heatOf(v, low, high)
		}
	}
	return m, nil
}

// heat are the colours of inferno, and none for where there is nothing.
var heat = func() (p color.Palette) {
	for i := range 255 {
		p = append(p, inferno.at(float64(i)/254))
	}
	return append(p, color.RGBA{})
}()

// heatOf is the place in heat of a value between two others.
func heatOf(v, low, high float32) uint8 {
	if !(high > low) || math.IsNaN(float64(v)) {
		return 0
	}
	share := (float64(v) - float64(low)) / (float64(high) - float64(low))
	return uint8(math.Round(254 * min(max(share, 0), 1)))
}

// extremes are the smallest and largest finite values.
func extremes(values []float32) (low, high float32) {
	low, high = math.MaxFloat32, -math.MaxFloat32
	for _, v := range values {
		if !math.IsInf(float64(v), 0) && !math.IsNaN(float64(v)) {
			low, high = min(low, v), max(high, v)
		}
	}
	return low, high
}
