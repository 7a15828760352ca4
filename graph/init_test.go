package graph_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"euryale/graph"
)

// TestInitializersStatistics: mean 0, the variance of the definition, and the
// range of the distribution.
func TestInitializersStatistics(t *testing.T) {
	shape := graph.Shape{40, 60, 5, 5} // fan-in 1,500, fan-out 1,000
	in, out := 1500.0, 1000.0
	inf := math.Inf(1)
	for _, c := range []struct {
		init     graph.Initializer
		variance float64
		reach    float64 // in deviations: no value lies farther out, and some nearly there
	}{
		{graph.GlorotUniform, 2 / (in + out), math.Sqrt(3)},
		{graph.GlorotNormal, 2 / (in + out), 2 / 0.87962566},
		{graph.HeUniform, 2 / in, math.Sqrt(3)},
		{graph.HeNormal, 2 / in, 2 / 0.87962566},
		{graph.LeCunUniform, 1 / in, math.Sqrt(3)},
		{graph.LeCunNormal, 1 / in, 2 / 0.87962566},
		{graph.VarianceScaling{}, 1 / in, 2 / 0.87962566},
		{graph.VarianceScaling{Scale: 0.5, Fan: graph.FanOut}, 0.5 / out, 2 / 0.87962566},
		{graph.VarianceScaling{Scale: 2, Distribution: graph.UntruncatedNormal}, 2 / in, inf},
		{graph.VarianceScaling{Scale: 3, Fan: graph.FanAverage, Distribution: graph.Uniform}, 3 / 1250.0, math.Sqrt(3)},
	} {
		t.Run(c.init.String(), func(t *testing.T) {
			w := make([]float64, shape.TotalSize())
			c.init.Draw(rand.New(rand.NewPCG(1, 2)), shape, w)
			var sum, squares, largest float64
			for _, v := range w {
				sum += v
				squares += v * v
				largest = max(largest, math.Abs(v))
			}
			n, deviation := float64(len(w)), math.Sqrt(c.variance)
			if mean := sum / n; math.Abs(mean) > 4*deviation/math.Sqrt(n) {
				t.Errorf("mean %v, want 0 within %v", mean, 4*deviation/math.Sqrt(n))
			}
			// The variance of a normal's squares is 2; of the others' it is less.
			if variance := squares / n; math.Abs(variance/c.variance-1) > 4*math.Sqrt(2/n) {
				t.Errorf("variance %v, want %v", variance, c.variance)
			}
			reach := largest / deviation
			if reach > c.reach*(1+1e-7) || reach < 0.999*min(c.reach, 3.5) {
				t.Errorf("the farthest value lies at %v deviations, want %v", reach, c.reach)
			}
		})
	}
}

// TestOrthogonal: the rows are orthonormal, or the columns if there are fewer,
// times the gain.
func TestOrthogonal(t *testing.T) {
	for _, c := range []struct {
		shape graph.Shape
		gain  float64
	}{{graph.Shape{5, 5}, 0}, {graph.Shape{3, 40}, 1}, {graph.Shape{40, 3}, 2}, {graph.Shape{8, 3, 3, 3}, math.Sqrt2}, {graph.Shape{64, 4, 2, 2}, 0.5}, {graph.Shape{7}, 0}} {
		t.Run(fmt.Sprint(c.shape), func(t *testing.T) {
			w := make([]float64, c.shape.TotalSize())
			(graph.Orthogonal{Gain: c.gain}).Draw(rand.New(rand.NewPCG(3, 4)), c.shape, w)
			rows := c.shape[0]
			columns := len(w) / rows
			at := func(i, k int) float64 { return w[i*columns+k] }
			n, size := rows, columns
			if rows > columns {
				n, size = columns, rows
				at = func(i, k int) float64 { return w[k*columns+i] }
			}
			gain := c.gain
			if gain == 0 {
				gain = 1
			}
			for i := range n {
				for j := range n {
					var got, want float64
					for k := range size {
						got += at(i, k) * at(j, k)
					}
					if i == j {
						want = gain * gain
					}
					if math.Abs(got-want) > 1e-12 {
						t.Fatalf("vectors %d and %d have the product %v, want %v", i, j, got, want)
					}
				}
			}
		})
	}
}

// TestOrthogonalIsUniform: no entry is preferred, nor a sign.
func TestOrthogonalIsUniform(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	const draws = 4000
	var sum, squares [9]float64
	for range draws {
		w := make([]float64, 9)
		(graph.Orthogonal{}).Draw(rng, graph.Shape{3, 3}, w)
		for i, v := range w {
			sum[i] += v / draws
			squares[i] += v * v / draws
		}
	}
	for i := range sum {
		if math.Abs(sum[i]) > 0.04 || math.Abs(squares[i]-1.0/3) > 0.02 {
			t.Errorf("entry %d has mean %v and mean square %v, want 0 and 1/3", i, sum[i], squares[i])
		}
	}
}

// TestInitializersAreDeterministic: a seed gives the same weights, another seed
// others, and another layer's initializer changes nothing.
func TestInitializersAreDeterministic(t *testing.T) {
	weights := func(seed uint64, first graph.Initializer) []float32 {
		net, err := graph.New(graph.Config{Input: graph.Shape{6}, Seed: seed}, graph.Dense{Units: 5, Init: first}, graph.Dense{Units: 4, Init: graph.Orthogonal{}})
		if err != nil {
			t.Fatal(err)
		}
		return net.Params()[2].Value.Data().([]float32)
	}
	a := weights(1, graph.HeNormal)
	if b := weights(1, graph.Constant{Value: 3}); !slices.Equal(a, b) {
		t.Errorf("weights %v and %v, want the same of one seed", a, b)
	}
	if b := weights(2, graph.HeNormal); slices.Equal(a, b) {
		t.Error("want other weights of another seed")
	}
}

func TestConstant(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{2}}, graph.Dense{Units: 2, Init: graph.Constant{Value: -1.5}})
	if err != nil {
		t.Fatal(err)
	}
	if got := net.Params()[0].Value.Data().([]float32); !slices.Equal(got, []float32{-1.5, -1.5, -1.5, -1.5}) {
		t.Errorf("got %v, want -1.5 everywhere", got)
	}
}

func TestInitializersRefused(t *testing.T) {
	for _, c := range []struct {
		init graph.Initializer
		want string
	}{
		{graph.VarianceScaling{Scale: -1}, "input (N, 2): weight kernel: want Scale above 0, or 0 for 1, got -1"},
		{graph.VarianceScaling{Fan: 3}, "want Fan FanIn, FanOut or FanAverage, got 3"},
		{graph.VarianceScaling{Distribution: 3}, "want Distribution TruncatedNormal, UntruncatedNormal or Uniform, got 3"},
		{graph.Orthogonal{Gain: math.Inf(1)}, "want Gain above 0, or 0 for 1, got +Inf"},
		{graph.Constant{Value: math.NaN()}, "want Value that is finite, got NaN"},
	} {
		_, err := graph.New(graph.Config{Input: graph.Shape{2}}, graph.Dense{Units: 1, Init: c.init})
		oneLine(t, err, c.want)
	}
}
