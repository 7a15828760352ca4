package train

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gorgonia.org/tensor"

	"euryale/graph"
)

func param(shape tensor.Shape, backing any) *graph.Param {
	return &graph.Param{Name: "dense_1/kernel", Value: tensor.New(tensor.WithShape(shape...), tensor.WithBacking(backing))}
}

// TestAdamFirstStep is Keras' formula with the defaults, worked by hand for g =
// 0.5 and -4:
//
//	m = 0.1·g, v = 0.001·g², rate = 0.001·√0.001/0.1 = 3.16227766e-4
//	g = 0.5: √v = 1.58113883e-2, step = rate·0.05/(√v + 1e-7) = 9.99993675e-4
//	g = -4:  √v = 1.26491106e-1, step = -rate·0.4/(√v + 1e-7) = -9.99999209e-4
func TestAdamFirstStep(t *testing.T) {
	p := param(tensor.Shape{3}, []float64{1, 1, 1})
	step, err := Adam{}.Start([]*graph.Param{p})
	if err != nil {
		t.Fatal(err)
	}
	if err := step.Step([]*tensor.Dense{tensor.New(tensor.WithBacking([]float64{0.5, -4, 0}))}); err != nil {
		t.Fatal(err)
	}
	want := []float64{1 - 9.99993675e-4, 1 + 9.99999209e-4, 1}
	if diff := cmp.Diff(want, p.Value.Data(), cmpopts.EquateApprox(0, 1e-12)); diff != "" {
		t.Errorf("weights after a step (-want +got):\n%s", diff)
	}
}

// slowAdam is Algorithm 1 of arXiv:1412.6980 for one weight, with corrected
// means, where Keras' ε stands as ε/√(1-β₂ᵗ).
type slowAdam struct{ w, m, v float64 }

func (s *slowAdam) step(a Adam, t int, g float64) {
	s.m += (1 - a.Beta1) * (g - s.m)
	s.v += (1 - a.Beta2) * (g*g - s.v)
	c1, c2 := 1.0, 1.0
	for range t {
		c1 *= a.Beta1
		c2 *= a.Beta2
	}
	m, v := s.m/(1-c1), s.v/(1-c2)
	s.w -= a.LearningRate * m / (math.Sqrt(v) + a.Epsilon/math.Sqrt(1-c2))
}

// TestAdamAgainstSlow minimises Σ (w - k)²·(1 + k) for weights of several
// shapes.
func TestAdamAgainstSlow(t *testing.T) {
	shapes := []tensor.Shape{{7}, {1}, {3, 5}, {2, 3, 2, 2}}
	gradient := func(w float64, k int) float64 { return 2 * (w - float64(k)) * float64(1+k) }
	for _, tt := range []struct {
		name      string
		adam      Adam
		dt        tensor.Dtype
		tolerance float64
	}{
		{"float64, defaults", Adam{}, graph.Float64, 1e-11},
		{"float64, all set", Adam{LearningRate: 0.3, Beta1: 0.8, Beta2: 0.95, Epsilon: 0.01}, graph.Float64, 1e-11},
		{"float32, defaults", Adam{}, graph.Float32, 1e-4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var params []*graph.Param
			var grads []*tensor.Dense
			var slow [][]slowAdam
			for _, s := range shapes {
				params = append(params, &graph.Param{Name: "w", Value: tensor.New(tensor.Of(tt.dt), tensor.WithShape(s...))})
				grads = append(grads, tensor.New(tensor.Of(tt.dt), tensor.WithShape(s...)))
				slow = append(slow, make([]slowAdam, s.TotalSize()))
			}
			step, err := tt.adam.Start(params)
			if err != nil {
				t.Fatal(err)
			}
			for n := 1; n <= 50; n++ {
				for i, s := range slow {
					for k := range s {
						g := gradient(s[k].w, k)
						s[k].step(tt.adam.defaults(), n, g)
						set(grads[i], k, g)
					}
				}
				if err := step.Step(grads); err != nil {
					t.Fatal(err)
				}
			}
			for i, s := range slow {
				for k := range s {
					if got := at(params[i].Value, k); math.Abs(got-s[k].w) > tt.tolerance {
						t.Errorf("shape %v, weight %d after 50 steps: want %v, got %v", shapes[i], k, s[k].w, got)
					}
				}
			}
		})
	}
}

func set(d *tensor.Dense, k int, v float64) {
	if w, ok := d.Data().([]float32); ok {
		w[k] = float32(v)
		return
	}
	d.Data().([]float64)[k] = v
}

func at(d *tensor.Dense, k int) float64 {
	if w, ok := d.Data().([]float32); ok {
		return float64(w[k])
	}
	return d.Data().([]float64)[k]
}

func TestAdamDefaults(t *testing.T) {
	want := "Adam{LearningRate: 0.001, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-07}"
	if got := (Adam{}).String(); got != want {
		t.Errorf("want %s, got %s", want, got)
	}
	want = "Adam{LearningRate: 0.01, Beta1: 0.9, Beta2: 0.99, Epsilon: 1e-07}"
	if got := (Adam{LearningRate: 0.01, Beta2: 0.99}).String(); got != want {
		t.Errorf("want %s, got %s", want, got)
	}
}

func TestAdamBadSettings(t *testing.T) {
	for _, tt := range []struct {
		adam Adam
		want string
	}{
		{Adam{LearningRate: -1}, "adam: want a LearningRate above 0, got -1"},
		{Adam{LearningRate: math.NaN()}, "adam: want a LearningRate above 0, got NaN"},
		{Adam{LearningRate: math.Inf(1)}, "adam: want a LearningRate above 0, got +Inf"},
		{Adam{Beta1: 1}, "adam: want Beta1 and Beta2 between 0 and 1, got 1 and 0.999"},
		{Adam{Beta2: -0.5}, "adam: want Beta1 and Beta2 between 0 and 1, got 0.9 and -0.5"},
		{Adam{Beta2: math.NaN()}, "adam: want Beta1 and Beta2 between 0 and 1, got 0.9 and NaN"},
		{Adam{Epsilon: -1e-7}, "adam: want an Epsilon above 0, got -1e-07"},
		{Adam{Epsilon: math.Inf(1)}, "adam: want an Epsilon above 0, got +Inf"},
	} {
		if _, err := tt.adam.Start(nil); err == nil || err.Error() != tt.want {
			t.Errorf("%v: want error %q, got %v", tt.adam, tt.want, err)
		}
	}
}

func TestAdamBadGradients(t *testing.T) {
	for _, tt := range []struct {
		name  string
		grads []*tensor.Dense
		want  string
	}{
		{"none", nil, "adam: want 1 gradients, got 0"},
		{"nil", []*tensor.Dense{nil}, "adam: dense_1/kernel: want a gradient of (2, 1) float32, got none"},
		{"shape", []*tensor.Dense{tensor.New(tensor.Of(graph.Float32), tensor.WithShape(1, 2))}, "adam: dense_1/kernel: want a gradient of (2, 1) float32, got (1, 2) float32"},
		{"type", []*tensor.Dense{tensor.New(tensor.Of(graph.Float64), tensor.WithShape(2, 1))}, "adam: dense_1/kernel: want a gradient of (2, 1) float32, got (2, 1) float64"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			step, err := Adam{}.Start([]*graph.Param{param(tensor.Shape{2, 1}, []float32{1, 2})})
			if err != nil {
				t.Fatal(err)
			}
			if err := step.Step(tt.grads); err == nil || err.Error() != tt.want {
				t.Errorf("want error %q, got %v", tt.want, err)
			}
		})
	}
}

func TestAdamOfIntegers(t *testing.T) {
	p := param(tensor.Shape{1}, []int{1})
	step, err := Adam{}.Start([]*graph.Param{p})
	if err == nil {
		err = step.Step([]*tensor.Dense{tensor.New(tensor.Of(tensor.Int), tensor.WithShape(1))})
	}
	if want := "adam: dense_1/kernel: want float32 or float64, got int"; err == nil || err.Error() != want {
		t.Errorf("want error %q, got %v", want, err)
	}
}
