package engine_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
	"euryale/internal/f32"
)

// end is how a convolution ends.
type end struct {
	cut   engine.Cut
	curve *f32.Curve
}

func (e end) String() string {
	if e.curve != nil {
		return e.curve.Name
	}
	return fmt.Sprint("cut ", e.cut)
}

var (
	leaky = f32.Leaky(0.25)
	ends  = []end{{}, {cut: engine.AtZero}, {cut: engine.ZeroToSix}, {curve: &f32.SiLU}, {curve: &leaky}, {engine.AtZero, &f32.HardSwish}}
)

// pair is a convolution and a depthwise one behind it.
type pair struct {
	first, behind wide
	ends          [2]end
	planar, sum   bool
}

func (p pair) String() string {
	return fmt.Sprint(p.first, p.behind, p.ends, " planar ", p.planar, " sum ", p.sum)
}

// over are the sides of what a convolution makes.
func (q wide) over() (h, w int) {
	side := func(i, size int) int {
		return (size+q.before[i]+q.after[i]-q.dilation[i]*(q.kernel[i]-1)-1)/q.stride[i] + 1
	}
	return side(0, q.h), side(1, q.w)
}

// joined puts the second behind the first.
func (p pair) joined() pair {
	b := &p.behind
	b.n, b.c, b.f, b.groups = p.first.n, p.first.f, p.first.f, p.first.f
	b.h, b.w = p.first.over()
	return p
}

func (p pair) inputs() []*tensor.Dense {
	in := []*tensor.Dense{random(1, p.first.n, p.first.c, p.first.h, p.first.w)}
	for i, q := range []wide{p.first, p.behind} {
		in = append(in, random(uint64(2+i), q.f, q.c/q.groups, q.kernel[0], q.kernel[1]))
		if q.bias {
			in = append(in, random(uint64(4+i), q.f))
		}
	}
	if p.sum {
		h, w := p.behind.over()
		in = append(in, random(6, p.behind.n, p.behind.f, h, w))
	}
	return in
}

// stages are the two on the nodes of inputs, and what the first reads.
func (p pair) stages(n G.Nodes) (x *G.Node, first, behind engine.ConvStage) {
	x = n[0]
	if !p.planar {
		x = G.Must(engine.Last(x))
		first.Channels = p.first.c
	}
	n = n[1:]
	for i, s := range []*engine.ConvStage{&first, &behind} {
		q := []wide{p.first, p.behind}[i]
		s.ConvConfig, s.Cut, s.Curve = q.config(), p.ends[i].cut, p.ends[i].curve
		s.InputGrad = false
		s.Filter, n = n[0], n[1:]
		if q.bias {
			s.Bias, n = n[0], n[1:]
		}
	}
	if p.sum {
		behind.Skip = G.Must(engine.Last(n[0]))
	}
	return x, first, behind
}

// apart is the pair as ops of their own.
func (p pair) apart(n G.Nodes) (*G.Node, error) {
	x, first, behind := p.stages(n)
	behind.Channels = p.behind.c
	for _, s := range []engine.ConvStage{first, behind} {
		curve := s.Curve
		s.Curve = nil
		y, err := engine.ConvLast(x, s.Filter, s.Bias, s.ConvLastConfig)
		if err != nil {
			return nil, err
		}
		if curve != nil {
			if y, err = engine.Pointwise(y, *curve); err != nil {
				return nil, err
			}
		}
		x = y
	}
	return x, nil
}

func (p pair) together(n G.Nodes) (*G.Node, error) {
	return engine.ConvPairLast(p.stages(n))
}

// made is what is declared of inputs, as it lies.
func made(t *testing.T, declare func(G.Nodes) (*G.Node, error), in ...*tensor.Dense) *tensor.Dense {
	t.Helper()
	nodes := bound(in...)
	y, err := declare(nodes)
	if err != nil {
		t.Fatal(err)
	}
	var v G.Value
	G.Read(y, &v)
	vm := G.NewTapeMachine(y.Graph())
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
	return v.(*tensor.Dense)
}

func (p pair) compare(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	p = p.joined()
	in := p.inputs()
	want := made(t, p.apart, in...)
	padded := f32.PadChannels(p.behind.f)
	for _, cores := range []int{1, 2, 16} { // which cut the work into other strips
		runtime.GOMAXPROCS(cores)
		got := made(t, p.together, in...)
		sameNumbers(t, fmt.Sprint(cores, " cores"), got, want)
		for i, v := range got.Float32s() {
			if i%padded >= p.behind.f && v != 0 {
				t.Fatalf("%d cores: want zeros behind the channels, got %v at %d", cores, v, i)
			}
		}
	}
}

// plainPair is a pair of 1×1 and 3×3, one pixel a step.
func plainPair(n, c, f, h, w int) pair {
	one, three := [2]int{1, 1}, [2]int{3, 3}
	return pair{
		first:  wide{n: n, c: c, f: f, h: h, w: w, groups: 1, kernel: one, stride: one, dilation: one, bias: true},
		behind: wide{kernel: three, stride: one, dilation: one, before: one, after: one, bias: true},
		ends:   [2]end{{cut: engine.ZeroToSix}, {cut: engine.ZeroToSix}},
	}
}

// TestConvPairLast compares drawn pairs with the ops apart, bit by bit.
func TestConvPairLast(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for done := 0; done < 150; {
		p := pair{first: drawn(rng), behind: drawn(rng), planar: rng.IntN(3) == 0, sum: rng.IntN(4) == 0}
		p.first.groups, p.first.c, p.first.f = 1, 1+rng.IntN(20), 2+rng.IntN(150)
		if rng.IntN(2) == 0 {
			p.first.kernel, p.first.stride, p.first.before, p.first.after = [2]int{1, 1}, [2]int{1, 1}, [2]int{}, [2]int{}
			p.first.h = 1 + rng.IntN(60)
		}
		if p.ends = [2]end{ends[rng.IntN(len(ends))], ends[rng.IntN(len(ends))]}; !p.first.fits() || !p.joined().behind.fits() {
			continue
		}
		done++
		t.Run(p.String(), p.compare)
	}
}

// TestConvPairLastStrips has images of several strips, of windows of several
// sizes and steps, whose last strips are short.
func TestConvPairLastStrips(t *testing.T) {
	for _, height := range []int{1, 2, 7, 8, 9, 15, 40} {
		for _, kernel := range []int{1, 3, 5} {
			for _, stride := range []int{1, 2, 3} {
				p := plainPair(1+height%2, 3, 40, height, 700) // a row and a half of the cache
				p.behind.kernel, p.behind.stride = [2]int{kernel, kernel}, [2]int{stride, stride}
				p.behind.before, p.behind.after = [2]int{kernel / 2, kernel / 2}, [2]int{kernel / 2, kernel / 2}
				p.ends[1] = ends[height%len(ends)]
				t.Run(p.String(), p.compare)
			}
		}
	}
}

// TestConvPairLastPadded: rows of the output that see nothing of the image.
func TestConvPairLastPadded(t *testing.T) {
	p := plainPair(2, 5, 33, 30, 3)
	p.behind.before, p.behind.after = [2]int{20, 4}, [2]int{25, 3}
	p.ends = [2]end{{curve: &f32.SiLU}, {curve: &leaky}}
	p.compare(t)
}

// TestConvLastCurve compares a function in a convolution with one behind it.
func TestConvLastCurve(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	for done := 0; done < 80; {
		q, e, sum := drawn(rng), ends[rng.IntN(len(ends))], rng.IntN(2) == 0
		tile := 0
		if done%4 == 0 {
			q, tile = drawnTiles(rng), 2+2*rng.IntN(2)
		}
		if !q.fits() {
			continue
		}
		done++
		in := []*tensor.Dense{random(1, q.n, q.c, q.h, q.w), random(2, q.f, q.c/q.groups, q.kernel[0], q.kernel[1])}
		h, w := q.over()
		if sum {
			in = append(in, random(3, q.n, q.f, h, w))
		}
		declare := func(inside bool) func(G.Nodes) (*G.Node, error) {
			return func(n G.Nodes) (*G.Node, error) {
				c := engine.ConvLastConfig{ConvConfig: q.config(), Channels: q.c, Tile: tile, Cut: e.cut}
				if sum {
					c.Skip = G.Must(engine.Last(n[2]))
				}
				if inside {
					c.Curve = e.curve
				}
				y, err := engine.ConvLast(G.Must(engine.Last(n[0])), n[1], nil, c)
				if err != nil || inside || e.curve == nil {
					return y, err
				}
				return engine.Pointwise(y, *e.curve)
			}
		}
		t.Run(fmt.Sprint(q, e, tile, sum), func(t *testing.T) {
			sameNumbers(t, "output", made(t, declare(true), in...), made(t, declare(false), in...))
		})
	}
}

// TestConvPairLastAllocatesNothing once it has run.
func TestConvPairLastAllocatesNothing(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, curve := range []*f32.Curve{nil, &f32.SiLU} {
		p := plainPair(1, 3, 100, 30, 40).joined()
		p.ends[0].curve, p.ends[1].curve = curve, curve
		in := p.inputs()
		n := bound(in...)
		x, first, behind := p.stages(n)
		y := G.Must(engine.ConvPairLast(x, first, behind))
		values := []G.Value{made(t, func(n G.Nodes) (*G.Node, error) { return engine.Last(n[0]) }, in[0])}
		for _, d := range in[1:] {
			values = append(values, d)
		}
		if allocs := testing.AllocsPerRun(5, func() {
			if _, err := y.Op().Do(values...); err != nil {
				t.Fatal(err)
			}
		}); allocs > 0 {
			t.Errorf("%v allocations a run", allocs)
		}
	}
}

// TestConvPairLastRefuses what it does not compute, in one line.
func TestConvPairLastRefuses(t *testing.T) {
	for _, c := range []struct {
		change func(first, behind *engine.ConvStage)
		want   string
	}{
		{func(first, _ *engine.ConvStage) { first.Tile = 2 }, "want a first convolution without groups, tiles, pool and sum"},
		{func(first, _ *engine.ConvStage) { first.Skip = first.Filter }, "want a first convolution without groups, tiles, pool and sum"},
		{func(first, _ *engine.ConvStage) { first.Curve = &f32.Sigmoid }, "want a function that is 0 at 0, got Sigmoid"},
		{func(first, _ *engine.ConvStage) { first.Bias = first.Filter }, "want a bias of (20)"},
		{func(_, behind *engine.ConvStage) { behind.Curve = &f32.Sigmoid }, "want a function that is 0 at 0, got Sigmoid"},
		{func(_, behind *engine.ConvStage) { behind.Groups = 1 }, "want an image of 1 channels"},
		{func(_, behind *engine.ConvStage) { behind.Pool = []int{2, 2} }, "want a depthwise convolution without pool"},
		{func(first, behind *engine.ConvStage) { behind.Skip = first.Filter }, "want a sum of (2, 6, 7, 32)"},
		{func(first, behind *engine.ConvStage) { behind.Bias = first.Filter }, "want a bias of (20)"},
	} {
		p := plainPair(2, 3, 20, 6, 7).joined()
		x, first, behind := p.stages(bound(p.inputs()...))
		c.change(&first, &behind)
		_, err := engine.ConvPairLast(x, first, behind)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("want %q, got %v", c.want, err)
		}
	}
	p := plainPair(2, 3, 20, 6, 7).joined()
	x, first, _ := p.stages(bound(p.inputs()...))
	first.Curve, first.Pool = &f32.SiLU, []int{2, 2}
	if _, err := engine.ConvLast(x, first.Filter, first.Bias, first.ConvLastConfig); err == nil || !strings.Contains(err.Error(), "want no pool with a function, got one of [2 2] with SiLU") {
		t.Errorf("a pool with a function: got %v", err)
	}
}
