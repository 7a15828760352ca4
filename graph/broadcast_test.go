package graph_test

import (
	"math"
	"testing"

	"euryale/graph"
	"euryale/graph/internal/layertest"
)

// positive is Join of values above 0.
type positive struct{ By graph.Joiner }

func (p positive) String() string { return graph.Literal(p) }

func (p positive) Join(_ *graph.Scope, x []*graph.Value) *graph.Value {
	y := make([]*graph.Value, len(x))
	for i, v := range x {
		y[i] = v.Then(graph.Softplus)
	}
	return graph.Join(p.By, y...)
}

// slowBroadcast combines values as NumPy does, from left to right: for each index
// of the result the one of each operand is found anew.
func slowBroadcast(f func(a, b float64) float64) slowJoin {
	two := func(a, b layertest.Array) layertest.Array {
		axes := max(len(a.Shape), len(b.Shape))
		a, b = wide(a, axes), wide(b, axes)
		shape := make(graph.Shape, axes)
		for i := range shape {
			shape[i] = max(a.Shape[i], b.Shape[i])
		}
		y := layertest.Zeros(shape...)
		for i := range y.Data {
			index := unravel(i, shape)
			y.Data[i] = f(a.At(within1(index, a.Shape)...), b.At(within1(index, b.Shape)...))
		}
		return y
	}
	return func(x []layertest.Array, _ map[string]layertest.Array) layertest.Array {
		y := x[0]
		for _, other := range x[1:] {
			y = two(y, other)
		}
		return y
	}
}

// wide is a batch whose samples have so many axes less one, by sides of 1 before
// their own.
func wide(a layertest.Array, axes int) layertest.Array {
	shape := graph.Shape{a.Shape[0]}
	for range axes - len(a.Shape) {
		shape = append(shape, 1)
	}
	return layertest.Array{Shape: append(shape, a.Shape[1:]...), Data: a.Data}
}

// unravel is the index of element i.
func unravel(i int, shape graph.Shape) []int {
	index := make([]int, len(shape))
	for d := len(shape) - 1; d >= 0; d-- {
		index[d] = i % shape[d]
		i /= shape[d]
	}
	return index
}

// within1 is an index where sides of 1 are repeated.
func within1(index []int, shape graph.Shape) []int {
	own := make([]int, len(index))
	for d, j := range index {
		own[d] = j % shape[d]
	}
	return own
}

func softplus(x float64) float64 { return math.Log(1 + math.Exp(x)) }

var pairs = map[string]struct {
	join graph.Joiner
	f    func(a, b float64) float64
}{
	"Sum":                    {graph.Sum, func(a, b float64) float64 { return a + b }},
	"Difference":             {graph.Difference, func(a, b float64) float64 { return a - b }},
	"Product":                {graph.Product, func(a, b float64) float64 { return a * b }},
	"Maximum":                {graph.Maximum, math.Max},
	"Minimum":                {graph.Minimum, math.Min},
	"positive{By: Quotient}": {positive{graph.Quotient}, func(a, b float64) float64 { return softplus(a) / softplus(b) }},
	"positive{By: Power}":    {positive{graph.Power}, func(a, b float64) float64 { return math.Pow(softplus(a), softplus(b)) }},
}

func TestBroadcast(t *testing.T) {
	for name, p := range pairs {
		for _, c := range []layertest.JoinCase{
			{Name: "one shape", Inputs: []graph.Shape{{2, 3, 4}, {2, 3, 4}}, Output: graph.Shape{2, 3, 4}},
			{Name: "channels", Inputs: []graph.Shape{{3, 2, 4}, {3, 1, 1}}, Output: graph.Shape{3, 2, 4}, Batch: 9},
			{Name: "a side of both", Inputs: []graph.Shape{{3, 1, 4}, {1, 2, 4}}, Output: graph.Shape{3, 2, 4}, Batch: 1},
			{Name: "fewer axes", Inputs: []graph.Shape{{3, 2, 4}, {4}}, Output: graph.Shape{3, 2, 4}},
			{Name: "fewer axes first", Inputs: []graph.Shape{{2, 1}, {3, 2, 4}}, Output: graph.Shape{3, 2, 4}},
			{Name: "a number", Inputs: []graph.Shape{{1}, {3, 2}}, Output: graph.Shape{3, 2}},
			{Name: "five axes", Inputs: []graph.Shape{{2, 1, 2, 1, 3}, {1, 3, 2, 2, 1}}, Output: graph.Shape{2, 3, 2, 2, 3}, Batch: 1},
			{Name: "itself", Inputs: []graph.Shape{{2, 3}}, Order: []int{0, 0}, Output: graph.Shape{2, 3}},
			{Name: "a row and a vector", Inputs: []graph.Shape{{1, 3}, {3}}, Output: graph.Shape{1, 3}},
		} {
			if c.Order != nil && (name == "Difference" || name == "positive{By: Quotient}") { // whatever x, it is 0 or 1
				continue
			}
			c.Name, c.Join, c.Printed, c.Slow = name+" of "+c.Name, p.join, p.join.String(), slowBroadcast(p.f)
			c.Refused, c.Error = []graph.Shape{{2, 3, 4}, {2, 1, 3}}, "want inputs of one shape, or of shapes that broadcast, got (N, 2, 3, 4) and (N, 2, 1, 3)"
			layertest.RunJoin(t, c)
		}
	}
	layertest.RunJoin(t, layertest.JoinCase{
		Name: "Sum of three", Join: graph.Sum, Inputs: []graph.Shape{{1, 4}, {3, 4}, {1}}, Output: graph.Shape{3, 4}, Printed: "Sum",
		Slow: slowBroadcast(func(a, b float64) float64 { return a + b }),
	})
}

func TestMatMul(t *testing.T) {
	for _, c := range []layertest.JoinCase{
		{Name: "matrices", Inputs: []graph.Shape{{3, 4}, {4, 5}}, Output: graph.Shape{3, 5}},
		{Name: "heads", Inputs: []graph.Shape{{2, 3, 4}, {2, 4, 5}}, Output: graph.Shape{2, 3, 5}, Batch: 3},
		{Name: "one for all heads", Inputs: []graph.Shape{{2, 3, 4}, {4, 5}}, Output: graph.Shape{2, 3, 5}},
		{Name: "each with each", Inputs: []graph.Shape{{2, 1, 3, 4}, {3, 4, 1}}, Output: graph.Shape{2, 3, 3, 1}, Batch: 1},
		{Name: "larger ones", Inputs: []graph.Shape{{30, 70}, {70, 66}}, Output: graph.Shape{30, 66}},
	} {
		c.Name, c.Join, c.Printed, c.Slow = "MatMul of "+c.Name, graph.MatMul, "MatMul", slowMatMul
		c.Refused, c.Error = []graph.Shape{{2, 3, 4}, {2, 3, 4}}, "want matrices (N, …, M, K) and (N, …, K, P), got (N, 2, 3, 4) and (N, 2, 3, 4)"
		layertest.RunJoin(t, c)
	}
}

func slowMatMul(x []layertest.Array, _ map[string]layertest.Array) layertest.Array {
	axes := max(len(x[0].Shape), len(x[1].Shape))
	a, b := wide(x[0], axes), wide(x[1], axes)
	shape := make(graph.Shape, axes)
	for i := range shape {
		shape[i] = max(a.Shape[i], b.Shape[i])
	}
	shape[axes-2], shape[axes-1] = a.Shape[axes-2], b.Shape[axes-1]
	y := layertest.Zeros(shape...)
	for i := range y.Data {
		left, right := unravel(i, shape), unravel(i, shape)
		for k := range a.Shape[axes-1] {
			left[axes-1], right[axes-2] = k, k
			y.Data[i] += a.At(within1(left, a.Shape)...) * b.At(within1(right, b.Shape)...)
		}
	}
	return y
}

// slowOperand joins with the layer's own parameter.
func slowOperand(left bool, f func(a, b float64) float64) slow {
	return func(x layertest.Array, weights map[string]layertest.Array) layertest.Array {
		w := weights["operand"]
		of := []layertest.Array{x, {Shape: append(graph.Shape{1}, w.Shape...), Data: w.Data}}
		if left {
			of[0], of[1] = of[1], of[0]
		}
		return slowBroadcast(f)(of, nil)
	}
}

func TestOperand(t *testing.T) {
	for _, c := range []layertest.Case{
		{
			Name: "bias", Layer: graph.Operand{Join: graph.Sum, Shape: graph.Shape{3, 1, 1}}, Batch: 9, Input: graph.Shape{3, 2, 4}, Output: graph.Shape{3, 2, 4}, Params: 3,
			Printed: "Operand{Join: Sum, Shape: Shape{3, 1, 1}}", Refused: graph.Shape{2, 2, 4}, Error: "want a shape that broadcasts with (3, 1, 1), each side equal or 1 from the last on, got (N, 2, 2, 4)",
			Slow: slowOperand(false, func(a, b float64) float64 { return a + b }),
		},
		{
			Name: "left, larger than x", Layer: graph.Operand{Join: graph.Difference, Shape: graph.Shape{2, 3, 1}, Left: true}, Input: graph.Shape{3, 4}, Output: graph.Shape{2, 3, 4}, Params: 6,
			Printed: "Operand{Join: Difference, Shape: Shape{2, 3, 1}, Left: true}", Slow: slowOperand(true, func(a, b float64) float64 { return a - b }),
		},
		{
			Name: "positions", Layer: graph.Operand{Join: graph.Product, Shape: graph.Shape{5, 4}}, Input: graph.Shape{5, 4}, Output: graph.Shape{5, 4}, Params: 20,
			Printed: "Operand{Join: Product, Shape: Shape{5, 4}}", Slow: slowOperand(false, func(a, b float64) float64 { return a * b }),
		},
		{
			Name: "a number", Layer: graph.Operand{Join: graph.Quotient, Shape: graph.Shape{1}, Init: graph.Constant{Value: 2}, Fixed: true}, Input: graph.Shape{5}, Output: graph.Shape{5}, Params: 1,
			Printed: "Operand{Join: Quotient, Shape: Shape{1}, Init: Constant{Value: 2}, Fixed: true}", Slow: slowOperand(false, func(a, b float64) float64 { return a / b }),
		},
		{
			Name: "bounds", Layer: graph.Operand{Join: graph.Minimum, Shape: graph.Shape{4}}, Input: graph.Shape{2, 4}, Output: graph.Shape{2, 4}, Params: 4,
			Printed: "Operand{Join: Minimum, Shape: Shape{4}}", Slow: slowOperand(false, math.Min),
		},
		{
			Name: "power to it", Layer: graph.Operand{Join: graph.Power, Shape: graph.Shape{3, 1}, Left: true}, Input: graph.Shape{2, 3, 4}, Output: graph.Shape{2, 3, 4}, Params: 3,
			Printed: "Operand{Join: Power, Shape: Shape{3, 1}, Left: true}", Slow: slowOperand(true, math.Pow),
		},
		{
			Name: "dense along the last axis", Layer: graph.Dense{Units: 3, LastAxis: true, Activation: graph.Tanh}, Input: graph.Shape{2, 5, 4}, Output: graph.Shape{2, 5, 3}, Params: 15,
			Printed: "Dense{Units: 3, LastAxis: true, Activation: Tanh}", Slow: then(slowRows, math.Tanh),
		},
		{
			Name: "dense along the last axis, no bias", Layer: graph.Dense{Units: 3, LastAxis: true, NoBias: true, Activation: graph.ReLU}, Batch: 1, Input: graph.Shape{5, 4}, Output: graph.Shape{5, 3}, Params: 12,
			Printed: "Dense{Units: 3, LastAxis: true, NoBias: true, Activation: ReLU}", Slow: then(slowRows, relu),
		},
		{
			Name: "dense along the last axis of vectors", Layer: graph.Dense{Units: 3, LastAxis: true}, Input: graph.Shape{4}, Output: graph.Shape{3}, Params: 15,
			Printed: "Dense{Units: 3, LastAxis: true}", Slow: slowRows,
		},
	} {
		layertest.Run(t, c)
	}
}

// slowRows multiplies each row along the last axis as slowDense does.
func slowRows(x layertest.Array, weights map[string]layertest.Array) layertest.Array {
	shape, last := append(graph.Shape{}, x.Shape...), len(x.Shape)-1
	y := slowDense(layertest.Array{Shape: graph.Shape{len(x.Data) / shape[last], shape[last]}, Data: x.Data}, weights)
	shape[last] = y.Shape[1]
	return layertest.Array{Shape: shape, Data: y.Data}
}

// TestJoinersOfTwo refuse more and fewer.
func TestJoinersOfTwo(t *testing.T) {
	x := graph.Input("x", 4)
	for _, j := range []graph.Joiner{graph.Difference, graph.Quotient, graph.Power, graph.MatMul} {
		_, err := graph.Compose(graph.Config{}, graph.Join(j, x, x, x))
		oneLine(t, err, "want two values, got 3")
	}
}

// TestOperandRefused asks for what is no operand.
func TestOperandRefused(t *testing.T) {
	for want, l := range map[string]graph.Layer{
		"want Join Sum, Difference, Product, Quotient, Maximum, Minimum or Power, got Concat": graph.Operand{Join: graph.Concat, Shape: graph.Shape{1}},
		"want Join Sum, Difference, Product, Quotient, Maximum, Minimum or Power, got <nil>":  graph.Operand{Shape: graph.Shape{1}},
		"want Shape such as (16, 1, 1), got ()":                                               graph.Operand{Join: graph.Sum},
	} {
		_, err := graph.New(graph.Config{Input: graph.Shape{4}}, l)
		oneLine(t, err, want)
	}
}

// TestFixedOperand has no gradient and is no trained parameter.
func TestFixedOperand(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{4}}, graph.Dense{Units: 4}, graph.Operand{Join: graph.Sum, Shape: graph.Shape{4}, Fixed: true})
	if err != nil {
		t.Fatal(err)
	}
	p := compile(t, net, graph.ProgramConfig{Mode: graph.Training, Loss: graph.MeanSquaredError{}})
	if got := len(net.Params(graph.Trained)); got != 2 || len(p.Grads) != 2 {
		t.Errorf("%d trained parameters and %d gradients, want 2", got, len(p.Grads))
	}
	if fixed := net.Params(graph.Fixed); len(fixed) != 1 || fixed[0].Name != "operand_1/operand" {
		t.Errorf("fixed are %v, want operand_1/operand", fixed)
	}
}
