package filters

import "image"

// Maps is the feature maps that a chain makes, one of each colour channel.
type Maps struct {
	Channels, Height, Width int
	Values                  []float32 // (Channels, Height, Width), none below 0
}

func newMaps(channels, h, w int) *Maps {
	return &Maps{Channels: channels, Height: h, Width: w, Values: make([]float32, channels*h*w)}
}

// Peak is the largest value.
func (m *Maps) Peak() float64 {
	var peak float32
	for _, v := range m.Values {
		peak = max(peak, v)
	}
	return float64(peak)
}

// Image is the maps as a picture in which the given value, and what is above it, is
// 255. Peak shows all that there is. The picture is grey or in colour, of 8 bits.
func (m *Maps) Image(white float64) image.Image {
	scale := float32(0)
	if white > 0 {
		scale = float32(255 / white)
	}
	r := &raster{bytes: 1, samples: 1, colours: m.Channels}
	if m.Channels > 1 {
		r.samples = 4
	}
	r = r.like(m.Height, m.Width)
	row := make([]float32, m.Width)
	for c := range m.Channels {
		for y := range m.Height {
			for x, v := range m.row(c, y) {
				row[x] = v * scale
			}
			r.write(row, c, y, 0)
		}
	}
	r.fillAlpha()
	return r.image()
}

func (m *Maps) row(c, y int) []float32 { return m.Values[(c*m.Height+y)*m.Width:][:m.Width] }

func (m *Maps) size() (h, w int) { return m.Height, m.Width }

func (m *Maps) read(to []float32, c, y int, columns []int) {
	row := m.row(c, y)
	for i, x := range columns {
		to[i] = row[x]
	}
}

func (m *Maps) write(values []float32, c, y, x int) { copy(m.row(c, y)[x:], values) }
