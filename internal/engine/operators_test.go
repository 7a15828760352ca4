package engine_test

import (
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
)

// TestOperatorsAllocateNothing calls ops and their gradients again.
func TestOperatorsAllocateNothing(t *testing.T) {
	image, row, matrices := random(1, 3, 4, 5, 6), random(2, 1, 4, 1, 6), random(3, 3, 6, 2)
	for name, declare := range map[string]func(n G.Nodes) (*G.Node, error){
		"pairwise": func(n G.Nodes) (*G.Node, error) { return engine.Pairwise(n[0], n[1], engine.Multiplication) },
		"larger":   func(n G.Nodes) (*G.Node, error) { return engine.Pairwise(n[0], n[1], engine.Larger) },
		"mean":     func(n G.Nodes) (*G.Node, error) { return engine.Reduce(n[0], engine.MeanOf, []int{0, 2}, 3, 5) },
		"largest":  func(n G.Nodes) (*G.Node, error) { return engine.Reduce(n[0], engine.MaxOf, []int{1}, 3, 4, 6) },
		"response": func(n G.Nodes) (*G.Node, error) {
			return engine.ResponseNorm(n[0], engine.ResponseNormConfig{Size: 3, Alpha: 1, Beta: 0.75, Bias: 1})
		},
		"products": func(n G.Nodes) (*G.Node, error) { return engine.MatMuls(n[2], n[3]) },
	} {
		n := bound(image, row, random(4, 3, 2, 6), matrices)
		y, err := declare(n)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		total, err := G.Sum(y)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := G.Grad(total, by(y)...); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		known := map[*G.Node]G.Value{}
		value := func(x *G.Node) G.Value {
			if v, ok := known[x]; ok {
				return v
			}
			if v := x.Value(); v != nil {
				return v
			}
			return random(9, x.Shape()...) // a gradient from above
		}
		for _, x := range y.Graph().AllNodes() { // each behind its inputs
			op, ok := x.Op().(engine.Owner)
			if !ok {
				continue
			}
			var in []G.Value
			for _, c := range inputs(x) {
				in = append(in, value(c))
			}
			out, err := op.Do(in...)
			if err != nil {
				t.Fatalf("%s: %v: %v", name, op, err)
			}
			known[x] = out
			if allocs := testing.AllocsPerRun(5, func() { _, _ = op.Do(in...) }); allocs > 0 {
				t.Errorf("%s: %v allocates %v times a run", name, op, allocs)
			}
		}
	}
}

// by are the inputs of a node that have no op.
func by(y *G.Node) G.Nodes {
	var leaves G.Nodes
	for _, x := range inputs(y) {
		if x.Op() == nil {
			leaves = append(leaves, x)
		}
	}
	return leaves
}

// inputs are what a node is made of, in order.
func inputs(n *G.Node) G.Nodes {
	var in G.Nodes
	it := n.Graph().From(n.ID())
	for it.Next() {
		in = append(in, it.Node().(*G.Node))
	}
	return in
}

// TestOperatorsRefuse what they cannot take, in one line.
func TestOperatorsRefuse(t *testing.T) {
	n := bound(random(1, 2, 4, 3, 3), random(2, 4), random(3, 2, 3, 4), as(tensor.Float64, random(4, 2, 4, 3, 3)))
	x, four, rows, double := n[0], n[1], n[2], n[3]
	for _, c := range []struct {
		want string
		err  func() (*G.Node, error)
	}{
		{"Add: want as many axes of both, got (2, 4, 3, 3) and (4)", func() (*G.Node, error) { return engine.Pairwise(x, four, engine.Addition) }},
		{"Add: want nodes of one type, got float32 and float64", func() (*G.Node, error) { return engine.Pairwise(x, double, engine.Addition) }},
		{"MatMuls: want (B, M, K) and (B, K, P), got (2, 3, 4) and (2, 3, 4)", func() (*G.Node, error) { return engine.MatMuls(rows, rows) }},
		{"Reduce: want axes of (4, 3, 3) in order, got [3]", func() (*G.Node, error) { return engine.Reduce(x, engine.SumOf, []int{3}, 2) }},
		{"Reduce: want one axis for a place, got [0 1]", func() (*G.Node, error) { return engine.Reduce(x, engine.PlaceOfMax, []int{0, 1}, 2, 3) }},
		{"Reduce: want a result of 9 values a sample, got [2 3]", func() (*G.Node, error) { return engine.Reduce(x, engine.SumOf, []int{0}, 2, 3) }},
		{"ResponseNorm: want (N, C, …) and a size of at least 1, got (4) and 3", func() (*G.Node, error) {
			return engine.ResponseNorm(four, engine.ResponseNormConfig{Size: 3})
		}},
	} {
		if _, err := c.err(); err == nil || err.Error() != c.want {
			t.Errorf("error %v\nwant  %s", err, c.want)
		}
	}
}

// TestPairwiseInPieces is of rows that are cut, and of rows of which a piece has
// several, on any number of cores.
func TestPairwiseInPieces(t *testing.T) {
	for _, shapes := range [][2][]int{
		{{1, 1, 20000}, {1, 3, 20000}}, {{2, 3, 1}, {2, 3, 20000}}, {{2, 5000, 3}, {2, 5000, 1}}, {{1, 7}, {4000, 7}}, {{1, 20000}, {1, 20000}}, {{1, 1}, {1, 1}}, {{1, 3, 1}, {1, 1, 1}}, {{1, 1, 1}, {5, 1, 1}},
	} {
		a, b := random(1, shapes[0]...), random(2, shapes[1]...)
		n := bound(a, b)
		at := func(d *tensor.Dense, shape tensor.Shape, i int) float64 {
			from, step := 0, 1
			for k := len(shape) - 1; k >= 0; k-- {
				j := i % shape[k]
				i /= shape[k]
				from += j % d.Shape()[k] * step
				step *= d.Shape()[k]
			}
			return float64(d.Float32s()[from])
		}
		for _, p := range []engine.Pairing{engine.Addition, engine.Subtraction, engine.Multiplication, engine.Division, engine.Smaller} {
			y, err := engine.Pairwise(n[0], n[1], p)
			if err != nil {
				t.Fatal(err)
			}
			v, err := y.Op().Do(a, b)
			if err != nil {
				t.Fatal(err)
			}
			for i, got := range v.(*tensor.Dense).Float32s() {
				if want := float32(p.At(at(a, y.Shape(), i), at(b, y.Shape(), i))); got != want {
					t.Fatalf("%s of %v: value %d is %v, want %v", p.Name, shapes, i, got, want)
				}
			}
		}
	}
}
