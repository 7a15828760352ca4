package filters

import (
	"cmp"
	"image"
	"math"
	"slices"

	"github.com/pkg/errors"
)

// Arithmetic is how a filter comes to one pixel of one channel.
type Arithmetic struct {
	Channel  string // grey, red, green or blue
	Pixels   Matrix // the neighbourhood, in values from 0 to 255
	Weights  Matrix // the filter's matrix; nil in a median
	Products Matrix // Pixels, or Seen, times Weights, one by one; nil in a median
	Sum      float64
	Factor   float64
	Bias     float64
	Value    float64 // Sum · Factor + Bias, or the middle one of Sorted
	Result   float64 // Value clamped to 0…255 and rounded to what the picture can hold

	Sorted []float64 // in a median, the pixels in order of size
	Counts []float64 // how much each of Sorted counts, from 0 to 1; nil where each counts 1

	// Where a pixel of the neighbourhood is not opaque:
	Alpha Matrix  // of the pixels, from 0 to 255; nil elsewhere
	Mean  float64 // of the pixels, as much as they are seen and weigh
	Seen  Matrix  // Pixels with Mean in the place of what is not seen; nil in a median
}

// Explain is the arithmetic behind pixel x, y of the filtered picture, counted
// from the upper left corner of the picture that goes in, for each channel.
//
// It is an error if there is no such pixel or, with Valid, the window on it
// reaches over the edge.
func (f Filter) Explain(picture image.Image, x, y int, e Edge) ([]Arithmetic, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	r, err := newRaster(picture)
	if err == nil {
		err = e.check()
	}
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
	alpha := r.opacity(y, x, h, w, e)
	for c, name := range r.channelNames() {
		a := Arithmetic{Channel: name, Pixels: r.neighbourhood(c, y, x, h, w, e), Alpha: alpha}
		if f.Convolves() {
			a.weigh(f)
		} else {
			a.sort()
		}
		a.Result = r.rounded(a.Value)
		all = append(all, a)
	}
	return all, nil
}

// weigh is the arithmetic of a convolution.
func (a *Arithmetic) weigh(f Filter) {
	a.Weights, a.Factor, a.Bias = f.Matrix, f.factor(), f.Bias
	pixels := a.Pixels
	if a.Alpha != nil {
		a.fillIn()
		pixels = a.Seen
	}
	for i, row := range pixels {
		products := make([]float64, len(row))
		for j, v := range row {
			products[j] = v * f.Matrix[i][j]
			a.Sum += products[j]
		}
		a.Products = append(a.Products, products)
	}
	a.Value = a.Sum*a.Factor + a.Bias
}

// fillIn puts the mean of what is seen in the place of what is not.
func (a *Arithmetic) fillIn() {
	sum, weight := 0., 0.
	for i, row := range a.Pixels {
		for j, v := range row {
			w := math.Abs(a.Weights[i][j]) * a.Alpha[i][j] / 255
			sum += w * v
			weight += w
		}
	}
	a.Mean = a.middle(a.Pixels)
	if weight > 0 {
		a.Mean = sum / weight
	}
	for i, row := range a.Pixels {
		seen := make([]float64, len(row))
		for j, v := range row {
			opacity := a.Alpha[i][j] / 255
			seen[j] = v*opacity + a.Mean*(1-opacity)
		}
		a.Seen = append(a.Seen, seen)
	}
}

// middle is the number in the middle of m.
func (a *Arithmetic) middle(m Matrix) float64 { return m[len(m)/2][len(m[0])/2] }

// sort is the arithmetic of a median.
func (a *Arithmetic) sort() {
	type pixel struct{ value, count float64 }
	var pixels []pixel
	total := 0.
	for i, row := range a.Pixels {
		for j, v := range row {
			p := pixel{v, 1}
			if a.Alpha != nil {
				p.count = a.Alpha[i][j] / 255
			}
			pixels = append(pixels, p)
			total += p.count
		}
	}
	slices.SortStableFunc(pixels, func(p, q pixel) int { return cmp.Compare(p.value, q.value) })
	a.Value = a.middle(a.Pixels)
	below, found := 0., false
	for _, p := range pixels {
		a.Sorted = append(a.Sorted, p.value)
		if a.Alpha != nil {
			a.Counts = append(a.Counts, p.count)
		}
		if below += p.count; !found && below > total/2+1e-9 {
			a.Value, found = p.value, true
		}
	}
}

// neighbourhood is the pixels under a window on pixel y, x, in pixel values.
// Channel r.colours is alpha.
func (r *raster) neighbourhood(c, y, x, h, w int, e Edge) Matrix {
	m := make(Matrix, h)
	for i := range m {
		for j := range w {
			v := r.level(c, e.at(y+i-h/2, r.h), e.at(x+j-w/2, r.w))
			m[i] = append(m[i], v/r.unit())
		}
	}
	return m
}

// opacity is the alpha of a neighbourhood, or nil where all of it is opaque.
func (r *raster) opacity(y, x, h, w int, e Edge) Matrix {
	if r.samples == r.colours {
		return nil
	}
	m := r.neighbourhood(r.colours, y, x, h, w, e)
	for _, row := range m {
		for _, v := range row {
			if v < 255 {
				return m
			}
		}
	}
	return nil
}
