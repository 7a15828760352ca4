package filters

import (
	"context"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

var forms = []struct {
	name string
	make func(h, w int) image.Image
}{
	{"grey", func(h, w int) image.Image { return noise(image.NewGray(image.Rect(0, 0, w, h))) }},
	{"colour", func(h, w int) image.Image { return noise(image.NewNRGBA(image.Rect(0, 0, w, h))) }},
	{"grey of 16 bits", func(h, w int) image.Image { return noise(image.NewGray16(image.Rect(0, 0, w, h))) }},
	{"colour of 16 bits", func(h, w int) image.Image { return noise(image.NewNRGBA64(image.Rect(0, 0, w, h))) }},
}

// settable is a picture that can be drawn on.
type settable interface {
	image.Image
	Set(x, y int, c color.Color)
}

// noise fills a picture with random samples, and a corner with few values.
func noise(m settable) image.Image {
	rng := rand.New(rand.NewPCG(1, 2))
	b := m.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			draw := func() uint16 {
				if x < 4 && y < 9 {
					return uint16(rng.IntN(2) * 0xffff)
				}
				return uint16(rng.IntN(0x10000))
			}
			m.Set(x, y, color.NRGBA64{draw(), draw(), draw(), draw()})
		}
	}
	return m
}

// samples is the channels of a picture, alpha as the last if it has any, in values from 0 to 255.
func samples(m image.Image) (planes [][][]float64, levels float64) {
	b := m.Bounds()
	channels := 4
	levels = 255
	switch m.(type) {
	case *image.Gray:
		channels = 1
	case *image.Gray16:
		channels, levels = 1, 65535
	case *image.NRGBA64:
		levels = 65535
	}
	for c := range channels {
		var plane [][]float64
		for y := b.Min.Y; y < b.Max.Y; y++ {
			var row []float64
			for x := b.Min.X; x < b.Max.X; x++ {
				v := color.NRGBA64Model.Convert(m.At(x, y)).(color.NRGBA64)
				row = append(row, float64([]uint16{v.R, v.G, v.B, v.A}[c])/257)
			}
			plane = append(plane, row)
		}
		planes = append(planes, plane)
	}
	if n, ok := m.(*image.NRGBA); ok { // its conversion loses the colours of transparent pixels
		for c := range 4 {
			for y := range planes[c] {
				for x := range planes[c][y] {
					planes[c][y][x] = float64(n.Pix[n.PixOffset(b.Min.X+x, b.Min.Y+y)+c])
				}
			}
		}
	}
	if n, ok := m.(*image.NRGBA64); ok {
		for c := range 4 {
			for y := range planes[c] {
				for x := range planes[c][y] {
					at := n.PixOffset(b.Min.X+x, b.Min.Y+y) + 2*c
					planes[c][y][x] = (float64(n.Pix[at])*256 + float64(n.Pix[at+1])) / 257
				}
			}
		}
	}
	return planes, levels
}

// slowPixel is the value of one pixel, or false where Valid has none.
func slowPixel(f Filter, x [][]float64, i, j int, e Edge) (float64, bool) {
	h, w := len(x), len(x[0])
	kh, kw := f.Median, f.Median
	if f.Median == 0 {
		kh, kw = len(f.Matrix), len(f.Matrix[0])
	}
	var window []float64
	sum := 0.0
	for u := range kh {
		for v := range kw {
			y, z := i+u-kh/2, j+v-kw/2
			if y < 0 || z < 0 || y >= h || z >= w {
				switch e {
				case Valid:
					return 0, false
				case Clamp:
					y, z = max(0, min(y, h-1)), max(0, min(z, w-1))
				case Wrap:
					for ; y < 0; y += h {
					}
					for ; z < 0; z += w {
					}
					y, z = y%h, z%w
				}
			}
			window = append(window, x[y][z])
			if f.Median == 0 {
				sum += f.Matrix[u][v] * x[y][z]
			}
		}
	}
	if f.Median > 0 {
		slices.Sort(window)
		return window[len(window)/2], true
	}
	factor := f.Factor
	if factor == 0 {
		factor = 1
	}
	return factor*sum + f.Bias, true
}

// slow is a filter by the formula, unrounded, for each channel but alpha.
func slow(f Filter, x [][]float64, e Edge) (y [][]float64) {
	for i := range x {
		var row []float64
		for j := range x[i] {
			if v, ok := slowPixel(f, x, i, j, e); ok {
				row = append(row, v)
			}
		}
		if row != nil {
			y = append(y, row)
		}
	}
	return y
}

// rounded is a value as a picture of so many levels holds it.
func rounded(v, levels float64) float64 {
	return math.Floor(math.Max(0, math.Min(v, 255))*levels/255+0.5) * 255 / levels
}

// own are filters of a user's: rectangular, and not symmetric in any way.
var own = []Filter{
	{Name: "row", Matrix: Matrix{{-3, 1, 0.5, 2, -1}}, Factor: -2. / 3, Bias: 40},
	{Name: "tall", Matrix: Matrix{{1, 2, 3}, {0, -1, 0}, {-2, 1, -3}, {4, 0, 1}, {0, 0, -6}, {1, 1, 1}, {2, -4, 0}}, Bias: 100},
	{Name: "one", Matrix: Matrix{{1}}},
	{Name: "median of 5×5", Median: 5},
	{Name: "median of 1×1", Median: 1},
}

func TestAgainstSlow(t *testing.T) {
	for _, form := range forms {
		for _, size := range [][2]int{{13, 11}, {9, 17}, {1, 1}, {3, 2}} {
			m := form.make(size[0], size[1])
			for _, f := range append(All(), own...) {
				for e := Wrap; e <= Valid; e++ {
					if kh, kw := f.Window(); e == Valid && (size[0] < kh || size[1] < kw) {
						continue // see TestTooSmall
					}
					got, err := f.Apply(context.Background(), m, e)
					if err != nil {
						t.Fatalf("%s, %d×%d, %v, %v: %v", form.name, size[1], size[0], f, e, err)
					}
					if !compare(t, m, got, f, e) {
						t.Fatalf("%s, %d×%d, %v, %v", form.name, size[1], size[0], f, e)
					}
				}
			}
		}
	}
}

// compare holds a filtered picture against the formula, exactly: no value of these
// filters lies so near the middle of two levels that float32 could tell otherwise.
func compare(t *testing.T, from, to image.Image, f Filter, e Edge) bool {
	t.Helper()
	x, levels := samples(from)
	y, _ := samples(to)
	if len(x) != len(y) {
		t.Errorf("want %d channels, got %d", len(x), len(y))
		return false
	}
	tolerance := 1e-9
	if levels > 255 {
		tolerance += 1 / 257. // float32 may round to the next of 65,536 levels
	}
	for c := range x {
		want := slow(f, x[c], e)
		if c == 3 { // alpha is kept
			want = slow(identity(f), x[c], e)
		}
		if len(want) != len(y[c]) || len(want[0]) != len(y[c][0]) {
			t.Errorf("want %d×%d, got %d×%d", len(want[0]), len(want), len(y[c][0]), len(y[c]))
			return false
		}
		for i := range want {
			for j, v := range want[i] {
				if v = rounded(v, levels); math.Abs(v-y[c][i][j]) > tolerance {
					t.Errorf("channel %d, pixel %d,%d: want %v, got %v", c, j, i, v, y[c][i][j])
					return false
				}
			}
		}
	}
	return true
}

// identity has f's window and changes nothing.
func identity(f Filter) Filter {
	h, w := f.Window()
	one := make(Matrix, h)
	for i := range one {
		one[i] = make([]float64, w)
	}
	one[h/2][w/2] = 1
	return Filter{Name: "identity", Matrix: one}
}
