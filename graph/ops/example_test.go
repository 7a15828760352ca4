package ops_test

import (
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/graph/ops"
)

// The architecture of Gorgonia's own convnet example, with Conv2d and MaxPool2D
// of this package in the place of Gorgonia's: nothing else changes.
func Example() {
	g := G.NewGraph()
	weight := func(name string, shape ...int) *G.Node {
		values := tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(shape...))
		if err := values.Memset(float32(0.01)); err != nil {
			panic(err)
		}
		return G.NewTensor(g, tensor.Float32, len(shape), G.WithShape(shape...), G.WithName(name), G.WithValue(values))
	}
	const batch = 2
	x := weight("x", batch, 1, 28, 28)
	w0, w1, w2 := weight("w0", 32, 1, 3, 3), weight("w1", 64, 32, 3, 3), weight("w2", 128, 64, 3, 3)
	w3, w4 := weight("w3", 128*3*3, 625), weight("w4", 625, 10)

	layer := func(x, w *G.Node) *G.Node {
		x = G.Must(ops.Conv2d(x, w, tensor.Shape{3, 3}, []int{1, 1}, []int{1, 1}, []int{1, 1}))
		x = G.Must(G.Rectify(x))
		return G.Must(ops.MaxPool2D(x, tensor.Shape{2, 2}, []int{0, 0}, []int{2, 2}))
	}
	y := layer(layer(layer(x, w0), w1), w2)
	y = G.Must(G.Reshape(y, tensor.Shape{batch, 128 * 3 * 3}))
	y = G.Must(G.Rectify(G.Must(G.Mul(y, w3))))
	out := G.Must(ops.SoftMax(G.Must(G.Mul(y, w4))))

	cost := G.Must(G.Mean(out))
	if _, err := G.Grad(cost, w0, w1, w2, w3, w4); err != nil {
		fmt.Println(err)
		return
	}
	vm := G.NewTapeMachine(g)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v %.3f\n", out.Shape(), cost.Value().Data())
	// Output: (2, 10) 0.100
}
