package graph_test

import (
	"fmt"
	"log"

	G "gorgonia.org/gorgonia"

	"euryale/graph"
)

// Distance is a joiner of one's own: |a - b|, number by number.
type Distance struct{}

func (d Distance) String() string { return graph.Literal(d) }

// Join wants two values of one shape.
func (d Distance) Join(s *graph.Scope, x []*graph.Value) *graph.Value {
	return s.Gorgonia(func(n ...*G.Node) (*G.Node, error) {
		difference, err := G.Sub(n[0], n[1])
		if err != nil {
			return nil, err
		}
		return G.Abs(difference)
	}, x...)
}

func ExampleJoiner() {
	net, err := graph.Compose(graph.Config{}, graph.Join(Distance{}, graph.Input("left", 3), graph.Input("right", 3)))
	if err != nil {
		log.Fatal(err)
	}
	p, err := net.Compile(graph.ProgramConfig{})
	if err != nil {
		log.Fatal(err)
	}
	defer p.Close()
	for i, values := range [][]float32{{1, 2, 3}, {3, 2, 1}} {
		if err := p.SetInput(i, values); err != nil {
			log.Fatal(err)
		}
	}
	if err := p.Run(); err != nil {
		log.Fatal(err)
	}
	fmt.Println(net.Outputs()[0].Name, p.Outputs[0].Data())
	// Output:
	// distance_1 [2 0 2]
}
