// Package layertest is the harness that every layer goes through: its printed
// form, shapes and weights, its values against a slow version, its gradients
// against central differences, a step that makes a loss smaller, and the
// fused engine against Gorgonia's ops.
package layertest

import (
	"testing"

	"euryale/graph"
)

// Case is a layer and what it must be.
type Case struct {
	Name    string
	Layer   graph.Layer
	Input   graph.Shape // of one sample
	Batch   int         // 0 means 2
	Output  graph.Shape // wanted
	Params  int         // wanted, values in all parameters
	Printed string      // wanted from String

	Refused graph.Shape // an input it must refuse; nil leaves it out
	Error   string      // wanted in the refusal

	// Slow computes the output in another way. x and the result are batches,
	// row-major; weights are by their names within the layer, such as kernel.
	Slow func(x Array, weights map[string]Array) Array

	// Training is Slow for a layer that computes something else in training;
	// nil means Slow.
	Training func(x Array, weights map[string]Array) Array
}

// Run runs a case through every check.
func Run(t *testing.T, c Case) {
	t.Helper()
	s := subject{
		got: c.Layer.String(), printed: c.Printed, inputs: []graph.Shape{c.Input}, batch: c.Batch,
		output: c.Output, params: c.Params, err: c.Error,
		put: func(x []*graph.Value) *graph.Value { return x[0].Then(c.Layer) },
	}
	if c.Refused != nil {
		s.refused = []graph.Shape{c.Refused}
	}
	if c.Slow != nil {
		s.slow = func(x []Array, weights map[string]Array) Array { return c.Slow(x[0], weights) }
	}
	if s.training = s.slow; c.Training != nil {
		s.training = func(x []Array, weights map[string]Array) Array { return c.Training(x[0], weights) }
	}
	t.Run(c.Name, s.run)
}

// JoinCase is a joiner and what it must be.
type JoinCase struct {
	Name    string
	Join    graph.Joiner
	Inputs  []graph.Shape // of one sample
	Order   []int         // the inputs that are joined; nil means each once
	Batch   int           // 0 means 2
	Output  graph.Shape   // wanted
	Params  int           // wanted, values in all parameters
	Printed string        // wanted from String

	Refused []graph.Shape // inputs it must refuse, each joined once; nil leaves it out
	Error   string        // wanted in the refusal

	// Slow computes the output of what is joined in another way.
	Slow func(x []Array, weights map[string]Array) Array
}

// RunJoin runs a case through every check.
func RunJoin(t *testing.T, c JoinCase) {
	t.Helper()
	order := func(n int) []int {
		if c.Order != nil && n == len(c.Inputs) {
			return c.Order
		}
		all := make([]int, n)
		for i := range all {
			all[i] = i
		}
		return all
	}
	s := subject{
		got: c.Join.String(), printed: c.Printed, inputs: c.Inputs, batch: c.Batch,
		output: c.Output, params: c.Params, refused: c.Refused, err: c.Error,
		put: func(x []*graph.Value) *graph.Value { return graph.Join(c.Join, picked(x, order(len(x)))...) },
	}
	if c.Slow != nil {
		s.slow = func(x []Array, weights map[string]Array) Array {
			return c.Slow(picked(x, order(len(x))), weights)
		}
	}
	s.training = s.slow
	t.Run(c.Name, s.run)
}

// picked are the elements of x at the given places.
func picked[T any](x []T, order []int) []T {
	var some []T
	for _, i := range order {
		some = append(some, x[i])
	}
	return some
}
