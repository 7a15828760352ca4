package graph_test

import (
	"fmt"
	"log"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/graph"
)

// A network as part of a Gorgonia graph of one's own, differentiated by
// Gorgonia's Grad.
func ExampleNetwork_Declare() {
	net, err := graph.New(graph.Config{Input: graph.Shape{3}}, graph.Dense{Units: 1, Init: graph.Ones})
	if err != nil {
		log.Fatal(err)
	}
	g := G.NewGraph()
	x := G.NewMatrix(g, tensor.Float32, G.WithName("mine"), G.WithShape(2, 3),
		G.WithValue(tensor.New(tensor.WithShape(2, 3), tensor.WithBacking([]float32{1, 2, 3, 4, 5, 6}))))
	outputs, weights, err := net.Declare(x)
	if err != nil {
		log.Fatal(err)
	}
	cost := G.Must(G.Sum(outputs[0]))
	grads, err := G.Grad(cost, weights...)
	if err != nil {
		log.Fatal(err)
	}
	vm := G.NewTapeMachine(g)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		log.Fatal(err)
	}
	fmt.Println(outputs[0].Value().Data(), cost.Value())
	for i, p := range net.Params() {
		fmt.Println(p.Name, grads[i].Value().Data())
	}
	// Output:
	// [6 15] 21
	// dense_1/kernel [5 7 9]
	// dense_1/bias [2]
}
