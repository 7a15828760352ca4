package filters

import (
	"cmp"
	"context"
	"fmt"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"euryale/internal/picture"
)

var forms = []struct {
	name string
	make func(h, w int) image.Image
}{
	{"grey", func(h, w int) image.Image { return noise(image.NewGray(image.Rect(0, 0, w, h))) }},
	{"colour", func(h, w int) image.Image { return noise(image.NewNRGBA(image.Rect(0, 0, w, h))) }},
	{"grey of 16 bits", func(h, w int) image.Image { return noise(image.NewGray16(image.Rect(0, 0, w, h))) }},
	{"colour of 16 bits", func(h, w int) image.Image { return noise(image.NewNRGBA64(image.Rect(0, 0, w, h))) }},
	{"grey with alpha", func(h, w int) image.Image { return noise(picture.NewGrayAlpha(image.Rect(0, 0, w, h))) }},
	{"grey with alpha of 16 bits", func(h, w int) image.Image { return noise(picture.NewGrayAlpha16(image.Rect(0, 0, w, h))) }},
	{"opaque colour", func(h, w int) image.Image { return opaque(noise(image.NewNRGBA(image.Rect(0, 0, w, h)))) }},
	{"opaque colour of 16 bits", func(h, w int) image.Image { return opaque(noise(image.NewNRGBA64(image.Rect(0, 0, w, h)))) }},
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

// opaque makes all pixels of a picture in colour opaque.
func opaque(m image.Image) image.Image {
	pix, _, pixel := picture.Samples(m)
	for at := 0; at < len(pix); at += pixel {
		for i := pixel * 3 / 4; i < pixel; i++ {
			pix[at+i] = 255
		}
	}
	return m
}

// plane is one channel of a picture, row by row.
type plane [][]float64

// samples is the channels of a picture in values from 0 to 255, and its alpha
// from 0 to 1, or nil if it has none.
func samples(m image.Image) (planes []plane, alpha plane, levels float64) {
	colours, hasAlpha, bytes := 1, false, 1
	switch m.(type) {
	case *image.Gray16:
		bytes = 2
	case *picture.GrayAlpha:
		hasAlpha = true
	case *picture.GrayAlpha16:
		hasAlpha, bytes = true, 2
	case *image.NRGBA:
		colours, hasAlpha = 3, true
	case *image.NRGBA64:
		colours, hasAlpha, bytes = 3, true, 2
	}
	levels = math.Pow(256, float64(bytes)) - 1
	pix, stride, pixel := picture.Samples(m)
	channel := func(c int, white float64) (to plane) {
		for y := range m.Bounds().Dy() {
			var row []float64
			for x := range m.Bounds().Dx() {
				v := 0
				for _, b := range pix[y*stride+x*pixel+c*bytes:][:bytes] {
					v = v<<8 | int(b)
				}
				row = append(row, float64(v)*white/levels)
			}
			to = append(to, row)
		}
		return to
	}
	for c := range colours {
		planes = append(planes, channel(c, 255))
	}
	if hasAlpha {
		alpha = channel(colours, 1)
	}
	return planes, alpha, levels
}

// slowPixel is the value of one pixel, or false where Valid has none.
func slowPixel(f Filter, x, alpha plane, i, j int, e Edge) (float64, bool) {
	h, w := len(x), len(x[0])
	kh, kw := f.Median, f.Median
	if f.Median == 0 {
		kh, kw = len(f.Matrix), len(f.Matrix[0])
	}
	var window, seen, weights []float64
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
			opacity := 1.
			if alpha != nil {
				opacity = alpha[y][z]
			}
			seen = append(seen, opacity)
			if f.Median == 0 {
				weights = append(weights, f.Matrix[u][v])
			}
		}
	}
	if f.Median > 0 {
		return slowMedian(window, seen, x[i][j]), true
	}
	factor := f.Factor
	if factor == 0 {
		factor = 1
	}
	return factor*slowSum(window, seen, weights, x[i][j]) + f.Bias, true
}

// slowSum is the sum of weighted pixels, each as much as it is seen, and the
// rest of it as the mean of all.
func slowSum(window, seen, weights []float64, own float64) float64 {
	above, below, sum := 0., 0., 0.
	for i, v := range window {
		above += math.Abs(weights[i]) * seen[i] * v
		below += math.Abs(weights[i]) * seen[i]
	}
	mean := own
	if below > 0 {
		mean = above / below
	}
	for i, v := range window {
		sum += weights[i] * (seen[i]*v + (1-seen[i])*mean)
	}
	return sum
}

// slowMedian is the smallest value such that more than half of what is seen is
// no larger.
func slowMedian(window, seen []float64, own float64) float64 {
	order := make([]int, len(window))
	total := 0.
	for i, s := range seen {
		order[i] = i
		total += s
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(window[i], window[j]) })
	upTo := 0.
	for _, i := range order {
		if upTo += seen[i]; upTo > total/2+1e-9 {
			return window[i]
		}
	}
	return own
}

// slow is a filter by the formula, unrounded.
func slow(f Filter, x, alpha plane, e Edge) (y plane) {
	for i := range x {
		var row []float64
		for j := range x[i] {
			if v, ok := slowPixel(f, x, alpha, i, j, e); ok {
				row = append(row, v)
			}
		}
		if row != nil {
			y = append(y, row)
		}
	}
	return y
}

// rounded is a value as a picture of so many levels holds it: halves go up.
func rounded(v, levels float64) float64 {
	return math.Floor(math.Max(0, math.Min(v, 255))*levels/255+0.5+1e-7) * 255 / levels
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

// compare holds a filtered picture against the formula, exactly.
func compare(t *testing.T, from, to image.Image, f Filter, e Edge) bool {
	t.Helper()
	x, alpha, levels := samples(from)
	y, kept, _ := samples(to)
	for c := range x {
		if !same(t, fmt.Sprint("channel ", c), slow(f, x[c], alpha, e), y[c], levels) {
			return false
		}
	}
	return alpha == nil || same(t, "alpha", slow(identity(f), alpha, nil, e), kept, 255)
}

// same holds a channel against unrounded values.
func same(t *testing.T, name string, want, got plane, levels float64) bool {
	t.Helper()
	if len(want) != len(got) || len(want[0]) != len(got[0]) {
		t.Errorf("%s: want %d×%d, got %d×%d", name, len(want[0]), len(want), len(got[0]), len(got))
		return false
	}
	for i := range want {
		for j, v := range want[i] {
			if name != "alpha" {
				v = rounded(v, levels)
			}
			if math.Abs(v-got[i][j]) > 1e-9 {
				t.Errorf("%s, pixel %d,%d: want %v, got %v", name, j, i, v, got[i][j])
				return false
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
