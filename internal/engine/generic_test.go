package engine_test

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
)

// generic is an op of either element type and its slow version.
type generic struct {
	name    string
	declare declaration
	shapes  [][]int // of the inputs
	slow    func(in [][]float64) []float64
}

// generics are the ops on images of c channels of side×side pixels.
func generics(n, c, side int) []generic {
	image, features, channel := []int{n, c, side, side}, []int{n, c}, []int{c}
	area := side * side
	constant := func(g *G.ExprGraph, dt tensor.Dtype, name string, seed uint64) *G.Node {
		d := as(dt, random(seed, c))
		if name == "variance" {
			d = as(dt, positive(seed, c))
		}
		return G.NewTensor(g, dt, 1, G.WithShape(c), G.WithName(name), G.WithValue(d))
	}
	affine := func(x, gamma, beta *G.Node) (*G.Node, error) {
		g, dt := x.Graph(), x.Dtype()
		return engine.Affine(x, gamma, beta, constant(g, dt, "mean", 11), constant(g, dt, "variance", 12), 1e-3)
	}
	mean, variance := numbers(random(11, c)), numbers(positive(12, c))
	return append(slices.Concat(convolutions(n, c, side), planeOps(n, c, side), activations(n, c, side)), []generic{
		{"Rectify", func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return engine.Rectify(x, 0) }, [][]int{image}, slowRectify(0)},
		{"leaky Rectify", func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return engine.Rectify(x, 0.25) }, [][]int{{n * c * area}}, slowRectify(0.25)},
		{"Sum", func(x *G.Node, w ...*G.Node) (*G.Node, error) { return engine.Sum(x, w[0], w[1]) }, [][]int{image, image, image}, pointwise(func(v []float64) float64 { return v[0] + v[1] + v[2] })},
		{"Sum of a node twice", func(x *G.Node, w ...*G.Node) (*G.Node, error) { return engine.Sum(x, w[0], x) }, [][]int{image, image}, pointwise(func(v []float64) float64 { return 2*v[0] + v[1] })},
		{"Product", func(x *G.Node, w ...*G.Node) (*G.Node, error) { return engine.Product(x, w[0], w[1]) }, [][]int{image, image, image}, pointwise(func(v []float64) float64 { return v[0] * v[1] * v[2] })},
		{"Product of a node twice", func(x *G.Node, w ...*G.Node) (*G.Node, error) { return engine.Product(x, x, w[0]) }, [][]int{features, features}, pointwise(func(v []float64) float64 { return v[0] * v[0] * v[1] })},
		{"Maximum", func(x *G.Node, w ...*G.Node) (*G.Node, error) { return engine.Maximum(x, w[0], w[1]) }, [][]int{image, image, image}, pointwise(slices.Max[[]float64])},
		{"Maximum of a node twice", func(x *G.Node, w ...*G.Node) (*G.Node, error) { return engine.Maximum(x, w[0], x) }, [][]int{image, image}, pointwise(slices.Max[[]float64])},
		{"Concat", func(x *G.Node, w ...*G.Node) (*G.Node, error) { return engine.Concat(x, w[0], x) }, [][]int{image, {n, 2 * c, side, side}}, slowConcat(n)},
		{"Concat of vectors", func(x *G.Node, w ...*G.Node) (*G.Node, error) { return engine.Concat(x, w[0], x) }, [][]int{features, {n, 1}}, slowConcat(n)},
		{"MeanImage", func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return engine.MeanImage(x) }, [][]int{image}, slowMean(area)},
		{"Norm", func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			return engine.Norm(x, w[0], w[1], engine.NormConfig{Epsilon: 1e-3})
		}, [][]int{image, channel, channel}, slowNorm(n, c, area, true, true)},
		{"Norm of vectors", func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			return engine.Norm(x, w[0], w[1], engine.NormConfig{Epsilon: 1e-3})
		}, [][]int{features, channel, channel}, slowNorm(n, c, 1, true, true)},
		{"Norm without gamma", func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			return engine.Norm(x, nil, w[0], engine.NormConfig{Epsilon: 1e-3})
		}, [][]int{image, channel}, slowNorm(n, c, area, false, true)},
		{"Norm without beta", func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			return engine.Norm(x, w[0], nil, engine.NormConfig{Epsilon: 1e-3})
		}, [][]int{image, channel}, slowNorm(n, c, area, true, false)},
		{"Norm alone", func(x *G.Node, _ ...*G.Node) (*G.Node, error) {
			return engine.Norm(x, nil, nil, engine.NormConfig{Epsilon: 1e-3})
		}, [][]int{image}, slowNorm(n, c, area, false, false)},
		{"Affine", func(x *G.Node, w ...*G.Node) (*G.Node, error) { return affine(x, w[0], w[1]) }, [][]int{image, channel, channel}, slowAffine(n, c, area, mean, variance, true, true)},
		{"Affine of vectors", func(x *G.Node, w ...*G.Node) (*G.Node, error) { return affine(x, w[0], w[1]) }, [][]int{features, channel, channel}, slowAffine(n, c, 1, mean, variance, true, true)},
		{"Affine without gamma", func(x *G.Node, w ...*G.Node) (*G.Node, error) { return affine(x, nil, w[0]) }, [][]int{image, channel}, slowAffine(n, c, area, mean, variance, false, true)},
		{"Affine without beta", func(x *G.Node, w ...*G.Node) (*G.Node, error) { return affine(x, w[0], nil) }, [][]int{image, channel}, slowAffine(n, c, area, mean, variance, true, false)},
		{"Affine alone", func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return affine(x, nil, nil) }, [][]int{image}, slowAffine(n, c, area, mean, variance, false, false)},
	}...)
}

// inputs are random, of the given type.
func (q generic) inputs(dt tensor.Dtype, seed uint64) []*tensor.Dense {
	var in []*tensor.Dense
	for i, s := range q.shapes {
		in = append(in, as(dt, random(seed+uint64(i), s...)))
	}
	return in
}

// positive is random values above 0.
func positive(seed uint64, shape ...int) *tensor.Dense {
	d := random(seed, shape...)
	for i, v := range d.Float32s() {
		d.Float32s()[i] = v*v + 0.1
	}
	return d
}

// pointwise computes each element by itself.
func pointwise(f func(v []float64) float64) func(in [][]float64) []float64 {
	return func(in [][]float64) []float64 {
		y := make([]float64, len(in[0]))
		for i := range y {
			var v []float64
			for _, x := range in {
				v = append(v, x[i])
			}
			y[i] = f(v)
		}
		return y
	}
}

func slowRectify(slope float64) func(in [][]float64) []float64 {
	return pointwise(func(v []float64) float64 { return max(v[0], 0) + slope*min(v[0], 0) })
}

// slowConcat lays in[0], in[1] and in[0] side by side.
func slowConcat(n int) func(in [][]float64) []float64 {
	return func(in [][]float64) []float64 {
		var y []float64
		for i := range n {
			for _, x := range [][]float64{in[0], in[1], in[0]} {
				y = append(y, x[i*len(x)/n:(i+1)*len(x)/n]...)
			}
		}
		return y
	}
}

func slowMean(area int) func(in [][]float64) []float64 {
	return func(in [][]float64) []float64 {
		y := make([]float64, len(in[0])/area)
		for i, v := range in[0] {
			y[i/area] += v / float64(area)
		}
		return y
	}
}

// slowNorm takes the statistics value by value.
func slowNorm(n, c, area int, gamma, beta bool) func(in [][]float64) []float64 {
	return func(in [][]float64) []float64 {
		mean, variance := make([]float64, c), make([]float64, c)
		for i, v := range in[0] {
			mean[i/area%c] += v / float64(n*area)
		}
		for i, v := range in[0] {
			variance[i/area%c] += (v - mean[i/area%c]) * (v - mean[i/area%c]) / float64(n*area)
		}
		return slowAffine(n, c, area, mean, variance, gamma, beta)(in)
	}
}

func slowAffine(_, c, area int, mean, variance []float64, gamma, beta bool) func(in [][]float64) []float64 {
	return func(in [][]float64) []float64 {
		var y []float64
		for i, v := range in[0] {
			ch := i / area % c
			v = (v - mean[ch]) / math.Sqrt(variance[ch]+1e-3)
			if gamma {
				v *= in[1][ch]
			}
			if beta {
				v += in[len(in)-1][ch]
			}
			y = append(y, v)
		}
		return y
	}
}

// TestGenericOps compares values with the slow versions, in both types, and
// gradients with central differences of the slow versions.
func TestGenericOps(t *testing.T) {
	for _, size := range [][3]int{{1, 1, 2}, {2, 3, 3}, {3, 5, 2}} {
		for _, q := range generics(size[0], size[1], size[2]) {
			for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
				t.Run(fmt.Sprint(q.name, size, dt), func(t *testing.T) { q.compare(t, dt) })
			}
		}
	}
}

func (q generic) compare(t *testing.T, dt tensor.Dtype) {
	tolerance := 1e-7
	if dt == tensor.Float32 {
		tolerance = 2e-5
	}
	in := q.inputs(dt, 1)
	var x [][]float64
	for _, d := range in {
		x = append(x, numbers(d))
	}
	y, grads := differentiated(t, q.declare, in...)
	near(t, "output", numbers(y), q.slow(x), tolerance)

	weight := numbers(random(99, y.Shape()...))
	for k, g := range grads {
		loss := func(v []float64) float64 {
			var sum float64
			for i, y := range q.slow(slices.Concat(x[:k], [][]float64{v}, x[k+1:])) {
				sum += y * weight[i]
			}
			return sum
		}
		want := fd.Gradient(nil, loss, x[k], &fd.Settings{Formula: fd.Central})
		near(t, fmt.Sprint("gradient by input ", k), numbers(g), want, tolerance)
	}
}

// near compares relative to the largest value where that is above 1.
func near(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d values, want %d", what, len(got), len(want))
	}
	largest := 1.0
	for _, v := range want {
		largest = max(largest, math.Abs(v))
	}
	for i, v := range got {
		if !(math.Abs(v-want[i]) <= tolerance*largest) {
			t.Fatalf("%s[%d] is %v, want %v", what, i, v, want[i])
		}
	}
}

// TestGenericOpsBits has the same bits for every number of workers, on images
// of several pieces.
func TestGenericOpsBits(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, q := range generics(3, 5, 43) {
		for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			t.Run(fmt.Sprint(q.name, dt), func(t *testing.T) {
				var want [][]float64
				for procs := 1; procs <= 3; procs++ {
					runtime.GOMAXPROCS(procs)
					y, grads := differentiated(t, q.declare, q.inputs(dt, 1)...)
					var got [][]float64
					for _, d := range append(grads, y) {
						got = append(got, numbers(d))
					}
					if want == nil {
						want = got
					}
					for i := range got {
						if !slices.Equal(got[i], want[i]) {
							t.Fatalf("value %d differs with GOMAXPROCS %d", i, procs)
						}
					}
				}
			})
		}
	}
}

// TestGenericOpsRewrite has a second run leave nothing of the first: on other
// inputs, and after the results of every op were written over, as Gorgonia's
// elementwise ops do. Nor does it allocate.
func TestGenericOpsRewrite(t *testing.T) {
	for _, q := range generics(3, 5, 43) {
		for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
			t.Run(fmt.Sprint(q.name, dt), func(t *testing.T) {
				used, fresh := q.compile(t, dt, 1), q.compile(t, dt, 101)
				used.run(t)
				for i, d := range q.inputs(dt, 101) {
					if err := G.Let(used.nodes[i], d); err != nil {
						t.Fatal(err)
					}
				}
				for _, op := range used.owners() {
					if err := op.Owned().Memset(as(dt, matrix(1, 2, 77, 77)).Get(0)); err != nil {
						t.Fatal(err)
					}
				}
				used.run(t)
				fresh.run(t)
				want := fresh.owners()
				for i, op := range used.owners() {
					if !slices.Equal(numbers(op.Owned()), numbers(want[i].Owned())) {
						t.Errorf("%v kept something of the run before", op)
					}
				}
				used.allocateNothing(t)
			})
		}
	}
}

// compiled is a declaration and its gradients on a machine.
type compiled struct {
	g     *G.ExprGraph
	nodes G.Nodes // the inputs
	vm    G.VM
}

func (q generic) compile(t *testing.T, dt tensor.Dtype, seed uint64) *compiled {
	t.Helper()
	c := &compiled{g: G.NewGraph()}
	for i, d := range q.inputs(dt, seed) {
		c.nodes = append(c.nodes, G.NewTensor(c.g, dt, d.Dims(), G.WithShape(d.Shape()...), G.WithName(fmt.Sprint("in", i)), G.WithValue(d)))
	}
	out, err := q.declare(c.nodes[0], c.nodes[1:]...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := G.Grad(G.Must(G.Sum(out)), c.nodes...); err != nil {
		t.Fatal(err)
	}
	c.vm = G.NewTapeMachine(c.g)
	t.Cleanup(func() { c.vm.Close() })
	return c
}

func (c *compiled) run(t *testing.T) {
	t.Helper()
	c.vm.Reset()
	if err := c.vm.RunAll(); err != nil {
		t.Fatal(err)
	}
}

// owners are the ops that own their results, in the order of their declaration.
func (c *compiled) owners() []engine.Owner {
	var ops []engine.Owner
	for _, n := range c.g.AllNodes() {
		if op, ok := n.Op().(engine.Owner); ok {
			ops = append(ops, op)
		}
	}
	return ops
}

func (c *compiled) allocateNothing(t *testing.T) {
	t.Helper()
	for _, n := range c.g.AllNodes() {
		op, ok := n.Op().(engine.Owner)
		if !ok {
			continue
		}
		in := operands(c.g, n, op.Arity())
		if allocs := testing.AllocsPerRun(3, func() {
			if _, err := op.Do(in...); err != nil {
				t.Fatal(err)
			}
		}); allocs > 0 {
			t.Errorf("%v allocates %v times a run", op, allocs)
		}
	}
}

// operands are the values of the nodes that n reads. Of a node that is read
// twice the graph tells once: it stands for all that are missing.
func operands(g *G.ExprGraph, n *G.Node, arity int) []G.Value {
	var in []G.Value
	for it := g.From(n.ID()); it.Next(); {
		in = append(in, it.Node().(*G.Node).Value())
	}
	for len(in) < arity {
		in = append(in, in[0])
	}
	return in
}
