package engine

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/f32"
)

// prepared is a 3×3 convolution, padded by 1, with its operands.
type prepared struct {
	forward  *convLastOp
	backward *convLastGradOp
	x, w, g  *tensor.Dense
	y        *tensor.Dense
}

// prepare prepares a convolution of n images of side × side pixels by taps, or
// in tiles.
func prepare(tb testing.TB, n, channels, filters, side, tile int) prepared {
	rng := rand.New(rand.NewPCG(1, 2))
	images := func(c int) *tensor.Dense {
		padded := f32.PadChannels(c)
		d, x := newDense(n, side, side, padded)
		for i := range x {
			if i%padded < c {
				x[i] = float32(rng.NormFloat64())
			}
		}
		return d
	}
	p := prepared{x: images(channels), y: images(filters), g: images(filters)}
	var w []float32
	p.w, w = newDense(filters, channels, 3, 3)
	for i := range w {
		w[i] = float32(rng.NormFloat64())
	}
	c := ConvLastConfig{ConvConfig: ConvConfig{Pad: []int{1, 1}, InputGrad: true}, Channels: channels}
	shape, err := newConvShape("", p.x.Shape(), p.w.Shape(), c)
	if err != nil {
		tb.Fatal(err)
	}
	s := &convLast{convBase: newConvBase(shape, false, c), last: true}
	s.made = p.y.Float32s()
	s.prepare(tile)
	p.forward, p.backward = &convLastOp{convLast: s}, &convLastGradOp{conv: s}
	_, p.backward.y = newDense(filters, channels, 3, 3)
	_, p.backward.gx = newDense(n, side, side, f32.PadChannels(channels))
	p.backward.prepare(G.NewScalar(G.NewGraph(), tensor.Float32))
	p.run(tb)
	return p
}

// run runs both passes.
func (p prepared) run(tb testing.TB) {
	if _, err := p.forward.Do(p.x, p.w); err != nil {
		tb.Fatal(err)
	}
	if _, err := p.backward.Do(p.x, p.w, p.y, p.g); err != nil {
		tb.Fatal(err)
	}
}

// results are copies of all that the passes make.
func (p prepared) results() [][]float32 {
	var r [][]float32
	for _, x := range [][]float32{p.y.Float32s(), p.backward.gx, p.backward.y} {
		r = append(r, slices.Clone(x))
	}
	return r
}

// TestTilesScratch: what buffers hold from before is not seen, the padding of
// channels is zero, and nothing is allocated.
func TestTilesScratch(t *testing.T) {
	for _, tile := range []int{2, 4} {
		p := prepare(t, 3, 17, 18, 7, tile)
		want := p.results()
		lent := 0
		for _, b := range slices.Concat(scratch.free[:]...) {
			lent++
			for i := range b[:cap(b)] {
				b[:cap(b)][i] = float32(math.NaN())
			}
		}
		if lent == 0 {
			t.Fatal("nothing was lent")
		}
		p.run(t)
		for i, got := range p.results() {
			if !slices.Equal(got, want[i]) {
				t.Errorf("F%d: result %d has other numbers", tile, i)
			}
		}
		for i, images := range want[:2] {
			for at, v := range images {
				if c := []int{18, 17}[i]; at%32 >= c && v != 0 {
					t.Fatalf("F%d: result %d has %v in its padding", tile, i, v)
				}
			}
		}
		if n := testing.AllocsPerRun(5, func() { p.run(t) }); n > 0 {
			t.Errorf("F%d: %v allocations a run", tile, n)
		}
	}
}

// BenchmarkTiles compares the ways to compute a convolution, in turns, by the
// least time of each.
func BenchmarkTiles(b *testing.B) {
	for _, n := range []int{1, 32} {
		for _, c := range []int{16, 32, 64, 128, 256} {
			for _, side := range []int{4, 7, 8, 14, 16, 28, 32, 56} {
				if n*c*side*side <= 32*64*32*32 {
					b.Run(fmt.Sprintf("n=%d/c=%d/side=%d", n, c, side), func(b *testing.B) { compareTiles(b, n, c, side) })
				}
			}
		}
	}
}

func compareTiles(b *testing.B, n, c, side int) {
	var runs [3]func()
	var least [3]time.Duration
	for i, tile := range []int{0, 2, 4} {
		p := prepare(b, n, c, c, side, tile)
		runs[i] = func() { p.run(b) }
	}
	for round := 0; round == 0 || round < b.N; round++ {
		for i, run := range runs {
			start := time.Now()
			run()
			if took := time.Since(start); round == 0 || took < least[i] {
				least[i] = took
			}
		}
	}
	b.ReportMetric(float64(least[0])/1e3, "taps-µs")
	for i, tile := range []int{2, 4} {
		b.ReportMetric(float64(least[0])/float64(least[i+1]), fmt.Sprintf("F%d-gain", tile))
	}
}
