package ops_test

import (
	"fmt"
	"log"
	"math"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/graph/ops"
)

// wave is a tensor of the values of a sine, the same whoever computes them.
func wave(scale float64, shape ...int) *tensor.Dense {
	t := tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(shape...))
	for i := range t.Data().([]float32) {
		t.Data().([]float32)[i] = float32(scale * math.Sin(float64(i)+0.5))
	}
	return t
}

// ExampleConv2d trains a raw Gorgonia graph with a convolution and a pool of
// this package in it.
func ExampleConv2d() {
	g := G.NewGraph()
	x := G.NewTensor(g, tensor.Float32, 4, G.WithName("x"), G.WithShape(4, 1, 8, 8), G.WithValue(wave(1, 4, 1, 8, 8)))
	w := G.NewTensor(g, tensor.Float32, 4, G.WithName("w"), G.WithShape(3, 1, 3, 3), G.WithValue(wave(0.5, 3, 1, 3, 3)))
	u := G.NewMatrix(g, tensor.Float32, G.WithName("u"), G.WithShape(27, 1), G.WithValue(wave(0.5, 27, 1)))
	target := G.NewMatrix(g, tensor.Float32, G.WithName("target"), G.WithShape(4, 1), G.WithValue(wave(1, 4, 1)))

	y := G.Must(ops.Conv2d(x, w, tensor.Shape{3, 3}, nil, nil, nil))
	y = G.Must(ops.MaxPool2D(y, tensor.Shape{2, 2}, nil, []int{2, 2}))
	y = G.Must(G.Mul(G.Must(G.Reshape(y, tensor.Shape{4, 27})), u))
	cost := G.Must(G.Mean(G.Must(G.Square(G.Must(G.Sub(y, target))))))
	if _, err := G.Grad(cost, w, u); err != nil {
		log.Fatal(err)
	}
	vm := G.NewTapeMachine(g, G.BindDualValues(w, u))
	defer vm.Close()
	solver := G.NewVanillaSolver(G.WithLearnRate(0.002))
	for step := range 41 {
		if err := vm.RunAll(); err != nil {
			log.Fatal(err)
		}
		if step%20 == 0 {
			fmt.Printf("step %d: loss %.2f\n", step, cost.Value().Data())
		}
		if err := solver.Step(G.NodesToValueGrads(G.Nodes{w, u})); err != nil {
			log.Fatal(err)
		}
		vm.Reset()
	}
	// Output:
	// step 0: loss 1.51
	// step 20: loss 0.47
	// step 40: loss 0.25
}

// conv and pool are Gorgonia's signatures.
type (
	conv func(im, filter *G.Node, kernel tensor.Shape, pad, stride, dilation []int) (*G.Node, error)
	pool func(x *G.Node, kernel tensor.Shape, pad, stride []int) (*G.Node, error)
)

// learnt are the weights of a raw graph after some steps.
func learnt(t *testing.T, c conv, p pool) [][]float32 {
	t.Helper()
	g := G.NewGraph()
	input := func(name string, scale float64, shape ...int) *G.Node {
		return G.NewTensor(g, tensor.Float32, len(shape), G.WithName(name), G.WithShape(shape...), G.WithValue(wave(scale, shape...)))
	}
	x, target := input("x", 1, 3, 2, 10, 9), input("target", 1, 3, 2)
	v, w, u := input("v", 0.3, 4, 2, 3, 3), input("w", 0.3, 5, 4, 2, 2), input("u", 0.3, 60, 2)
	y := G.Must(G.Tanh(G.Must(c(x, v, tensor.Shape{3, 3}, []int{1, 1}, []int{1, 1}, []int{1, 1}))))
	y = G.Must(p(y, tensor.Shape{2, 2}, []int{0, 0}, []int{2, 2}))
	y = G.Must(c(y, w, tensor.Shape{2, 2}, []int{0, 0}, []int{1, 1}, []int{1, 1}))
	y = G.Must(G.Mul(G.Must(G.Reshape(y, tensor.Shape{3, 60})), u))
	cost := G.Must(G.Mean(G.Must(G.Square(G.Must(G.Sub(y, target))))))
	weights := G.Nodes{v, w, u}
	if _, err := G.Grad(cost, weights...); err != nil {
		t.Fatal(err)
	}
	vm := G.NewTapeMachine(g, G.BindDualValues(weights...))
	defer vm.Close()
	solver := G.NewVanillaSolver(G.WithLearnRate(0.05))
	for range 5 {
		if err := vm.RunAll(); err != nil {
			t.Fatal(err)
		}
		if err := solver.Step(G.NodesToValueGrads(weights)); err != nil {
			t.Fatal(err)
		}
		vm.Reset()
	}
	var all [][]float32
	for _, n := range weights {
		all = append(all, n.Value().Data().([]float32))
	}
	return all
}

// TestTrainsAsGorgoniasOpsDo trains one raw graph with Gorgonia's ops and one
// with ours.
func TestTrainsAsGorgoniasOpsDo(t *testing.T) {
	want, got := learnt(t, G.Conv2d, G.MaxPool2D), learnt(t, ops.Conv2d, ops.MaxPool2D)
	moved := false
	for i, start := range []*tensor.Dense{wave(0.3, 4, 2, 3, 3), wave(0.3, 5, 4, 2, 2), wave(0.3, 60, 2)} {
		for j, v := range got[i] {
			if math.Abs(float64(v-want[i][j])) > 1e-5 {
				t.Fatalf("weight %d, value %d is %v, with Gorgonia's ops %v", i, j, v, want[i][j])
			}
			moved = moved || v != start.Data().([]float32)[j]
		}
	}
	if !moved {
		t.Error("no weight has moved")
	}
}
