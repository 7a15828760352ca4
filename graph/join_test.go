package graph_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"euryale/graph"
	"euryale/graph/internal/layertest"
)

func TestJoiners(t *testing.T) {
	image, vector := graph.Shape{2, 3, 4}, graph.Shape{5}
	alike := func(n int, s graph.Shape) []graph.Shape {
		all := make([]graph.Shape, n)
		for i := range all {
			all[i] = s
		}
		return all
	}
	mismatched := []graph.Shape{{2, 3, 4}, {2, 4, 3}}
	for _, j := range []struct {
		join graph.Joiner
		slow slowJoin
		want string
	}{
		{graph.Sum, slowSum, "inputs of one shape, or of shapes that broadcast"},
		{graph.Product, slowProduct, "inputs of one shape, or of shapes that broadcast"},
		{graph.Maximum, slowMaximum, "inputs of one shape, or of shapes that broadcast"},
	} {
		name := j.join.String()
		for _, c := range []layertest.JoinCase{
			{Name: "two", Inputs: alike(2, image), Output: image},
			{Name: "three", Inputs: alike(3, image), Output: image, Batch: 3},
			{Name: "vectors, batch of one", Inputs: alike(3, vector), Output: vector, Batch: 1},
			{Name: "one", Inputs: alike(1, vector), Output: vector},
			{Name: "one twice", Inputs: alike(1, image), Order: []int{0, 0}, Output: image},
			{Name: "the first again", Inputs: alike(2, vector), Order: []int{0, 1, 0}, Output: vector},
		} {
			c.Name, c.Join, c.Printed, c.Slow = name+" of "+c.Name, j.join, name, j.slow
			c.Refused, c.Error = mismatched, strings.ToLower(name)+"_1: "+name+": want "+j.want+", got (N, 2, 3, 4) and (N, 2, 4, 3)"
			layertest.RunJoin(t, c)
		}
	}
	for _, c := range []layertest.JoinCase{
		{Name: "an image", Inputs: []graph.Shape{{3, 2, 4}, {3, 1, 1}}, Output: graph.Shape{3, 2, 4}},
		{Name: "an image, last", Inputs: []graph.Shape{{3, 1, 1}, {3, 2, 4}}, Output: graph.Shape{3, 2, 4}, Batch: 3},
		{Name: "images, by two", Inputs: []graph.Shape{{3, 1, 1}, {3, 2, 4}, {3, 1, 1}, {3, 2, 4}}, Output: graph.Shape{3, 2, 4}},
		{Name: "an image, by one twice", Inputs: []graph.Shape{{1, 2, 4}, {1, 1, 1}}, Order: []int{0, 1, 1}, Output: graph.Shape{1, 2, 4}, Batch: 1},
		{Name: "pixels", Inputs: []graph.Shape{{3, 1, 1}, {3, 1, 1}}, Output: graph.Shape{3, 1, 1}},
	} {
		c.Name, c.Join, c.Printed, c.Slow = "Product of "+c.Name+" and numbers", graph.Product, "Product", slowScaled
		c.Refused, c.Error = []graph.Shape{{3, 2, 4}, {2, 1, 1}}, "product_1: Product: want inputs of one shape, or of shapes that broadcast, got (N, 3, 2, 4) and (N, 2, 1, 1)"
		layertest.RunJoin(t, c)
	}
	for _, c := range []layertest.JoinCase{
		{Name: "two images", Inputs: []graph.Shape{{2, 3, 4}, {5, 3, 4}}, Output: graph.Shape{7, 3, 4}},
		{Name: "three images", Inputs: []graph.Shape{{2, 3, 4}, {1, 3, 4}, {4, 3, 4}}, Output: graph.Shape{7, 3, 4}, Batch: 3},
		{Name: "single planes", Inputs: []graph.Shape{{1, 2, 3}, {1, 2, 3}}, Output: graph.Shape{2, 2, 3}},
		{Name: "rows of pixels, batch of one", Inputs: []graph.Shape{{2, 1, 1}, {1, 1, 1}}, Output: graph.Shape{3, 1, 1}, Batch: 1},
		{Name: "vectors", Inputs: []graph.Shape{{3}, {1}, {2}}, Output: graph.Shape{6}},
		{Name: "one", Inputs: []graph.Shape{{3}}, Output: graph.Shape{3}},
		{Name: "one twice", Inputs: []graph.Shape{{2, 3, 4}}, Order: []int{0, 0}, Output: graph.Shape{4, 3, 4}},
		{Name: "the first again", Inputs: []graph.Shape{{2}, {3}}, Order: []int{0, 1, 0}, Output: graph.Shape{7}},
	} {
		c.Name, c.Join, c.Printed, c.Slow = "Concat of "+c.Name, graph.Concat, "Concat", slowConcat
		c.Refused, c.Error = mismatched, "concat_1: Concat: want inputs that differ in their channels alone, got (N, 2, 3, 4) and (N, 2, 4, 3)"
		layertest.RunJoin(t, c)
	}
}

// TestMaximumOfEqualOnes hands the gradient to the first.
func TestMaximumOfEqualOnes(t *testing.T) {
	for _, engine := range []graph.Engine{graph.Gorgonia, graph.Fused} {
		x := graph.Input("x", 1)
		a, b := x.Then(graph.Dense{Units: 1, Init: graph.Ones}), x.Then(graph.Dense{Units: 1, Init: graph.Ones})
		net, err := graph.Compose(graph.Config{Engine: engine}, graph.Join(graph.Maximum, b, a))
		if err != nil {
			t.Fatal(err)
		}
		p := compile(t, net, graph.ProgramConfig{Mode: graph.Training, Loss: graph.MeanSquaredError{}})
		p.Inputs[0].Data().([]float32)[0] = 3
		run(t, p)
		for i, want := range []float32{2 * 3 * 3, 2 * 3, 0, 0} {
			if got := values(p.Grads[i])[0]; got != want {
				t.Errorf("%v: %s has gradient %v, want %v", engine, net.Params()[i].Name, got, want)
			}
		}
	}
}

type slowJoin = func(x []layertest.Array, weights map[string]layertest.Array) layertest.Array

// fold combines the arrays value by value, from left to right.
func fold(f func(a, b float64) float64) slowJoin {
	return func(x []layertest.Array, _ map[string]layertest.Array) layertest.Array {
		y := layertest.Zeros(x[0].Shape...)
		copy(y.Data, x[0].Data)
		for _, other := range x[1:] {
			for i, v := range other.Data {
				y.Data[i] = f(y.Data[i], v)
			}
		}
		return y
	}
}

var (
	slowSum     = fold(func(a, b float64) float64 { return a + b })
	slowProduct = fold(func(a, b float64) float64 { return a * b })
	slowMaximum = fold(math.Max)
	tanh        = math.Tanh
)

// slowScaled multiplies images of one size with each other and with numbers for
// their channels.
func slowScaled(x []layertest.Array, _ map[string]layertest.Array) layertest.Array {
	shape := x[0].Shape
	for _, a := range x {
		if len(a.Data) > shape.TotalSize() {
			shape = a.Shape
		}
	}
	y := layertest.Zeros(shape...)
	area := shape[2] * shape[3]
	for i := range y.Data {
		y.Data[i] = 1
		for _, a := range x {
			y.Data[i] *= a.Data[i/(area/(a.Shape[2]*a.Shape[3]))]
		}
	}
	return y
}

// slowConcat lays samples behind one another.
func slowConcat(x []layertest.Array, _ map[string]layertest.Array) layertest.Array {
	shape := append(graph.Shape{}, x[0].Shape...)
	for _, other := range x[1:] {
		shape[1] += other.Shape[1]
	}
	y := layertest.Zeros(shape...)
	y.Data = y.Data[:0]
	for n := range shape[0] {
		for _, a := range x {
			size := len(a.Data) / shape[0]
			y.Data = append(y.Data, a.Data[n*size:(n+1)*size]...)
		}
	}
	return y
}

// within are the weights of a layer inside, by their short names.
func within(weights map[string]layertest.Array, layer string) map[string]layertest.Array {
	some := map[string]layertest.Array{}
	for name, a := range weights {
		if short, ok := strings.CutPrefix(name, layer+"/"); ok {
			some[short] = a
		}
	}
	return some
}

// A column is no vector, though tensor's Shape.Eq says so.
func TestColumnAndVector(t *testing.T) {
	column, vector := graph.Input("column", 4, 1), graph.Input("vector", 4)
	for _, j := range []graph.Joiner{graph.Sum, graph.Product, graph.Maximum} {
		net, err := graph.Compose(graph.Config{}, graph.Join(j, column, vector))
		if err != nil {
			t.Fatal(err)
		}
		if got := net.Outputs()[0].Shape; !slices.Equal(got, graph.Shape{4, 4}) {
			t.Errorf("%v of (N, 4, 1) and (N, 4): want (N, 4, 4), got %v", j, got)
		}
	}
	reshaped := graph.Input("x", 4).Then(graph.Reshape{To: graph.Shape{4, 1}})
	if got := reshaped.Shape(); !slices.Equal(got, graph.Shape{4, 1}) {
		t.Errorf("want (4, 1), got %v", got)
	}
}
