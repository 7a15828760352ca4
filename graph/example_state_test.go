package graph_test

import (
	"fmt"
	"log"

	G "gorgonia.org/gorgonia"

	"euryale/graph"
)

// Normalization brings each value of a vector to mean 0 and deviation 1, by
// statistics of the data that are kept with the network and are not trained.
type Normalization struct{}

func (l Normalization) String() string { return graph.Literal(l) }

// Build wants vectors.
func (l Normalization) Build(s *graph.Scope, x *graph.Value) *graph.Value {
	row := graph.Shape{1, x.Shape()[0]}
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) {
		centred, err := G.BroadcastSub(n[0], n[1], nil, []byte{0})
		if err != nil {
			return nil, err
		}
		return G.BroadcastHadamardDiv(centred, n[2], nil, []byte{0})
	}, x, s.State("mean", row, graph.Zeros), s.State("deviation", row, graph.Ones))
}

// A layer that holds State: it is saved with the weights, and no optimiser
// touches it.
func ExampleScope_State() {
	net, err := graph.New(graph.Config{Input: graph.Shape{2}, Seed: 1}, Normalization{}, graph.Dense{Units: 1})
	if err != nil {
		log.Fatal(err)
	}
	for i, p := range net.Params(graph.State) {
		copy(p.Value.Data().([]float32), [][]float32{{170, 65}, {10, 5}}[i])
	}
	p, err := net.Compile(graph.ProgramConfig{Keep: []string{"normalization_1"}})
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	if err := p.SetInput(0, []float32{180, 60}); err != nil {
		log.Fatal(err)
	}
	if err := p.Run(); err != nil {
		log.Fatal(err)
	}
	y, err := p.Activation("normalization_1")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(y.Data())
	fmt.Print(net.Report())
	// Output:
	// [1 -1]
	// _______________________________________________________________________
	// Layer (type)                     Output Shape              Param #
	// =======================================================================
	// normalization_1 (Normalization)  (None, 2)                 4
	// _______________________________________________________________________
	// dense_1 (Dense)                  (None, 1)                 3
	// =======================================================================
	// Total params: 7
	// Trainable params: 3
	// Non-trainable params: 4
	// _______________________________________________________________________
}
