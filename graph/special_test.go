package graph_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/graph"
)

var (
	inf = float32(math.Inf(1))
	nan = float32(math.NaN())
)

// TestRectifiersOfInfinity: x·(x > 0) of -∞ is NaN.
func TestRectifiersOfInfinity(t *testing.T) {
	x := []float32{-inf, -2, 0, 2, inf, nan}
	for _, e := range engines {
		for _, c := range []struct {
			layer graph.Layer
			want  []float32
		}{
			{graph.ReLU, []float32{0, 0, 0, 2, inf, nan}},
			{graph.LeakyReLU{}, []float32{0, 0, 0, 2, inf, nan}},
			{graph.LeakyReLU{Slope: 0.5}, []float32{-inf, -1, 0, 2, inf, nan}},
			{graph.LeakyReLU{Slope: -1}, []float32{inf, 2, 0, 2, inf, nan}},
		} {
			if got := output(t, e, x, c.layer); !cmp.Equal(got, c.want, cmpopts.EquateNaNs()) {
				t.Errorf("%v, %v of %v: %v, want %v", e, c.layer, x, got, c.want)
			}
		}
	}
}

// TestReLUOfAnOverflow has products that overflow to -∞ and are cut to 0, in
// one step with it or not.
func TestReLUOfAnOverflow(t *testing.T) {
	for _, e := range engines {
		for _, layers := range [][]graph.Layer{
			{graph.Flatten{}, graph.Dense{Units: 1, Activation: graph.ReLU}},
			{graph.Flatten{}, graph.Dense{Units: 1}, graph.Flatten{}, graph.LeakyReLU{}},
			{graph.Conv2D{Filters: 1, Kernel: 2, Activation: graph.ReLU}},
		} {
			net, err := graph.New(graph.Config{Input: graph.Shape{1, 2, 2}, Engine: e}, layers...)
			if err != nil {
				t.Fatal(err)
			}
			w := net.Params()[0].Value.Data().([]float32)
			for i := range w {
				w[i] = -2e38
			}
			p := compile(t, net, graph.ProgramConfig{})
			copy(p.Inputs[0].Data().([]float32), []float32{2, 2, 2, 2})
			run(t, p)
			if got := values(p.Outputs[0]); !cmp.Equal(got, []float32{0}) {
				t.Errorf("%v, %v: %v, want [0]", e, layers, got)
			}
		}
	}
}

// TestMaxPoolOfNaN: Gorgonia's takes NaN for less than any number, and makes
// -3.4e38 of four -∞. There it is an error.
func TestMaxPoolOfNaN(t *testing.T) {
	for _, c := range []struct {
		x    []float32
		want float32
	}{
		{[]float32{nan, 1, 2, 3}, nan},
		{[]float32{1, 2, 3, nan}, nan},
		{[]float32{-inf, -inf, -inf, -inf}, -inf},
		{[]float32{inf, 1, 2, 3}, inf},
		{[]float32{-inf, 1, 2, 3}, 3},
	} {
		for _, pool := range []graph.MaxPool2D{{}, {Size: 3, Stride: 1, Padding: 1}, {Size: 3, Ceil: true}, {Size: graph.Rect(3, 2), Padding: graph.Pads(1, 0, 0, 1)}} {
			for _, e := range engines {
				net, err := graph.New(graph.Config{Input: graph.Shape{1, 2, 2}, Engine: e}, pool)
				if err != nil {
					t.Fatal(err)
				}
				p := compile(t, net, graph.ProgramConfig{})
				copy(p.Inputs[0].Data().([]float32), c.x)
				err = p.Run()
				if finite := !math.IsNaN(float64(c.want)) && c.want != -inf; e == graph.Fused || finite {
					if err != nil || !cmp.Equal(values(p.Outputs[0])[0], c.want, cmpopts.EquateNaNs()) {
						t.Errorf("%v, %v of %v: %v and %v, want %v", e, pool, c.x, values(p.Outputs[0]), err, c.want)
					}
					continue
				}
				oneLine(t, err, "max_pool2d_1", fmt.Sprint(pool), "an input is not finite", "input input, sample 0 of the batch, value ")
			}
		}
	}
}

// TestLargestOfNaN is over an axis in the middle, where the op is ours.
func TestLargestOfNaN(t *testing.T) {
	rows := graph.Func(func(x *G.Node) (*G.Node, error) {
		return G.Max(G.Must(G.Reshape(x, tensor.Shape{x.Shape()[0], 2, 3, 1})), 2)
	})
	for _, x := range [][]float32{{nan, 1, 2, 5, 4, 3}, {1, nan, 2, 5, 4, 3}, {1, 2, nan, 5, 4, 3}} {
		if got := output(t, graph.Gorgonia, x, rows, graph.Flatten{}); !cmp.Equal(got, []float32{nan, 5}, cmpopts.EquateNaNs()) {
			t.Errorf("the largest of rows of %v: %v, want [NaN 5]", x, got)
		}
	}
}

// TestSlopeOfZeroIsReLU: it can be asked for, and prints as it was written.
func TestSlopeOfZeroIsReLU(t *testing.T) {
	for _, e := range engines {
		if got := output(t, e, []float32{-2, 3}, graph.LeakyReLU{Slope: 0}); !cmp.Equal(got, []float32{0, 3}) {
			t.Errorf("%v: %v, want [0 3]", e, got)
		}
	}
}
