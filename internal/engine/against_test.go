package engine_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
)

// declaration makes a node of an image and weights.
type declaration func(x *G.Node, w ...*G.Node) (*G.Node, error)

// differentiated is the value of a declaration and its gradients by the image
// and each weight, for the loss Σ y·(a fixed random tensor).
func differentiated(t *testing.T, declare declaration, inputs ...*tensor.Dense) (y *tensor.Dense, grads []*tensor.Dense) {
	t.Helper()
	return differentiatedBy(t, 0, declare, inputs...)
}

// weighed is differentiated without the gradient by the image.
func weighed(t *testing.T, declare declaration, inputs ...*tensor.Dense) (y *tensor.Dense, grads []*tensor.Dense) {
	t.Helper()
	return differentiatedBy(t, 1, declare, inputs...)
}

// differentiatedBy is differentiated by the inputs from number first on.
func differentiatedBy(t *testing.T, first int, declare declaration, inputs ...*tensor.Dense) (y *tensor.Dense, grads []*tensor.Dense) {
	t.Helper()
	g := G.NewGraph()
	var nodes G.Nodes
	for i, d := range inputs {
		// Gorgonia's ops write over what they may.
		own := d.Clone().(*tensor.Dense)
		nodes = append(nodes, G.NewTensor(g, d.Dtype(), d.Dims(), G.WithShape(d.Shape()...), G.WithName(fmt.Sprint("in", i)), G.WithValue(own)))
	}
	out, err := declare(nodes[0], nodes[1:]...)
	if err != nil {
		t.Fatal(err)
	}
	weight := as(out.Dtype(), random(99, out.Shape()...))
	loss := G.Must(G.Sum(G.Must(G.HadamardProd(out, G.NewTensor(g, out.Dtype(), out.Dims(), G.WithShape(out.Shape()...), G.WithName("gy"), G.WithValue(weight))))))
	ds, err := G.Grad(loss, nodes[first:]...)
	if err != nil {
		t.Fatal(err)
	}
	values := make([]G.Value, len(ds)+1)
	G.Read(out, &values[0])
	for i, d := range ds {
		G.Read(d, &values[i+1])
	}
	vm := G.NewTapeMachine(g)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
	for _, v := range values[1:] {
		grads = append(grads, v.(*tensor.Dense))
	}
	return values[0].(*tensor.Dense), grads
}

func random(seed uint64, shape ...int) *tensor.Dense {
	rng := rand.New(rand.NewPCG(seed, 0))
	d := tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(shape...))
	for i, x := 0, d.Data().([]float32); i < len(x); i++ {
		x[i] = float32(rng.NormFloat64())
	}
	return d
}

// as is x in the given element type.
func as(dt tensor.Dtype, x *tensor.Dense) *tensor.Dense {
	y := tensor.New(tensor.Of(dt), tensor.WithShape(x.Shape()...))
	for i, v := range numbers(x) {
		if dt == tensor.Float32 {
			y.Float32s()[i] = float32(v)
		} else {
			y.Float64s()[i] = v
		}
	}
	return y
}

// numbers are the values of x in float64.
func numbers(x *tensor.Dense) []float64 {
	if x.Dtype() == tensor.Float64 {
		return slices.Clone(x.Float64s())
	}
	var y []float64
	for _, v := range x.Float32s() {
		y = append(y, float64(v))
	}
	return y
}

// agree compares relative to the largest value.
func agree(t *testing.T, what string, got, want *tensor.Dense) {
	t.Helper()
	if !got.Shape().Eq(want.Shape()) {
		t.Fatalf("%s has shape %v, want %v", what, got.Shape(), want.Shape())
	}
	g, w := got.Data().([]float32), want.Data().([]float32)
	largest := 1.0
	for _, v := range w {
		largest = max(largest, math.Abs(float64(v)))
	}
	for i := range g {
		if d := math.Abs(float64(g[i]) - float64(w[i])); !(d <= 1e-5*largest) {
			t.Fatalf("%s[%d] is %v, want %v", what, i, g[i], w[i])
		}
	}
}

// geometry is a convolution's or a pool's.
type geometry struct {
	n, c, h, w, f, kernel, stride, pad, dilation int
}

func (q geometry) String() string {
	return fmt.Sprintf("%d×%d×%d×%d, %d filters of %d, stride %d, pad %d, dilation %d", q.n, q.c, q.h, q.w, q.f, q.kernel, q.stride, q.pad, q.dilation)
}

// fits reports whether the window fits on the padded image.
func (q geometry) fits() bool { return min(q.h, q.w)+2*q.pad > q.dilation*(q.kernel-1) }

func (q geometry) conv(conv2d func(im, filter *G.Node, kernelShape tensor.Shape, pad, stride, dilation []int) (*G.Node, error)) declaration {
	return func(x *G.Node, w ...*G.Node) (*G.Node, error) {
		return conv2d(x, w[0], tensor.Shape{q.kernel, q.kernel}, []int{q.pad, q.pad}, []int{q.stride, q.stride}, []int{q.dilation, q.dilation})
	}
}

func (q geometry) pool(maxPool2D func(x *G.Node, kernel tensor.Shape, pad, stride []int) (*G.Node, error)) declaration {
	return func(x *G.Node, _ ...*G.Node) (*G.Node, error) {
		return maxPool2D(x, tensor.Shape{q.kernel, q.kernel}, []int{q.pad, q.pad}, []int{q.stride, q.stride})
	}
}

func (q geometry) compareConv(t *testing.T) {
	x, w := random(1, q.n, q.c, q.h, q.w), random(2, q.f, q.c, q.kernel, q.kernel)
	y, grads := differentiated(t, q.conv(engine.Conv2d), x, w)
	wantY, wantGrads := differentiated(t, q.conv(G.Conv2d), x, w)
	agree(t, "output", y, wantY)
	agree(t, "gradient by the image", grads[0], wantGrads[0])
	agree(t, "gradient by the filter", grads[1], wantGrads[1])
}

func TestConv2dAgainstGorgonia(t *testing.T) {
	for _, q := range []geometry{
		{1, 1, 1, 1, 1, 1, 1, 0, 1},
		{2, 1, 28, 28, 6, 5, 1, 2, 1},
		{3, 5, 11, 7, 67, 3, 1, 0, 1},
		{2, 67, 8, 9, 5, 3, 2, 1, 1},
		{33, 2, 6, 6, 3, 2, 3, 0, 1},
		{2, 3, 13, 12, 4, 3, 1, 0, 2},
		{1, 4, 15, 17, 4, 7, 2, 3, 1},
		{2, 3, 9, 9, 4, 4, 3, 3, 2},
		{2, 3, 70, 80, 4, 3, 1, 1, 1}, // more than one strip
	} {
		t.Run(q.String(), q.compareConv)
	}
}

// FuzzConv2d draws shapes.
func FuzzConv2d(f *testing.F) {
	f.Add(uint64(0), uint64(0))
	f.Add(uint64(1), uint64(7))
	f.Fuzz(func(t *testing.T, a, b uint64) {
		rng := rand.New(rand.NewPCG(a, b))
		q := geometry{
			n: 1 + rng.IntN(33), c: 1 + rng.IntN(20), h: 1 + rng.IntN(18), w: 1 + rng.IntN(18), f: 1 + rng.IntN(67),
			kernel: 1 + rng.IntN(7), stride: 1 + rng.IntN(3), pad: rng.IntN(4), dilation: 1 + rng.IntN(2),
		}
		if q.fits() {
			q.compareConv(t)
		}
	})
}

func TestMaxPool2DAgainstGorgonia(t *testing.T) {
	for _, q := range []geometry{
		{n: 2, c: 3, h: 8, w: 8, kernel: 2, stride: 2},
		{n: 1, c: 1, h: 2, w: 2, kernel: 2, stride: 2},
		{n: 2, c: 3, h: 7, w: 9, kernel: 3, stride: 2},
		{n: 2, c: 3, h: 7, w: 9, kernel: 3, stride: 1, pad: 1},
		{n: 3, c: 1, h: 5, w: 6, kernel: 2, stride: 3, pad: 1},
	} {
		t.Run(q.String(), func(t *testing.T) {
			x := random(1, q.n, q.c, q.h, q.w)
			for i, v := 0, x.Data().([]float32); i < len(v); i++ {
				v[i] = float32(math.Round(float64(v[i]))) // many ties
			}
			y, grads := differentiated(t, q.pool(engine.MaxPool2D), x)
			wantY, wantGrads := differentiated(t, q.pool(G.MaxPool2D), x)
			agree(t, "output", y, wantY)
			agree(t, "gradient", grads[0], wantGrads[0])
		})
	}
}

// TestBlockAgainstGorgonia compares the block, planar in and out, with
// Gorgonia's ops one by one, with ties among equal pixels.
func TestBlockAgainstGorgonia(t *testing.T) {
	for _, q := range []geometry{
		{n: 1, c: 1, h: 4, w: 4, f: 1},
		{n: 3, c: 1, h: 28, w: 28, f: 64},
		{n: 2, c: 64, h: 13, w: 13, f: 64},
		{n: 5, c: 3, h: 9, w: 6, f: 17},
		{n: 7, c: 33, h: 5, w: 5, f: 31},
	} {
		t.Run(q.String(), func(t *testing.T) {
			x, w, b := random(1, q.n, q.c, q.h, q.w), random(2, q.f, q.c, 3, 3), random(3, q.f)
			block := func(x *G.Node, w ...*G.Node) (*G.Node, error) {
				y, err := engine.Block(x, w[0], w[1], engine.BlockConfig{InputGrad: true})
				if err != nil {
					return nil, err
				}
				return engine.Planar(y, q.f)
			}
			y, grads := differentiated(t, block, x, w, b)
			wantY, wantGrads := differentiated(t, opByOp(q.f), x, w, b)
			agree(t, "output", y, wantY)
			for i, what := range []string{"image", "filter", "bias"} {
				agree(t, "gradient by the "+what, grads[i], wantGrads[i])
			}
		})
	}
}

// opByOp is the block in Gorgonia's ops.
func opByOp(filters int) declaration {
	return func(x *G.Node, w ...*G.Node) (*G.Node, error) {
		y, err := G.Conv2d(x, w[0], tensor.Shape{3, 3}, []int{0, 0}, []int{1, 1}, []int{1, 1})
		if err != nil {
			return nil, err
		}
		if y, err = G.BroadcastAdd(y, G.Must(G.Reshape(w[1], tensor.Shape{1, filters, 1, 1})), nil, []byte{0, 2, 3}); err != nil {
			return nil, err
		}
		if y, err = G.Rectify(y); err != nil {
			return nil, err
		}
		return G.MaxPool2D(y, tensor.Shape{2, 2}, []int{0, 0}, []int{2, 2})
	}
}

func TestDenseAgainstGorgonia(t *testing.T) {
	for _, q := range []struct{ n, k, m int }{{1, 1, 1}, {32, 1600, 128}, {7, 33, 10}, {33, 5, 67}} {
		for _, relu := range []bool{false, true} {
			t.Run(fmt.Sprint(q, relu), func(t *testing.T) {
				x, w, b := random(1, q.n, q.k), random(2, q.k, q.m), random(3, q.m)
				ours := func(x *G.Node, w ...*G.Node) (*G.Node, error) {
					return engine.Dense(x, w[0], w[1], engine.DenseConfig{ReLU: relu, InputGrad: true})
				}
				theirs := func(x *G.Node, w ...*G.Node) (*G.Node, error) {
					y, err := G.BroadcastAdd(G.Must(G.Mul(x, w[0])), G.Must(G.Reshape(w[1], tensor.Shape{1, q.m})), nil, []byte{0})
					if err == nil && relu {
						y, err = G.Rectify(y)
					}
					return y, err
				}
				y, grads := differentiated(t, ours, x, w, b)
				wantY, wantGrads := differentiated(t, theirs, x, w, b)
				agree(t, "output", y, wantY)
				for i := range grads {
					agree(t, fmt.Sprint("gradient ", i), grads[i], wantGrads[i])
				}
			})
		}
	}
}
