package engine_test

import (
	"fmt"
	"math"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
	"euryale/internal/f32"
)

var (
	nan  = math.NaN()
	inf  = math.Inf(1)
	zero = math.Copysign(0, -1) // below zero
)

func row(dt tensor.Dtype, x ...float64) *tensor.Dense {
	return as(dt, tensor.New(tensor.WithShape(1, len(x)), tensor.WithBacking(x)))
}

// same compares with NaN equal to itself and 0 to -0.
func same(t *testing.T, what string, got *tensor.Dense, want ...float64) {
	t.Helper()
	for i, v := range numbers(got) {
		if v != want[i] && (v == v || want[i] == want[i]) {
			t.Fatalf("%s is %v, want %v", what, numbers(got), want)
		}
	}
}

// each runs f for both element types.
func each(t *testing.T, f func(t *testing.T, dt tensor.Dtype)) {
	for _, dt := range []tensor.Dtype{tensor.Float32, tensor.Float64} {
		t.Run(dt.String(), func(t *testing.T) { f(t, dt) })
	}
}

func TestRectifySpecialValues(t *testing.T) {
	x := []float64{nan, -inf, inf, 0, zero, -8, 8}
	for _, c := range []struct {
		slope   float64
		y, rate []float64
	}{
		{0, []float64{nan, 0, inf, 0, 0, 0, 8}, []float64{0, 0, 1, 0, 0, 0, 1}},
		{.25, []float64{nan, -inf, inf, 0, 0, -2, 8}, []float64{.25, .25, 1, .25, .25, .25, 1}},
		{-.25, []float64{nan, inf, inf, 0, 0, 2, 8}, []float64{-.25, -.25, 1, -.25, -.25, -.25, 1}},
	} {
		t.Run(fmt.Sprint(c.slope), func(t *testing.T) {
			each(t, func(t *testing.T, dt tensor.Dtype) {
				rectify := func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return engine.Rectify(x, c.slope) }
				y, grads := differentiated(t, rectify, row(dt, x...))
				same(t, "output", y, c.y...)
				rate := numbers(random(99, 1, len(x)))
				for i := range rate {
					rate[i] *= c.rate[i]
				}
				same(t, "gradient", grads[0], rate...)
			})
		})
	}
}

// TestRectifyStopsGradients has gradients that are not finite end where ReLU
// cut: times 0 they would be NaN.
func TestRectifyStopsGradients(t *testing.T) {
	each(t, func(t *testing.T, dt tensor.Dtype) {
		_, grads := differentiated(t, func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			return engine.Product(G.Must(engine.Rectify(x, 0)), w[0])
		}, row(dt, -1, 0, nan, -inf), row(dt, inf, -inf, nan, nan))
		same(t, "gradient", grads[0], 0, 0, 0, 0)
	})
}

// TestRectifyBits compares with x·(x > 0), bit for bit but for the sign of 0.
func TestRectifyBits(t *testing.T) {
	each(t, func(t *testing.T, dt tensor.Dtype) {
		x := as(dt, random(1, 3, 4, 50, 50))
		zero := G.NewConstant(float32(0))
		if dt == tensor.Float64 {
			zero = G.NewConstant(0.0)
		}
		y, grads := differentiated(t, func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return engine.Rectify(x, 0) }, x)
		wantY, wantGrads := differentiated(t, func(x *G.Node, _ ...*G.Node) (*G.Node, error) {
			return G.HadamardProd(x, G.Must(G.Gt(x, zero, true)))
		}, x)
		same(t, "output", y, numbers(wantY)...)
		same(t, "gradient", grads[0], numbers(wantGrads[0])...)
	})
}

// TestSumOrder has a sum from left to right, in which 1 vanishes or does not.
func TestSumOrder(t *testing.T) {
	each(t, func(t *testing.T, dt tensor.Dtype) {
		for _, c := range [][4]float64{{1e20, 1, -1e20, 0}, {1e20, -1e20, 1, 1}, {1, 1e20, -1e20, 0}} {
			y, _ := differentiated(t, func(x *G.Node, w ...*G.Node) (*G.Node, error) {
				return engine.Sum(x, w[0], w[1])
			}, row(dt, c[0], c[0]), row(dt, c[1], c[1]), row(dt, c[2], c[2]))
			same(t, fmt.Sprint("sum of ", c[:3]), y, c[3], c[3])
		}
	})
}

// TestProductOfZeros has gradients that a division by the factor would lose.
func TestProductOfZeros(t *testing.T) {
	each(t, func(t *testing.T, dt tensor.Dtype) {
		y, grads := differentiated(t, func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			return engine.Product(x, w[0], w[1])
		}, row(dt, 0, 0, 2), row(dt, 3, 0, 5), row(dt, 7, 11, 0))
		same(t, "output", y, 0, 0, 0)
		g := numbers(random(99, 1, 3))
		near(t, "gradient by the first", numbers(grads[0]), []float64{g[0] * 21, 0, 0}, 1e-6)
		near(t, "gradient by the second", numbers(grads[1]), []float64{0, 0, 0}, 0)
		near(t, "gradient by the third", numbers(grads[2]), []float64{0, 0, g[2] * 10}, 1e-6)
	})
}

func TestMaximumTiesAndNaN(t *testing.T) {
	each(t, func(t *testing.T, dt tensor.Dtype) {
		y, grads := differentiated(t, func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			return engine.Maximum(x, w[0], w[1])
		}, row(dt, 1, 0, nan, 5, -inf, 2), row(dt, 1, 3, nan, nan, -inf, nan), row(dt, 0, 3, 9, 9, -inf, nan))
		same(t, "output", y, 1, 3, nan, nan, -inf, nan)
		g := numbers(random(99, 1, 6))
		same(t, "gradient by the first", grads[0], g[0], 0, g[2], 0, g[4], 0)
		same(t, "gradient by the second", grads[1], 0, g[1], 0, g[3], 0, g[5])
		same(t, "gradient by the third", grads[2], 0, 0, 0, 0, 0, 0)
	})
}

// TestNormRunningStatistics updates them once a run, in place.
func TestNormRunningStatistics(t *testing.T) {
	each(t, func(t *testing.T, dt tensor.Dtype) {
		vector := func(x ...float64) *tensor.Dense {
			d := row(dt, x...)
			if err := d.Reshape(len(x)); err != nil {
				t.Fatal(err)
			}
			return d
		}
		mean, variance := vector(8, -8), vector(1, 2)
		x := as(dt, tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float64{1, 10, 3, 30})))
		g := G.NewGraph()
		y, err := engine.Norm(G.NewMatrix(g, dt, G.WithShape(2, 2), G.WithName("x"), G.WithValue(x)), nil, nil,
			engine.NormConfig{Epsilon: 1e-3, Momentum: .75, Mean: mean, Variance: variance})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := G.Grad(G.Must(G.Sum(y)), g.AllNodes()[0]); err != nil {
			t.Fatal(err)
		}
		vm := G.NewTapeMachine(g)
		defer vm.Close()
		for _, want := range [][2][]float64{
			{{6.5, -1}, {1, 26.5}},
			{{5.375, 4.25}, {1, 44.875}},
		} {
			vm.Reset()
			if err := vm.RunAll(); err != nil {
				t.Fatal(err)
			}
			near(t, "running mean", numbers(mean), want[0], 1e-6)
			near(t, "running variance", numbers(variance), want[1], 1e-6)
		}
	})
}

func TestGenericRefusals(t *testing.T) {
	g := G.NewGraph()
	names := 0
	node := func(dt tensor.Dtype, shape ...int) *G.Node {
		names++
		return G.NewTensor(g, dt, len(shape), G.WithShape(shape...), G.WithName(fmt.Sprint("n", names)))
	}
	single, double := tensor.Float32, tensor.Float64
	x, m, c := node(single, 2, 3, 4, 4), node(single, 2, 3), node(single, 3)
	scalar := G.NewScalar(g, single, G.WithName("s"))
	norm := func(x *G.Node, c engine.NormConfig) error {
		_, err := engine.Norm(x, nil, nil, c)
		return err
	}
	statistics := func(shape ...int) *tensor.Dense { return random(1, shape...) }
	view, err := statistics(6).Slice(G.S(0, 3))
	if err != nil {
		t.Fatal(err)
	}
	of := func(_ *G.Node, err error) error { return err }
	for _, q := range []struct {
		want string
		got  error
	}{
		{"Sum: want at least one node, got none", of(engine.Sum())},
		{"Sum: want 2 nodes, got nil for number 2", of(engine.Sum(x, nil))},
		{"Sum: want nodes of one shape, got (2, 3) first and (3, 2) as number 3", of(engine.Sum(m, m, node(single, 3, 2)))},
		{"Product: want nodes of one shape, got (3) first and (3, 1) as number 2", of(engine.Product(c, node(single, 3, 1)))},
		{"Maximum: want nodes of one type, got float32 and float64", of(engine.Maximum(c, node(double, 3)))},
		{"Product: want float32 or float64, got int", of(engine.Product(node(tensor.Int, 3)))},
		{"Rectify: want a tensor, got a scalar", of(engine.Rectify(scalar, 0))},
		{"Rectify: want a finite slope in float32, got NaN", of(engine.Rectify(x, nan))},
		{"Rectify: want a finite slope in float32, got 1e+300", of(engine.Rectify(x, 1e300))},
		{"Concat: want shapes (N, C, …) that differ in axis 1 alone, got (2, 3, 4, 4) first and (2, 3) as number 2", of(engine.Concat(x, m))},
		{"Concat: want shapes (N, C, …) that differ in axis 1 alone, got (3) first and (3) as number 1", of(engine.Concat(c, c))},
		{"MeanImage: want (N, C, H, W), got (2, 3)", of(engine.MeanImage(m))},
		{"Norm: want (N, C, H, W) or (N, C), got (3)", norm(c, engine.NormConfig{})},
		{"Norm: want (3), one value for each channel of (2, 3, 4, 4), got (4)", of(engine.Norm(x, nil, node(single, 4), engine.NormConfig{}))},
		{"Norm: want an epsilon of at least 0, got -1", norm(x, engine.NormConfig{Epsilon: -1})},
		{"Norm: want a momentum from 0 to 1, got 2", norm(x, engine.NormConfig{Momentum: 2})},
		{"Norm: want a running mean and a running variance or neither, got one", norm(x, engine.NormConfig{Mean: statistics(3)})},
		{"Norm: want running statistics of 3 float32 values, got float32 of shape (4)", norm(x, engine.NormConfig{Mean: statistics(3), Variance: statistics(4)})},
		{"Norm: want running statistics of their own, got a view of another tensor", norm(x, engine.NormConfig{Mean: view.(*tensor.Dense), Variance: statistics(3)})},
		{"Affine: want a mean and a variance, got nil", of(engine.Affine(x, c, c, nil, c, 0))},
		{"Affine: want (3), one value for each channel of (2, 3), got (2, 3)", of(engine.Affine(m, c, c, c, m, 0))},
		{"Mish: want a tensor, got a scalar", of(engine.Pointwise(scalar, f32.Mish))},
		{"PReLU: want x of (N, C, …), got (3)", of(engine.PReLU(c, c))},
		{"PReLU: want 1, 3 or 48 slopes for (2, 3, 4, 4), got 2", of(engine.PReLU(x, node(single, 2)))},
		{"LogSoftMax: want (N, C, H, W) or (N, C), got (3)", of(engine.LogSoftMax(c))},
		{"SoftmaxCrossEntropy: want a target of shape (2, 4, 4) for (2, 3, 4, 4), got (2, 3)", of(engine.ClassesLoss(x, node(tensor.Int, 2, 3), nil, engine.ClassesConfig{}))},
		{"SoftmaxCrossEntropy: want a weight for each of 3 classes, got 1", of(engine.ClassesLoss(m, node(tensor.Int, 2), nil, engine.ClassesConfig{Weights: []float64{1}}))},
		{"SoftmaxCrossEntropy: want labels of type int, got float32", of(engine.ClassesLoss(m, node(single, 2), nil, engine.ClassesConfig{}))},
		{"DifferenceLoss: want nodes, got nil", of(engine.DifferenceLoss(m, nil, nil, engine.Squared))},
		{"DifferenceLoss: want a target of type float32, got float64", of(engine.DifferenceLoss(m, node(double, 2, 3), nil, engine.Squared))},
		{"BinaryLoss: want a weight for each of 2 samples, got (3)", of(engine.BinaryLoss(m, m, c, engine.BinaryConfig{}))},
		{"BinaryLoss: want a weight for each of 3 channels, got 1", of(engine.BinaryLoss(m, m, nil, engine.BinaryConfig{PositiveWeight: []float64{1}}))},
		{"Penalty: want a tensor, got a scalar", of(engine.Penalty(scalar, 1, 1))},
		{"Affine: want an epsilon of at least 0, got NaN", of(engine.Affine(x, c, c, c, c, nan))},
	} {
		if q.got == nil || q.got.Error() != q.want {
			t.Errorf("error %v, want %q", q.got, q.want)
		}
	}
}

// TestMaxPool2DSpecialValues has NaN win, -Inf lose to any number and be the
// largest where there is no other, beside padding too.
func TestMaxPool2DSpecialValues(t *testing.T) {
	x := as(tensor.Float32, tensor.New(tensor.WithShape(1, 1, 2, 8), tensor.WithBacking([]float64{
		nan, 1, 2, nan, -inf, -inf, -inf, -3e38,
		2, 3, 3, -inf, -inf, -inf, -inf, -inf,
	})))
	pool := func(pad []int) declaration {
		return func(x *G.Node, _ ...*G.Node) (*G.Node, error) {
			return engine.MaxPool2D(x, tensor.Shape{2, 2}, pad, []int{2, 2})
		}
	}
	y, grads := differentiated(t, pool(nil), x)
	same(t, "output", y, nan, nan, -inf, float64(float32(-3e38)))
	g := numbers(random(99, 1, 1, 1, 4))
	same(t, "gradient", grads[0],
		g[0], 0, 0, g[1], g[2], 0, 0, g[3],
		0, 0, 0, 0, 0, 0, 0, 0)
	y, _ = differentiated(t, pool([]int{1, 1}), x)
	same(t, "padded", y, nan, 2, nan, -inf, float64(float32(-3e38)), 2, 3, -inf, -inf, -inf)
}

// TestReLUOfOverflow has products that overflow to -Inf, and NaN, before ReLU:
// the first become 0 and pass no gradient, as any number below 0.
func TestReLUOfOverflow(t *testing.T) {
	huge := func(shape ...int) *tensor.Dense {
		d := tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(shape...))
		for i := range d.Float32s() {
			d.Float32s()[i] = 3e38
		}
		return d
	}
	negative := func(d *tensor.Dense, from int) *tensor.Dense {
		for i := range d.Float32s()[from:] {
			d.Float32s()[from+i] *= -1
		}
		return d
	}
	y, grads := differentiated(t, func(x *G.Node, w ...*G.Node) (*G.Node, error) {
		return engine.Dense(x, w[0], w[1], engine.DenseConfig{ReLU: true, InputGrad: true})
	}, huge(2, 3), negative(huge(3, 4), 0), random(1, 4))
	same(t, "Dense", y, make([]float64, 8)...)
	same(t, "gradient by x", grads[0], make([]float64, 6)...)
	same(t, "gradient by w", grads[1], make([]float64, 12)...)

	y, grads = differentiated(t, func(x *G.Node, w ...*G.Node) (*G.Node, error) {
		return engine.Conv(x, w[0], w[1], engine.ConvConfig{ReLU: true, InputGrad: true})
	}, huge(1, 1, 3, 3), negative(huge(2, 1, 2, 2), 4), random(1, 2))
	same(t, "Conv", y, inf, inf, inf, inf, 0, 0, 0, 0)
	same(t, "gradient by the second filter", row(tensor.Float32, numbers(grads[1])[4:]...), 0, 0, 0, 0)

	block := eval(t, huge(1, 1, 4, 4), func(x *G.Node) (*G.Node, error) {
		w := G.NewTensor(x.Graph(), x.Dtype(), 4, G.WithShape(2, 1, 3, 3), G.WithName("w"), G.WithValue(negative(huge(2, 1, 3, 3), 9)))
		b := G.NewVector(x.Graph(), x.Dtype(), G.WithShape(2), G.WithName("b"), G.WithValue(random(1, 2)))
		y, err := engine.Block(x, w, b, engine.BlockConfig{})
		if err != nil {
			return nil, err
		}
		return engine.Planar(y, 2)
	})
	same(t, "Block", block.(*tensor.Dense), inf, 0)
}
