package graph

import (
	"fmt"
	"math"
	"slices"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// TestOpsInAFunc compares what a Func may reach with its definition, and the
// gradient with central differences.
func TestOpsInAFunc(t *testing.T) {
	for _, v := range slices.Concat(unaries(), reductions(), broadcasts(), slicesAndJoins(), products(), windows()) {
		t.Run(v.name, func(t *testing.T) {
			y, dx := v.inGraph(t)
			if err := v.differs(y, dx); err != nil {
				t.Error(err)
			}
		})
	}
}

func unaries() []verdict {
	one := func(name string, f func(*G.Node) (*G.Node, error), slow func(float64) float64, at func(int) float64) verdict {
		return verdict{name, Shape{2, 3}, f, valueByValue(slow), at, 0}
	}
	sigmoid := func(v float64) float64 { return 1 / (1 + math.Exp(-v)) }
	square := func(v float64) float64 { return v * v }
	constant := G.NewConstant
	return []verdict{
		one("Sigmoid", G.Sigmoid, sigmoid, func(i int) float64 { return float64(8*i - 20) }), // 1 from 19 on by Gorgonia's
		one("Abs", G.Abs, math.Abs, nil), one("Neg", G.Neg, func(v float64) float64 { return -v }, nil),
		one("Sin", G.Sin, math.Sin, nil), one("Cos", G.Cos, math.Cos, nil), one("Tanh", G.Tanh, math.Tanh, nil),
		one("Exp", G.Exp, math.Exp, nil), one("Expm1", G.Expm1, math.Expm1, nil), one("Log", G.Log, math.Log, positive), one("Log1p", G.Log1p, math.Log1p, positive),
		one("Square", G.Square, square, nil), one("Cube", G.Cube, func(v float64) float64 { return v * v * v }, nil), one("Sqrt", G.Sqrt, math.Sqrt, positive),
		one("Inverse", G.Inverse, func(v float64) float64 { return 1 / v }, positive),
		one("Softplus", G.Softplus, func(v float64) float64 { return max(v, 0) + math.Log1p(math.Exp(-math.Abs(v))) }, func(i int) float64 { return float64(400*i - 900) }),
		one("Mish", G.Mish, func(v float64) float64 { return v * math.Tanh(math.Log1p(math.Exp(v))) }, nil),
		one("Rectify", G.Rectify, func(v float64) float64 { return max(v, 0) }, nil),
		one("LeakyRelu", func(x *G.Node) (*G.Node, error) { return G.LeakyRelu(x, 0.1) }, func(v float64) float64 { return max(v, 0) + 0.1*min(v, 0) }, nil),
		one("Pow", func(x *G.Node) (*G.Node, error) { return G.Pow(x, constant(2.5)) }, func(v float64) float64 { return math.Pow(v, 2.5) }, positive),
		one("Pow of either sign", func(x *G.Node) (*G.Node, error) { return G.Pow(x, constant(3.0)) }, func(v float64) float64 { return v * v * v }, nil),
		one("2 to the x", func(x *G.Node) (*G.Node, error) { return G.Pow(constant(2.0), x) }, math.Exp2, nil),
		one("x to the x", func(x *G.Node) (*G.Node, error) { return G.Pow(x, x) }, func(v float64) float64 { return math.Pow(v, v) }, positive),
		one("x·x", func(x *G.Node) (*G.Node, error) { return G.HadamardProd(x, x) }, square, nil),
		one("x + x", func(x *G.Node) (*G.Node, error) { return G.Add(x, x) }, func(v float64) float64 { return 2 * v }, nil),
		one("x / (1 + x²)", func(x *G.Node) (*G.Node, error) {
			return G.HadamardDiv(x, G.Must(G.Add(constant(1.0), G.Must(G.Square(x)))))
		}, func(v float64) float64 { return v / (1 + v*v) }, nil),
		one("x where x > 0", func(x *G.Node) (*G.Node, error) {
			return G.HadamardProd(x, G.Must(G.Gt(x, constant(0.0), true)))
		}, func(v float64) float64 { return max(v, 0) }, nil),
		one("log of a sigmoid", func(x *G.Node) (*G.Node, error) { return G.Log(G.Must(G.Sigmoid(x))) }, func(v float64) float64 { return math.Log(sigmoid(v)) }, nil),
		one("log of 1 - sigmoid", func(x *G.Node) (*G.Node, error) {
			return G.Log(G.Must(G.Sub(constant(1.0), G.Must(G.Sigmoid(x)))))
		}, func(v float64) float64 { return math.Log(sigmoid(-v)) }, nil),
		one("MaxBetween", func(x *G.Node) (*G.Node, error) { return G.MaxBetween(x, G.Must(G.Square(x))) }, func(v float64) float64 { return max(v, v*v) }, nil),
		one("MinBetween", func(x *G.Node) (*G.Node, error) { return G.MinBetween(x, G.Must(G.Square(x))) }, func(v float64) float64 { return min(v, v*v) }, nil),
	}
}

// reductions are over all sets of axes, but for the batch's. Gorgonia's own are
// wrong where an axis is neither the first nor the last.
func reductions() []verdict {
	var all []verdict
	for _, in := range []Shape{{2, 3}, {2, 3, 4}, {2, 3, 4, 5}, {2, 1, 4, 2}, {2, 3, 2, 3}} {
		for set := 1; set < 1<<(len(in)-1)-1; set++ {
			var axes []int
			for axis := 1; axis < len(in); axis++ {
				if set>>(axis-1)&1 == 1 {
					axes = append(axes, axis)
				}
			}
			for name, op := range map[string]struct {
				f    func(*G.Node, ...int) (*G.Node, error)
				slow func([]float64, int) float64
			}{
				"Sum": {G.Sum, total64}, "Max": {G.Max, largest},
				"Mean": {G.Mean, func(v []float64, _ int) float64 { return average(v, len(v)) }},
			} {
				all = append(all, verdict{
					fmt.Sprint(name, " ", in, axes), in,
					func(x *G.Node) (*G.Node, error) { return op.f(x, axes...) }, reducing(in, axes, op.slow), nil, 0,
				})
			}
		}
	}
	norm := func(v []float64, _ int) float64 {
		sum := 0.0
		for _, x := range v {
			sum += x * x
		}
		return math.Sqrt(sum)
	}
	in := Shape{2, 3, 4, 5}
	return append(all,
		verdict{"a mean, the last axis first", in, func(x *G.Node) (*G.Node, error) { return G.Mean(x, 3, 2) }, reducing(in, []int{2, 3}, func(v []float64, _ int) float64 { return average(v, len(v)) }), nil, 0},
		verdict{"Norm", in, func(x *G.Node) (*G.Node, error) { return G.Norm(x, 2, 2) }, reducing(in, []int{2}, norm), nil, 0},
		verdict{"KeepDims", in, func(x *G.Node) (*G.Node, error) {
			return G.KeepDims(x, false, func(a *G.Node) (*G.Node, error) { return G.Sum(a, 2) })
		}, reducing(in, []int{2}, total64), nil, 0},
	)
}

// reducing reduces an array of shape in over axes.
func reducing(in Shape, axes []int, f func([]float64, int) float64) func([]float64) []float64 {
	return func(x []float64) []float64 {
		var y []float64
		kept := in.Clone()
		for _, a := range axes {
			kept[a] = 1
		}
		groups := make([][]float64, kept.TotalSize())
		for i, v := range x {
			at := within(kept, in, i)
			groups[at] = append(groups[at], v)
		}
		for _, g := range groups {
			y = append(y, f(g, 0))
		}
		return y
	}
}

// within is where element i of an array of shape in falls in one of shape
// small, whose sides are 1 where it is repeated.
func within(small, in Shape, i int) int {
	at, step := 0, 1
	for d := len(in) - 1; d >= 0; d-- {
		if small[d] > 1 {
			at += i % in[d] * step
		}
		i /= in[d]
		step *= small[d]
	}
	return at
}

// broadcasts are of an operand that is repeated over an array, whose gradient
// is a sum over the axes.
func broadcasts() []verdict {
	var all []verdict
	for _, c := range []struct {
		big, small Shape
		axes       []byte
	}{
		{Shape{2, 3}, Shape{2, 1}, []byte{1}},
		{Shape{2, 3, 4}, Shape{2, 1, 4}, []byte{1}},
		{Shape{2, 3, 4, 5}, Shape{2, 3, 1, 1}, []byte{2, 3}},
		{Shape{2, 3, 4, 5}, Shape{2, 3, 1, 5}, []byte{2}}, // a mean over the height, say
		{Shape{2, 3, 4, 5}, Shape{2, 1, 4, 5}, []byte{1}},
		{Shape{2, 3, 4, 5}, Shape{2, 1, 4, 1}, []byte{1, 3}},
	} {
		big := sines(c.big.TotalSize())
		all = append(all,
			verdict{fmt.Sprint("BroadcastHadamardProd ", c.small, c.big), c.small, func(x *G.Node) (*G.Node, error) {
				return G.BroadcastHadamardProd(x, bound(x.Graph(), "w", c.big, big), c.axes, nil)
			}, func(x []float64) []float64 {
				y := slices.Clone(big)
				for i := range y {
					y[i] *= x[within(c.small, c.big, i)]
				}
				return y
			}, nil, 0},
			verdict{fmt.Sprint("BroadcastSub ", c.small, c.big), c.small, func(x *G.Node) (*G.Node, error) {
				return G.BroadcastSub(bound(x.Graph(), "w", c.big, big), x, nil, c.axes)
			}, func(x []float64) []float64 {
				y := slices.Clone(big)
				for i := range y {
					y[i] -= x[within(c.small, c.big, i)]
				}
				return y
			}, nil, 0},
		)
	}
	return all
}

func slicesAndJoins() []verdict {
	slice := func(s ...tensor.Slice) func(*G.Node) (*G.Node, error) {
		return func(x *G.Node) (*G.Node, error) { return G.Slice(x, s...) }
	}
	squared := func(f func(*G.Node) (*G.Node, error)) func(*G.Node) (*G.Node, error) {
		return func(x *G.Node) (*G.Node, error) { return G.Square(G.Must(f(x))) }
	}
	square := valueByValue(func(v float64) float64 { return v * v })
	transpose := func(x *G.Node) (*G.Node, error) { return G.Transpose(x, 0, 2, 1) }
	turned := picked(0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11)
	return []verdict{
		{"Slice of columns", Shape{2, 4}, slice(nil, G.S(1, 3)), picked(1, 2, 5, 6), nil, 0},
		{"Slice of a cut", Shape{2, 3, 2}, slice(nil, G.S(1, 3), G.S(0, 2)), picked(2, 3, 4, 5, 8, 9, 10, 11), nil, 0},
		{"Slice, squared", Shape{2, 4}, squared(slice(nil, G.S(1, 3))), func(x []float64) []float64 { return square(picked(1, 2, 5, 6)(x)) }, nil, 0},
		{"Slice of a square", Shape{2, 4}, func(x *G.Node) (*G.Node, error) { return slice(nil, G.S(1, 3))(G.Must(G.Square(x))) }, func(x []float64) []float64 { return square(picked(1, 2, 5, 6)(x)) }, nil, 0},
		{"Slice of side 1, which goes", Shape{2, 2, 2}, slice(nil, G.S(1), nil), picked(2, 3, 6, 7), nil, 0},
		{"Slice by steps", Shape{2, 6}, slice(nil, G.S(0, 6, 2)), picked(0, 2, 4, 6, 8, 10), nil, 0},
		{"Transpose", Shape{2, 3, 2}, transpose, turned, nil, 0},
		{"Transpose, squared", Shape{2, 3, 2}, squared(transpose), func(x []float64) []float64 { return square(turned(x)) }, nil, 0},
		{"Transpose, reshaped", Shape{2, 3, 2}, func(x *G.Node) (*G.Node, error) { return G.Reshape(G.Must(transpose(x)), tensor.Shape{2, 6}) }, turned, nil, 0},
		{"Concat with its square", Shape{2, 2}, func(x *G.Node) (*G.Node, error) { return G.Concat(1, x, G.Must(G.Square(x))) }, func(x []float64) []float64 {
			s := square(x)
			return []float64{x[0], x[1], s[0], s[1], x[2], x[3], s[2], s[3]}
		}, nil, 0},
		{"Concat of one", Shape{2, 2}, func(x *G.Node) (*G.Node, error) { return G.Concat(1, x) }, picked(0, 1, 2, 3), nil, 0},
		{"halves, multiplied", Shape{2, 4}, func(x *G.Node) (*G.Node, error) {
			h, err := G.Unconcat(x, 1, 2)
			if err != nil {
				return nil, err
			}
			return G.HadamardProd(h[0], h[1])
		}, func(x []float64) []float64 { return []float64{x[0] * x[2], x[1] * x[3], x[4] * x[6], x[5] * x[7]} }, nil, 0},
		{"ByIndices of rows", Shape{2, 2}, func(x *G.Node) (*G.Node, error) { return G.ByIndices(x, indices(x, 1, 1), 0) }, picked(2, 3, 2, 3), nil, 0},
		{"Upsample2D", Shape{2, 1, 1, 2}, func(x *G.Node) (*G.Node, error) { return G.Upsample2D(x, 2) }, picked(0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3), nil, 0},
	}
}

func products() []verdict {
	w := sines(12)
	// timesW is x (n, 3) times w (3, m).
	timesW := func(m int) func([]float64) []float64 {
		return func(x []float64) []float64 {
			y := make([]float64, len(x)/3*m)
			for i := range y {
				for k := range 3 {
					y[i] += x[i/m*3+k] * w[k*m+i%m]
				}
			}
			return y
		}
	}
	batched := func(x []float64) []float64 { // x (2, 2, 3) times w (2, 3, 2)
		y := make([]float64, 8)
		for i := range y {
			for k := range 3 {
				y[i] += x[i/2*3+k] * w[i/4*6+k*2+i%2]
			}
		}
		return y
	}
	return []verdict{
		{"Mul", Shape{2, 3}, func(x *G.Node) (*G.Node, error) { return G.Mul(x, bound(x.Graph(), "w", Shape{3, 4}, w)) }, timesW(4), nil, 0},
		{"Tensordot", Shape{2, 2, 3}, func(x *G.Node) (*G.Node, error) {
			return G.Tensordot([]int{2}, []int{0}, x, bound(x.Graph(), "w", Shape{3, 4}, w))
		}, timesW(4), nil, 0},
		{"BatchedMatMul", Shape{2, 2, 3}, func(x *G.Node) (*G.Node, error) {
			return G.BatchedMatMul(x, bound(x.Graph(), "w", Shape{2, 3, 2}, w))
		}, batched, nil, 0},
	}
}

func windows() []verdict {
	in := Shape{2, 2, 5, 6}
	var all []verdict
	for _, pad := range [][]int{{0, 0}, {1, 1}, {1, 0}, {0, 0, 0, 0}, {1, 1, 0, 0}} {
		sides := [4]int{pad[0], pad[0], pad[1], pad[1]}
		if len(pad) == 4 {
			sides = [4]int(pad)
		}
		all = append(all, verdict{fmt.Sprint("MaxPool2D ", pad), in, maxPool(3, 2, pad, 1, 2), pooled(in, 3, 2, sides, 1, 2, largest), nil, 0})
	}
	for _, c := range []struct{ pad, stride, dilation int }{{0, 1, 1}, {1, 2, 1}, {2, 1, 2}} {
		w := sines(3 * 2 * 2 * 3)
		all = append(all, verdict{fmt.Sprint("Conv2d ", c), in, func(x *G.Node) (*G.Node, error) {
			two := func(n int) []int { return []int{n, n} }
			return G.Conv2d(x, bound(x.Graph(), "w", Shape{3, 2, 2, 3}, w), tensor.Shape{2, 3}, two(c.pad), two(c.stride), two(c.dilation))
		}, convolved(in, w, c.pad, c.stride, c.dilation), nil, 0})
	}
	return all
}

// convolved is the cross-correlation of images of shape in with three filters
// of 2×3 pixels.
func convolved(in Shape, w []float64, pad, stride, dilation int) func([]float64) []float64 {
	return func(x []float64) []float64 {
		var y []float64
		for n := range in[0] {
			for f := range 3 {
				for top := -pad; top+dilation < in[2]+pad; top += stride {
					for left := -pad; left+2*dilation < in[3]+pad; left += stride {
						sum := 0.0
						for k := range 2 * 2 * 3 { // channel, row and column of the kernel
							i, j := top+k/3%2*dilation, left+k%3*dilation
							if i >= 0 && i < in[2] && j >= 0 && j < in[3] {
								sum += w[f*12+k] * x[((n*in[1]+k/6)*in[2]+i)*in[3]+j]
							}
						}
						y = append(y, sum)
					}
				}
			}
		}
		return y
	}
}

// sines are n numbers between -1 and 1.
func sines(n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = math.Sin(float64(i*i + 2))
	}
	return v
}
