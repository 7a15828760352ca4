package filters

import (
	"image"
	"slices"

	"github.com/pkg/errors"
)

// Arithmetic is how a filter comes to one pixel of one channel.
type Arithmetic struct {
	Channel  string // grey, red, green or blue
	Pixels   Matrix // the neighbourhood, in values from 0 to 255
	Weights  Matrix // the filter's matrix; nil in a median
	Products Matrix // Pixels times Weights, one by one; nil in a median
	Sum      float64
	Factor   float64
	Bias     float64
	Value    float64 // Sum · Factor + Bias, or the middle one of Sorted
	Result   float64 // Value rounded to what the picture can hold and clamped to 0…255

	Sorted []float64 // in a median, the pixels in order of size
}

// Explain is the arithmetic behind pixel x, y of the filtered picture, counted from the
// upper left corner of the picture that goes in, for each channel.
//
// It is an error if there is no such pixel or, with Valid, the window on it
// reaches over the edge.
func (f Filter) Explain(picture image.Image, x, y int, e Edge) ([]Arithmetic, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	r, err := newRaster(picture)
	if err != nil {
		return nil, err
	}
	h, w := f.Window()
	switch {
	case x < 0 || y < 0 || x >= r.w || y >= r.h:
		return nil, errors.Errorf("want a pixel from 0,0 to %d,%d, got %d,%d", r.w-1, r.h-1, x, y)
	case e == Valid && (r.w < w || r.h < h):
		return nil, errors.Errorf("want a picture of at least %d×%d pixels, got %d×%d", w, h, r.w, r.h)
	case e == Valid && (x < w/2 || y < h/2 || x+w/2 >= r.w || y+h/2 >= r.h):
		return nil, errors.Errorf("want a pixel from %d,%d to %d,%d, where the window of %d×%d is on the picture, got %d,%d",
			w/2, h/2, r.w-1-w/2, r.h-1-h/2, w, h, x, y)
	}
	var all []Arithmetic
	for c, name := range r.channelNames() {
		a := f.arithmetic(r.neighbourhood(c, y, x, h, w, e))
		a.Channel = name
		a.Result = r.rounded(a.Value)
		all = append(all, a)
	}
	return all, nil
}

func (f Filter) arithmetic(pixels Matrix) Arithmetic {
	a := Arithmetic{Pixels: pixels}
	if !f.Convolves() {
		a.Sorted = slices.Concat(pixels...)
		slices.Sort(a.Sorted)
		a.Value = a.Sorted[len(a.Sorted)/2]
		return a
	}
	a.Weights, a.Factor, a.Bias = f.Matrix, f.factor(), f.Bias
	for i, row := range pixels {
		products := make([]float64, len(row))
		for j, v := range row {
			products[j] = v * f.Matrix[i][j]
			a.Sum += products[j]
		}
		a.Products = append(a.Products, products)
	}
	a.Value = a.Sum*a.Factor + a.Bias
	return a
}

// neighbourhood is the pixels under a window on pixel y, x.
func (r *raster) neighbourhood(c, y, x, h, w int, e Edge) Matrix {
	columns := make([]int, w)
	for j := range columns {
		columns[j] = e.at(x+j-w/2, r.w)
	}
	row := make([]float32, w)
	m := make(Matrix, h)
	for i := range m {
		r.read(row, c, e.at(y+i-h/2, r.h), columns)
		for _, v := range row {
			m[i] = append(m[i], float64(v))
		}
	}
	return m
}

// rounded is a value as the picture holds it.
func (r *raster) rounded(v float64) float64 {
	one := (&raster{bytes: r.bytes, samples: 1, colours: 1}).like(1, 1)
	one.write([]float32{float32(v)}, 0, 0, 0)
	back := make([]float32, 1)
	one.read(back, 0, 0, []int{0})
	return float64(back[0])
}
