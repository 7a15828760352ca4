package graph_test

import (
	"fmt"
	"log"

	G "gorgonia.org/gorgonia"

	"euryale/graph"
)

// ChannelScale multiplies each channel of an image by a weight.
type ChannelScale struct{}

func (l ChannelScale) String() string { return graph.Literal(l) }

// Build is made of a node of Gorgonia's.
func (l ChannelScale) Build(s *graph.Scope, x *graph.Value) *graph.Value {
	w := s.Weight("scale", graph.Shape{1, x.Shape()[0], 1, 1}, graph.Ones)
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) {
		return G.BroadcastHadamardProd(n[0], n[1], nil, []byte{0, 2, 3})
	}, x, w)
}

// A layer of one's own, of Gorgonia's nodes and with weights.
func ExampleScope_Gorgonia() {
	net, err := graph.New(graph.Config{Input: graph.Shape{2, 1, 2}}, ChannelScale{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(net.Report())

	copy(net.Params()[0].Value.Data().([]float32), []float32{10, 100})
	p, err := net.Compile(graph.ProgramConfig{})
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	if err := p.SetInput(0, []float32{1, 2, 3, 4}); err != nil {
		log.Fatal(err)
	}
	if err := p.Run(); err != nil {
		log.Fatal(err)
	}
	fmt.Println(p.Outputs[0].Data())
	// Output:
	// ______________________________________________________________________
	// Layer (type)                    Output Shape              Param #
	// ======================================================================
	// channel_scale_1 (ChannelScale)  (None, 2, 1, 2)           2
	// ======================================================================
	// Total params: 2
	// Trainable params: 2
	// Non-trainable params: 0
	// ______________________________________________________________________
	// [10 20 300 400]
}
