package filters

import (
	"context"
	"fmt"
	"image"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// slowPool pools one channel and alpha, unrounded.
func slowPool(p Pool, x, alpha plane) (y, seen plane) {
	for i := 0; i+p.Size <= len(x); i += p.Size {
		var row, opacity []float64
		for j := 0; j+p.Size <= len(x[0]); j += p.Size {
			largest, sum, most, all := math.Inf(-1), 0., 0., 0.
			for u := range p.Size {
				for v := range p.Size {
					a := 1.
					if alpha != nil {
						a = alpha[i+u][j+v]
					}
					largest = math.Max(largest, a*x[i+u][j+v])
					sum += a * x[i+u][j+v]
					most = math.Max(most, a)
					all += a
				}
			}
			if p.Average {
				largest, most = sum, all
			}
			if most > 0 {
				largest /= most
			}
			if p.Average {
				most /= float64(p.Size * p.Size)
			}
			row, opacity = append(row, largest), append(opacity, most)
		}
		y, seen = append(y, row), append(seen, opacity)
	}
	return y, seen
}

func TestPool(t *testing.T) {
	for _, form := range forms {
		for _, size := range [][2]int{{13, 11}, {5, 5}, {300, 12}} {
			for _, p := range []Pool{{Size: 2}, {Size: 3}, {Size: 5}, {Size: 2, Average: true}, {Size: 5, Average: true}} {
				m := form.make(size[0], size[1])
				got, err := p.Apply(context.Background(), m)
				if err != nil {
					t.Fatal(err)
				}
				if !comparePool(t, m, got, p) {
					t.Fatalf("%s, %d×%d, %v", form.name, size[1], size[0], p)
				}
			}
		}
	}
}

func comparePool(t *testing.T, from, to image.Image, p Pool) bool {
	t.Helper()
	x, alpha, levels := samples(from)
	y, kept, _ := samples(to)
	for c := range x {
		want, seen := slowPool(p, x[c], alpha)
		if !same(t, fmt.Sprint("channel ", c), want, y[c], levels) {
			return false
		}
		for i := range seen {
			for j := range seen[i] {
				if kept != nil && math.Abs(rounded(seen[i][j]*255, levels)/255-kept[i][j]) > 1e-9 {
					t.Errorf("alpha, pixel %d,%d: want %v, got %v", j, i, seen[i][j], kept[i][j])
					return false
				}
			}
		}
	}
	return true
}

func TestPoolSizes(t *testing.T) {
	for _, tt := range []struct {
		pool Pool
		from image.Point
		want image.Point
	}{
		{Pool{Size: 2}, image.Pt(512, 512), image.Pt(256, 256)}, // the lesson's
		{Pool{Size: 2}, image.Pt(513, 7), image.Pt(256, 3)},
		{Pool{Size: PoolSizeLimit}, image.Pt(PoolSizeLimit+1, PoolSizeLimit), image.Pt(1, 1)},
		{Pool{}, image.Pt(5, 4), image.Pt(5, 4)},
		{Pool{Size: 1, Average: true}, image.Pt(5, 4), image.Pt(5, 4)},
	} {
		m, err := tt.pool.Apply(context.Background(), image.NewGray(image.Rectangle{Max: tt.from}))
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Bounds().Size(); got != tt.want {
			t.Errorf("%v of %v: want %v, got %v", tt.pool, tt.from, tt.want, got)
		}
	}
}

func TestPoolErrors(t *testing.T) {
	for _, tt := range []struct {
		pool Pool
		want string
	}{
		{Pool{Size: -1}, "pool: want a size from 1 to 256, got -1"},
		{Pool{Size: 257}, "pool: want a size from 1 to 256, got 257"},
		{Pool{Size: 9}, "max-pool 9×9: want a picture of at least 9×9 pixels, got 10×8"},
	} {
		if _, err := tt.pool.Apply(context.Background(), forms[0].make(8, 10)); err == nil || err.Error() != tt.want {
			t.Errorf("%v: want %q, got %v", tt.pool, tt.want, err)
		}
	}
}

func TestChain(t *testing.T) {
	for _, form := range forms {
		for _, n := range []Chain{
			{Filters: []Filter{own[1]}, Pool: Pool{Size: 2}},
			{Filters: []Filter{own[0], find(t, "edges-45")}, Pool: Pool{Size: 2}, Edges: Clamp},
			{Filters: []Filter{own[1], own[0]}, Pool: Pool{Size: 3, Average: true}, Edges: Valid},
			{Filters: []Filter{find(t, "emboss"), find(t, "sharpen"), find(t, "emboss")}, Edges: Wrap},
		} {
			m := form.make(41, 23)
			got, err := n.Apply(context.Background(), m)
			if err != nil {
				t.Fatal(err)
			}
			x, alpha, _ := samples(m)
			peak := 0.0
			for c := range got.Channels {
				want, opacity := slowChain(n, x[c], alpha)
				if len(want) != got.Height || len(want[0]) != got.Width {
					t.Fatalf("%+v: want %d×%d, got %d×%d", n, len(want[0]), len(want), got.Width, got.Height)
				}
				for i := range want {
					for j, v := range want[i] {
						peak = math.Max(peak, v)
						if g := float64(got.Values[(c*got.Height+i)*got.Width+j]); math.Abs(g-v) > 1e-5*math.Abs(v)+1e-2 {
							t.Fatalf("%s, %+v: channel %d, pixel %d,%d: want %v, got %v", form.name, n, c, j, i, v, g)
						}
						if kept := keptAlpha(got, i, j); alpha != nil && math.Abs(kept-255*opacity[i][j]) > 1e-3 {
							t.Fatalf("%s, %+v: alpha, pixel %d,%d: want %v, got %v", form.name, n, j, i, 255*opacity[i][j], kept)
						}
					}
				}
			}
			if math.Abs(got.Peak()-peak) > 1e-5*peak {
				t.Errorf("peak: want %v, got %v", peak, got.Peak())
			}
		}
	}
}

// keptAlpha is the alpha of a pixel of m.
func keptAlpha(m *Maps, y, x int) float64 {
	if m.Alpha == nil {
		return 255
	}
	return float64(m.Alpha[y*m.Width+x])
}

// slowChain is convolution, ReLU and pooling for each filter.
func slowChain(n Chain, x, alpha plane) (y, seen plane) {
	for _, f := range n.Filters {
		y := slow(f, x, alpha, n.Edges)
		if alpha != nil {
			alpha = slow(identity(f), alpha, nil, n.Edges)
		}
		for _, row := range y {
			for j, v := range row {
				row[j] = math.Max(v, 0)
			}
		}
		if x = y; n.Pool.Size > 1 {
			if x, seen = slowPool(n.Pool, y, alpha); alpha != nil {
				alpha = seen
			}
		}
	}
	return x, alpha
}

func TestChainErrors(t *testing.T) {
	for _, tt := range []struct {
		chain Chain
		want  string
	}{
		{Chain{}, "chain: want a filter, got none"},
		{Chain{Filters: []Filter{find(t, "median")}}, "chain: want convolutions, got the median median"},
		{Chain{Filters: []Filter{{Name: "even", Matrix: Matrix{{1, 2}}}}}, "filter even: want odd numbers of rows and columns, at most 99, got 1×2"},
		{Chain{Filters: []Filter{find(t, "blur")}, Pool: Pool{Size: 300}}, "pool: want a size from 1 to 256, got 300"},
		{Chain{Filters: []Filter{find(t, "blur"), find(t, "mean")}, Pool: Pool{Size: 3}, Edges: Valid}, "filter mean: want a picture of at least 5×5 pixels, got 2×2"},
	} {
		if _, err := tt.chain.Apply(context.Background(), forms[0].make(8, 10)); err == nil || err.Error() != tt.want {
			t.Errorf("%+v: want %q, got %v", tt.chain, tt.want, err)
		}
	}
}

func TestMapsImage(t *testing.T) {
	m := &Maps{Channels: 3, Height: 1, Width: 2, Values: []float32{0, 10, 5, 20, 40, 30}}
	got := m.Image(m.Peak()).(*image.NRGBA).Pix
	if diff := cmp.Diff([]uint8{0, 32, 255, 255, 64, 128, 191, 255}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	m = &Maps{Channels: 1, Height: 1, Width: 2, Values: []float32{0, 0}}
	if grey := m.Image(m.Peak()).(*image.Gray).Pix; grey[0] != 0 || grey[1] != 0 {
		t.Errorf("want black where nothing is above 0, got %v", grey)
	}
}
