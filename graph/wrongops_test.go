package graph

import (
	"fmt"
	"math"
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// TestWrongOpsAreRefused holds that Gorgonia computes each of them wrongly, so
// that none is refused any longer than need be, and that the refusal says what
// to use instead.
func TestWrongOpsAreRefused(t *testing.T) {
	image := Shape{2, 2, 5, 6}
	for _, c := range []struct {
		verdict
		instead string
	}{
		{verdict{"AveragePool2D", image, averagePool, pooled(image, 2, 2, [4]int{}, 2, 2, average), nil, 0}, "use ops.AveragePool2D"},
		{verdict{"GlobalAveragePool2D", image, G.GlobalAveragePool2D, pooled(image, 5, 6, [4]int{}, 1, 1, average), nil, 0}, "use graph.GlobalAverage"},
		{verdict{"MaxPool2D, lopsided", image, maxPool(2, 2, []int{1, 0, 0, 0}, 2, 2), pooled(image, 2, 2, [4]int{1, 0, 0, 0}, 2, 2, largest), nil, 0}, "use ops.MaxPool2D"},
		{verdict{"MaxPool2D, lopsided in width", image, maxPool(3, 2, []int{1, 1, 0, 1}, 1, 2), pooled(image, 3, 2, [4]int{1, 1, 0, 1}, 1, 2, largest), nil, 0}, "use ops.MaxPool2D"},
		{verdict{"Log2", Shape{2, 3}, G.Log2, valueByValue(math.Log2), positive, 0}, "use Log"},
		{verdict{"InverseSqrt", Shape{2, 3}, G.InverseSqrt, valueByValue(func(v float64) float64 { return 1 / math.Sqrt(v) }), positive, 0}, "use Inverse of Sqrt"},
		{verdict{"ByIndices of columns", Shape{2, 3}, func(x *G.Node) (*G.Node, error) { return G.ByIndices(x, indices(x, 2, 0), 1) }, picked(2, 0, 5, 3), nil, 0}, "take indices along axis 0"},
		{verdict{"OuterProd", Shape{2, 1}, func(x *G.Node) (*G.Node, error) {
			column := G.Must(G.Reshape(x, tensor.Shape{2}))
			return G.OuterProd(column, bound(x.Graph(), "w", Shape{2}, sines(2)))
		}, func(x []float64) []float64 {
			w := sines(2)
			return []float64{x[0] * w[0], x[0] * w[1], x[1] * w[0], x[1] * w[1]}
		}, nil, 0}, "use Mul of a column and a row"},
		{verdict{"Dropout", Shape{2, 3}, func(x *G.Node) (*G.Node, error) { return G.Dropout(x, 0.9) }, picked(0, 1, 2, 3, 4, 5), nil, 0}, "a mask of your own"},
		{verdict{"BatchNorm", Shape{4, 2, 2, 3}, func(x *G.Node) (*G.Node, error) {
			y, _, _, _, err := G.BatchNorm(x, nil, nil, 0.1, 1e-3)
			return y, err
		}, slowBatchNorm, nil, 0}, "use graph.BatchNorm"},
		{verdict{"long constants", Shape{2, 20}, addTwoConstants, slowTwoConstants, nil, 0}, "use NewTensor with a name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			y, dx, err := c.raw()
			if err == nil {
				err = c.differs(y, dx)
			}
			if err == nil {
				t.Error("Gorgonia computes it right: it need not be refused")
			}
			refused(t, Func(c.f), c.in[1:], c.instead)
		})
	}
}

// TestSoftMaxIsRefused: Gorgonia's goes wrong in float32 alone, where the rows
// of a batch differ by more than its exponential bears.
func TestSoftMaxIsRefused(t *testing.T) {
	g := G.NewGraph()
	data := tensor.New(tensor.WithShape(2, 2), tensor.WithBacking([]float32{200, 0, 0, 1}))
	x := G.NewTensor(g, tensor.Float32, 2, G.WithShape(2, 2), G.WithName("x"), G.WithValue(data))
	var y G.Value
	G.Read(G.Must(G.SoftMax(x)), &y)
	vm := G.NewTapeMachine(g)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
	if p := y.Data().([]float32)[3]; math.Abs(float64(p)-1/(1+math.Exp(-1))) < 1e-3 {
		t.Errorf("Gorgonia's softmax is right (%v): it need not be refused", p)
	}
	refused(t, Func(func(x *G.Node) (*G.Node, error) { return G.SoftMax(x) }), Shape{2}, "use ops.SoftMax")
	refused(t, Func(func(x *G.Node) (*G.Node, error) { return G.LogSoftMax(x) }), Shape{2}, "use ops.SoftMax")
}

// refused wants an error in one line that names the layer and what to use.
func refused(t *testing.T, l Layer, in Shape, instead string) {
	t.Helper()
	_, err := New(Config{Input: in, Dtype: Float64}, Chain{l})
	if err == nil {
		t.Fatal("it was not refused")
	}
	for _, want := range []string{"func_1: Func(", "Gorgonia v0.9.18 computes ", " wrongly: ", instead} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q, want it to contain %q", err, want)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("error of more than one line: %q", err)
	}
}

func averagePool(x *G.Node) (*G.Node, error) {
	return G.AveragePool2D(x, tensor.Shape{2, 2}, []int{0, 0}, []int{2, 2})
}

func maxPool(kh, kw int, pad []int, sh, sw int) func(x *G.Node) (*G.Node, error) {
	return func(x *G.Node) (*G.Node, error) {
		return G.MaxPool2D(x, tensor.Shape{kh, kw}, pad, []int{sh, sw})
	}
}

// addTwoConstants adds two constants that differ where their printed forms do
// not.
func addTwoConstants(x *G.Node) (*G.Node, error) {
	for k := range 2 {
		v := make([]float64, x.Shape().TotalSize())
		v[len(v)/2-10] = float64(k + 1)
		x = G.Must(G.Add(x, G.NewConstant(tensor.New(tensor.WithShape(x.Shape()...), tensor.WithBacking(v)))))
	}
	return x, nil
}

func slowTwoConstants(x []float64) []float64 {
	y := append([]float64(nil), x...)
	y[len(y)/2-10] += 3
	return y
}

func slowBatchNorm(x []float64) []float64 {
	const n, c, area = 4, 2, 6
	y := make([]float64, len(x))
	for ch := range c {
		var channel []float64
		for i := range x {
			if i/area%c == ch {
				channel = append(channel, x[i])
			}
		}
		mean, variance := average(channel, n*area), 0.0
		for _, v := range channel {
			variance += (v - mean) * (v - mean) / (n * area)
		}
		for i := range x {
			if i/area%c == ch {
				y[i] = (x[i] - mean) / math.Sqrt(variance+1e-3)
			}
		}
	}
	return y
}

func indices(x *G.Node, at ...int) *G.Node {
	return G.NewVector(x.Graph(), tensor.Int, G.WithShape(len(at)), G.WithName(fmt.Sprint("indices ", at)), G.WithValue(tensor.New(tensor.WithBacking(at))))
}

func positive(i int) float64 { return 0.3 + 0.37*float64(i) }

// valueByValue applies f to each value.
func valueByValue(f func(float64) float64) func([]float64) []float64 {
	return func(x []float64) []float64 {
		y := make([]float64, len(x))
		for i, v := range x {
			y[i] = f(v)
		}
		return y
	}
}

// picked is the values at the given places.
func picked(at ...int) func([]float64) []float64 {
	return func(x []float64) []float64 {
		y := make([]float64, len(at))
		for i, j := range at {
			y[i] = x[j]
		}
		return y
	}
}

// pooled slides a window over images of shape in (N, C, H, W), padded above,
// below, on the left and on the right. f has the pixels in the window, and how
// many places it has.
func pooled(in Shape, kh, kw int, pad [4]int, sh, sw int, f func(v []float64, places int) float64) func([]float64) []float64 {
	return func(x []float64) []float64 {
		var y []float64
		for plane := range in[0] * in[1] {
			for top := -pad[0]; top+kh <= in[2]+pad[1]; top += sh {
				for left := -pad[2]; left+kw <= in[3]+pad[3]; left += sw {
					var v []float64
					for i := max(top, 0); i < min(top+kh, in[2]); i++ {
						at := (plane*in[2] + i) * in[3]
						v = append(v, x[at+max(left, 0):at+min(left+kw, in[3])]...)
					}
					y = append(y, f(v, kh*kw))
				}
			}
		}
		return y
	}
}

func largest(v []float64, _ int) float64 {
	m := math.Inf(-1)
	for _, x := range v {
		m = max(m, x)
	}
	return m
}

func total64(v []float64, _ int) (sum float64) {
	for _, x := range v {
		sum += x
	}
	return sum
}

func average(v []float64, places int) float64 { return total64(v, 0) / float64(places) }
