package filters

import (
	"image"
	"math"
)

// Maps is the feature maps that a chain makes, one of each colour channel.
type Maps struct {
	Channels, Height, Width int
	Values                  []float32 // (Channels, Height, Width), none below 0
	Alpha                   []float32 // (Height, Width), from 0 to 255; nil where all is opaque
	Bits                    int       // of a sample of the picture they come from: 8 or 16; 0 means 8
}

func newMaps(channels, h, w int, alpha bool, bits int) *Maps {
	m := &Maps{Channels: channels, Height: h, Width: w, Values: make([]float32, channels*h*w), Bits: bits}
	if alpha {
		m.Alpha = make([]float32, h*w)
	}
	return m
}

// Peak is the largest value.
func (m *Maps) Peak() float64 {
	var peak float32
	for _, v := range m.Values {
		peak = max(peak, v)
	}
	return float64(peak)
}

// Image is the maps as a picture in which the given value, and what is above
// it, is 255. Peak shows all that there is. The picture is grey or in colour,
// of 8 or 16 bits and with alpha, as that which the maps come from.
func (m *Maps) Image(white float64) image.Image {
	r := m.raster()
	scale := 0.
	if white > 0 {
		scale = 255 / white
	}
	for c := range m.Channels {
		m.paint(r, c, scale)
	}
	if m.Alpha == nil {
		r.fillAlpha()
	} else {
		m.paint(r, m.Channels, 1)
	}
	return r.image()
}

// raster is an empty picture for the maps.
func (m *Maps) raster() *raster {
	r := &raster{bytes: 1, samples: 4, colours: m.Channels}
	if m.Channels == 1 {
		r.samples = 1
		if m.Alpha != nil {
			r.samples = 2
		}
	}
	if m.Bits == 16 {
		r.bytes = 2
	}
	return r.like(m.Height, m.Width)
}

// paint writes a channel, of which scale makes pixel values.
func (m *Maps) paint(r *raster, c int, scale float64) {
	row := make([]float32, m.Width)
	for y := range m.Height {
		for x, v := range m.row(c, y) {
			row[x] = float32(nearest(math.Min(float64(v)*scale, 255) * r.unit()))
		}
		r.write(row, c, y, 0)
	}
}

// row is a row of a channel: of alpha, after the last one.
func (m *Maps) row(c, y int) []float32 {
	if c == m.Channels {
		return m.Alpha[y*m.Width:][:m.Width]
	}
	return m.Values[(c*m.Height+y)*m.Width:][:m.Width]
}

func (m *Maps) size() (h, w int) { return m.Height, m.Width }

func (m *Maps) read(to []float32, c, y int, columns []int) {
	row := m.row(c, y)
	for i, x := range columns {
		to[i] = row[x]
	}
}

func (m *Maps) write(values []float32, c, y, x int) { copy(m.row(c, y)[x:], values) }
