package engine_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
	"euryale/internal/f32"
)

// wide is a convolution in full.
type wide struct {
	n, c, h, w, f, groups                   int
	kernel, stride, dilation, before, after [2]int
	bias, relu                              bool
}

func (q wide) String() string {
	type bare wide
	return fmt.Sprintf("%+v", bare(q))
}

func (q wide) fits() bool {
	return q.h+q.before[0]+q.after[0] > q.dilation[0]*(q.kernel[0]-1) && q.w+q.before[1]+q.after[1] > q.dilation[1]*(q.kernel[1]-1)
}

// depthwise says whether each channel has a filter of its own.
func (q wide) depthwise() bool { return q.groups > 1 && q.groups == q.c && q.c == q.f }

func (q wide) config() engine.ConvConfig {
	return engine.ConvConfig{
		Kernel: q.kernel[:], Stride: q.stride[:], Dilation: q.dilation[:], Groups: q.groups, ReLU: q.relu, InputGrad: true,
		Pad: []int{q.before[0], q.after[0], q.before[1], q.after[1]},
	}
}

func (q wide) cut() engine.Cut {
	if q.relu {
		return engine.AtZero
	}
	return engine.Uncut
}

// bias is the bias among weights, if there is one.
func bias(w []*G.Node) *G.Node {
	if len(w) < 2 {
		return nil
	}
	return w[1]
}

// last declares a convolution between conversions of its input and its output.
func (q wide) last(x *G.Node, w ...*G.Node) (*G.Node, error) {
	x, err := engine.Last(x)
	if err != nil {
		return nil, err
	}
	y, err := engine.ConvLast(x, w[0], bias(w), engine.ConvLastConfig{ConvConfig: q.config(), Channels: q.c, Cut: q.cut()})
	if err != nil {
		return nil, err
	}
	return engine.Planar(y, q.f)
}

// planar declares one that reads planes; nobody wants a gradient by these.
func (q wide) planar(x *G.Node, w ...*G.Node) (*G.Node, error) {
	c := engine.ConvLastConfig{ConvConfig: q.config(), Cut: q.cut()}
	c.InputGrad = false
	y, err := engine.ConvLast(x, w[0], bias(w), c)
	if err != nil {
		return nil, err
	}
	return engine.Planar(y, q.f)
}

// byDefinition is the same, plane by plane.
func (q wide) byDefinition(x *G.Node, w ...*G.Node) (*G.Node, error) {
	return engine.GroupedConv2d(x, w[0], bias(w), q.config())
}

func (q wide) compare(t *testing.T) {
	in := []*tensor.Dense{random(1, q.n, q.c, q.h, q.w), random(2, q.f, q.c/q.groups, q.kernel[0], q.kernel[1])}
	if q.bias {
		in = append(in, random(3, q.f))
	}
	names := []string{"image", "filter", "bias"}
	wantY, wants := differentiated(t, q.byDefinition, in...)
	y, grads := differentiated(t, q.last, in...)
	agree(t, "output", y, wantY)
	for i, g := range grads {
		agree(t, "gradient by the "+names[i], g, wants[i])
	}
	if q.depthwise() { // which wants channels last
		return
	}
	y, grads = weighed(t, q.planar, in...)
	agree(t, "output of planes", y, wantY)
	for i, g := range grads {
		agree(t, "gradient of planes by the "+names[i+1], g, wants[i+1])
	}
}

// Where the window is the image, images are rows of one product.
func TestConvLastWhole(t *testing.T) {
	for _, n := range []int{1, 5, 16, 17, 40} {
		for _, c := range []int{1, 16, 17, 40} {
			q := wide{
				n: n, c: c, h: 3, w: 2, f: 7 * c, groups: 1, kernel: [2]int{3, 2}, stride: [2]int{2, 1}, dilation: [2]int{1, 1},
				bias: n%2 == 0, relu: c%2 == 0,
			}
			t.Run(q.String(), q.compare)
		}
	}
}

// Many filters, or channels, are cut into panels.
func TestConvLastPanels(t *testing.T) {
	for _, channels := range [][2]int{{3, 33}, {70, 3}, {65, 49}, {80, 97}, {16, 128}} {
		for _, stride := range []int{1, 2} {
			for _, kernel := range [][2]int{{1, 1}, {3, 2}} {
				q := wide{
					n: 2, c: channels[0], h: 6, w: 7, f: channels[1], groups: 1, kernel: kernel,
					stride: [2]int{stride, stride}, dilation: [2]int{1, 1}, before: [2]int{kernel[0] / 2, 0}, bias: stride == 2, relu: stride == 1,
				}
				t.Run(q.String(), q.compare)
			}
		}
	}
}

func drawn(rng *rand.Rand) wide {
	two := func(least, n int) [2]int { return [2]int{least + rng.IntN(n), least + rng.IntN(n)} }
	q := wide{
		n: 1 + rng.IntN(11), h: 1 + rng.IntN(17), w: 1 + rng.IntN(17), groups: 1,
		kernel: two(1, 5), stride: two(1, 3), dilation: two(1, 2), before: two(0, 4), after: two(0, 4), bias: rng.IntN(2) == 0, relu: rng.IntN(2) == 0,
	}
	if rng.IntN(3) == 0 {
		q.groups = 1 + rng.IntN(4)
	}
	if rng.IntN(4) == 0 { // depthwise
		q.groups = 2 + rng.IntN(20)
		q.c, q.f = q.groups, q.groups
		return q
	}
	channels := []int{1, 2, 3, 5, 16, 17, 32}
	q.c, q.f = q.groups*channels[rng.IntN(len(channels))], q.groups*channels[rng.IntN(len(channels))]
	return q
}

// TestConvLast compares drawn convolutions with the definition.
func TestConvLast(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for done := 0; done < 200; {
		if q := drawn(rng); q.fits() {
			done++
			t.Run(q.String(), q.compare)
		}
	}
}

// TestDepthwiseLast has windows that see nothing of the image, pixels that no
// window sees, and images in bands.
func TestDepthwiseLast(t *testing.T) {
	one := [2]int{1, 1}
	for _, q := range []wide{
		{n: 2, h: 1, w: 2, kernel: one, stride: one, dilation: one, before: [2]int{3, 2}, after: [2]int{2, 3}},
		{n: 9, h: 8, w: 7, kernel: one, stride: [2]int{3, 4}, dilation: one, relu: true},
		{n: 1, h: 19, w: 23, kernel: [2]int{3, 3}, stride: [2]int{2, 1}, dilation: [2]int{1, 3}, before: [2]int{2, 3}, after: one, relu: true},
	} {
		q.c, q.f, q.groups, q.bias = 35, 35, 35, true
		t.Run(q.String(), q.compare)
	}
}

// between is a declaration with channels last, between conversions.
func between(c int, declare func(x *G.Node, w ...*G.Node) (*G.Node, error)) declaration {
	return func(x *G.Node, w ...*G.Node) (*G.Node, error) {
		x, err := engine.Last(x)
		if err != nil {
			return nil, err
		}
		if x, err = declare(x, w...); err != nil || x.Dims() == 2 {
			return x, err
		}
		return engine.Planar(x, c)
	}
}

// alike compares two declarations, output and gradients by all inputs.
func alike(t *testing.T, got, want declaration, in ...*tensor.Dense) {
	t.Helper()
	y, grads := differentiated(t, got, in...)
	wantY, wants := differentiated(t, want, in...)
	agree(t, "output", y, wantY)
	for i, g := range grads {
		agree(t, fmt.Sprint("gradient ", i), g, wants[i])
	}
}

func TestMaxPoolLast(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 60 {
		kernel := []int{1 + rng.IntN(4), 1 + rng.IntN(4)}
		c := engine.PoolConfig{
			Kernel: kernel, Stride: []int{1 + rng.IntN(3), 1 + rng.IntN(3)},
			Pad: []int{rng.IntN(kernel[0]), rng.IntN(kernel[0]), rng.IntN(kernel[1]), rng.IntN(kernel[1])},
		}
		x := random(rng.Uint64(), 1+rng.IntN(4), 1+rng.IntN(35), 4+rng.IntN(9), 4+rng.IntN(9))
		for i, v := 0, x.Data().([]float32); i < len(v); i++ {
			v[i] = float32(int(v[i] * 2)) // many ties
		}
		t.Run(fmt.Sprintf("%v %+v", x.Shape(), c), func(t *testing.T) {
			alike(t, between(x.Shape()[1], func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return engine.MaxPoolLast(x, c) }),
				func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return engine.MaxPool(x, c) }, x)
		})
	}
}

func TestMeanImageLast(t *testing.T) {
	x := random(5, 3, 19, 4, 5)
	alike(t, between(19, func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return engine.MeanImageLast(x, 19) }),
		func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return engine.MeanImage(x) }, x)
}

// TestNormLast compares outputs, gradients and running statistics, far from
// zero too, with a sum and a cut behind it or without.
func TestNormLast(t *testing.T) {
	for _, n := range []int{1, 3, 19} {
		for _, level := range []float32{0, 300} {
			for _, sum := range []bool{false, true} {
				for cut, name := range []string{"", "ReLU", "ReLU6"} {
					t.Run(fmt.Sprint(n, level, sum, name), func(t *testing.T) { compareNorm(t, n, level, sum, engine.Cut(cut)) })
				}
			}
		}
	}
}

func compareNorm(t *testing.T, n int, level float32, sum bool, cut engine.Cut) {
	x, gamma, beta, skip := random(5, n, 19, 4, 5), random(6, 19), random(7, 19), random(10, n, 19, 4, 5)
	for i, v := 0, x.Data().([]float32); i < len(v); i++ {
		v[i] += level
	}
	in := []*tensor.Dense{x, gamma, beta}
	if sum {
		in = append(in, skip)
	}
	running := func() engine.NormConfig {
		return engine.NormConfig{Epsilon: 1e-3, Momentum: 0.9, Mean: random(8, 19), Variance: random(9, 19)}
	}
	c, planar := engine.NormLastConfig{NormConfig: running(), Channels: 19, Cut: cut}, running()
	last := func(x *G.Node, w ...*G.Node) (*G.Node, error) {
		if sum {
			c.Skip = G.Must(engine.Last(w[2]))
		}
		return engine.NormLast(x, w[0], w[1], c)
	}
	opByOp := func(x *G.Node, w ...*G.Node) (*G.Node, error) {
		y, err := engine.Norm(x, w[0], w[1], planar)
		if err == nil && sum {
			y, err = engine.Sum(y, w[2])
		}
		switch {
		case err != nil || cut == engine.Uncut:
			return y, err
		case cut == engine.AtZero:
			return engine.Rectify(y, 0)
		}
		return engine.Pointwise(y, f32.ReLU6)
	}
	alike(t, between(19, last), opByOp, in...)
	agree(t, "running mean", c.Mean, planar.Mean)
	agree(t, "running variance", c.Variance, planar.Variance)
	if !sum && cut == engine.Uncut {
		alike(t, between(19, func(x *G.Node, _ ...*G.Node) (*G.Node, error) {
			return engine.NormLast(x, nil, nil, engine.NormLastConfig{NormConfig: engine.NormConfig{Epsilon: 1e-3}, Channels: 19})
		}), func(x *G.Node, _ ...*G.Node) (*G.Node, error) {
			return engine.Norm(x, nil, nil, engine.NormConfig{Epsilon: 1e-3})
		}, x)
	}
}

func TestAffineLast(t *testing.T) {
	x, gamma, beta, mean, variance := random(5, 3, 19, 4, 5), random(6, 19), random(7, 19), random(8, 19), random(9, 19)
	for i, v := 0, variance.Float32s(); i < len(v); i++ {
		v[i] *= v[i]
	}
	constants := func(g *G.ExprGraph) (n []*G.Node) {
		for i, d := range []*tensor.Dense{gamma, beta, mean, variance} {
			n = append(n, G.NewTensor(g, d.Dtype(), 1, G.WithShape(19), G.WithName(fmt.Sprint("constant", i)), G.WithValue(d)))
		}
		return n
	}
	alike(t, between(19, func(x *G.Node, _ ...*G.Node) (*G.Node, error) {
		n := constants(x.Graph())
		return engine.AffineLast(x, n[0], n[1], n[2], n[3], 19, 1e-3)
	}), func(x *G.Node, _ ...*G.Node) (*G.Node, error) {
		n := constants(x.Graph())
		return engine.Affine(x, n[0], n[1], n[2], n[3], 1e-3)
	}, x)
}

// TestConvLastSum adds another image before the cut.
func TestConvLastSum(t *testing.T) {
	x, w := random(1, 2, 5, 6, 7), random(2, 19, 5, 3, 3)
	c := engine.ConvLastConfig{ConvConfig: engine.ConvConfig{Pad: []int{1, 1}}, Channels: 5, Cut: engine.AtZero}
	compareSum(t, c, x, w, 0, 2, 4)
	c = engine.ConvLastConfig{ConvConfig: engine.ConvConfig{Pad: []int{1, 1}, Groups: 19}, Channels: 19, Cut: engine.ZeroToSix}
	compareSum(t, c, random(5, 2, 19, 6, 7), random(6, 19, 1, 3, 3), 0)
}

func compareSum(t *testing.T, c engine.ConvLastConfig, x, w *tensor.Dense, tiles ...int) {
	b, skip := random(3, 19), random(4, 2, 19, 6, 7)
	in := func(g *G.ExprGraph, d *tensor.Dense, name string) *G.Node {
		return G.NewTensor(g, d.Dtype(), d.Dims(), G.WithShape(d.Shape()...), G.WithName(name), G.WithValue(d))
	}
	want := eval(t, x, func(x *G.Node) (*G.Node, error) {
		g := x.Graph()
		y, err := engine.GroupedConv2d(x, in(g, w, "w"), in(g, b, "b"), c.ConvConfig)
		if err != nil {
			return nil, err
		}
		if y, err = engine.Sum(y, in(g, skip, "skip")); err != nil || c.Cut == engine.ZeroToSix {
			return G.Must(engine.Pointwise(y, f32.ReLU6)), err
		}
		return engine.Rectify(y, 0)
	})
	for _, c.Tile = range tiles {
		got := eval(t, x, func(x *G.Node) (*G.Node, error) {
			g := x.Graph()
			c.Skip = G.Must(engine.Last(in(g, skip, "skip")))
			y, err := engine.ConvLast(G.Must(engine.Last(x)), in(g, w, "w"), in(g, b, "b"), c)
			if err != nil {
				return nil, err
			}
			return engine.Planar(y, 19)
		})
		agree(t, "output", got.(*tensor.Dense), want.(*tensor.Dense))
	}
}

// pooledBy declares a convolution with a max-pool in it, by taps or in tiles.
func (q wide) pooledBy(tile int, pool []int) declaration {
	return func(x *G.Node, w ...*G.Node) (*G.Node, error) {
		x, err := engine.Last(x)
		if err != nil {
			return nil, err
		}
		c := engine.ConvLastConfig{ConvConfig: q.config(), Channels: q.c, Cut: q.cut(), Tile: tile, Pool: pool}
		y, err := engine.ConvLast(x, w[0], bias(w), c)
		if err != nil {
			return nil, err
		}
		return engine.Planar(y, q.f)
	}
}

// pooledPlanes declares one that reads planes.
func (q wide) pooledPlanes(pool []int) declaration {
	return func(x *G.Node, w ...*G.Node) (*G.Node, error) {
		c := engine.ConvLastConfig{ConvConfig: q.config(), Cut: q.cut(), Pool: pool}
		c.InputGrad = false
		y, err := engine.ConvLast(x, w[0], bias(w), c)
		if err != nil {
			return nil, err
		}
		return engine.Planar(y, q.f)
	}
}

// TestConvLastPoolCores: the bits do not depend on the number of cores, nor, but for
// the sums over a batch, on who else is in it.
func TestConvLastPoolCores(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	q := wide{
		n: 9, c: 6, f: 20, h: 21, w: 15, groups: 1, kernel: [2]int{5, 3}, stride: [2]int{1, 1}, dilation: [2]int{1, 1},
		before: [2]int{2, 1}, after: [2]int{1, 0}, bias: true,
	}
	in := []*tensor.Dense{random(1, q.n, q.c, q.h, q.w), random(2, q.f, q.c, 5, 3), random(3, q.f)}
	declare := q.pooledBy(0, []int{2, 2})
	runtime.GOMAXPROCS(1)
	wantY, wants := differentiated(t, declare, in...)
	for _, procs := range []int{2, 5} {
		runtime.GOMAXPROCS(procs)
		y, grads := differentiated(t, declare, in...)
		sameNumbers(t, "output", y, wantY)
		for i, g := range grads {
			sameNumbers(t, fmt.Sprint("gradient ", i), g, wants[i])
		}
	}
}

// TestConvLastPool compares drawn convolutions that pool with a convolution and
// a pool.
func TestConvLastPool(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for done := 0; done < 120; {
		q, pool := drawn(rng), []int{1 + rng.IntN(3), 1 + rng.IntN(3)}
		tiled := done%3 == 0
		if tiled {
			q.kernel, q.stride, q.dilation, q.groups = [2]int{3, 3}, [2]int{1, 1}, [2]int{1, 1}, 1
			if done%2 == 0 {
				q.kernel = [2]int{5, 5}
			}
			q.before, q.after = [2]int{rng.IntN(3), rng.IntN(3)}, [2]int{rng.IntN(3), rng.IntN(3)}
			pool[0] = 1 + rng.IntN(2)
		}
		rows := q.h + q.before[0] + q.after[0] - q.dilation[0]*(q.kernel[0]-1)
		cols := q.w + q.before[1] + q.after[1] - q.dilation[1]*(q.kernel[1]-1)
		if min(rows, cols) < 3*3 || q.depthwise() {
			continue
		}
		done++
		t.Run(fmt.Sprint(q, pool), func(t *testing.T) {
			in := []*tensor.Dense{random(1, q.n, q.c, q.h, q.w), random(2, q.f, q.c/q.groups, q.kernel[0], q.kernel[1])}
			if q.bias {
				in = append(in, random(3, q.f))
			}
			apart := func(x *G.Node, w ...*G.Node) (*G.Node, error) {
				y, err := q.byDefinition(x, w...)
				if err != nil {
					return nil, err
				}
				return engine.MaxPool(y, engine.PoolConfig{Kernel: pool, Stride: pool})
			}
			alike(t, q.pooledBy(0, pool), apart, in...)
			if tiled {
				alike(t, q.pooledBy(2, pool), apart, in...)
			}
			_, wants := differentiated(t, apart, in...)
			_, grads := weighed(t, q.pooledPlanes(pool), in...)
			for i, g := range grads {
				agree(t, fmt.Sprint("gradient of planes ", i), g, wants[i+1])
			}
		})
	}
}
