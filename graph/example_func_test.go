package graph_test

import (
	"fmt"
	"log"

	G "gorgonia.org/gorgonia"

	"euryale/graph"
)

// A function on Gorgonia's nodes is a layer.
func ExampleFunc() {
	net, err := graph.New(graph.Config{Input: graph.Shape{3}}, graph.Func(func(x *G.Node) (*G.Node, error) { return G.Square(x) }))
	if err != nil {
		log.Fatal(err)
	}
	p, err := net.Compile(graph.ProgramConfig{Batch: 2})
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	if err := p.SetInput(0, []float32{1, 2, 3, -1, -2, -3}); err != nil {
		log.Fatal(err)
	}
	if err := p.Run(); err != nil {
		log.Fatal(err)
	}
	fmt.Println(net.Outputs()[0], p.Outputs[0].Data())
	// Output:
	// {func_1 (3)} [1 4 9 1 4 9]
}
