package graph_test

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	G "gorgonia.org/gorgonia"

	"euryale/graph"
)

// TestSideBySide makes networks, compiles and runs programs of them in several
// goroutines, alone and of one network. Under -race it sees what they share;
// each must compute what one alone does.
func TestSideBySide(t *testing.T) {
	halved := graph.Func(func(x *G.Node) (*G.Node, error) { return G.Mul(x, G.NewConstant(float32(0.5))) })
	shared := graph.Shared{Name: "tower", Layer: graph.Dense{Units: 4, Activation: graph.Tanh}}
	layers := append(append([]graph.Layer{halved}, smallLayers[:4]...), graph.BatchNorm{}, graph.Flatten{}, graph.Dense{Units: 4}, shared, shared, graph.Softmax)
	for _, e := range engines {
		make := func() *graph.Network {
			net, err := graph.New(graph.Config{Input: graph.Shape{1, 12, 12}, Seed: 1, Engine: e}, layers...)
			if err != nil {
				t.Error(err)
			}
			return net
		}
		// once is what a program of the network makes, trained or not.
		once := func(net *graph.Network, c graph.ProgramConfig) []float32 {
			p, err := net.Compile(c)
			if err != nil {
				t.Error(err)
				return nil
			}
			defer p.Close()
			fill(p, 1)
			for range 3 {
				if err := p.Run(); err != nil {
					t.Error(err)
				}
			}
			p.NotFinite()
			all := values(p.Outputs[0])
			for _, g := range p.Grads {
				all = append(all, values(g)...)
			}
			return all
		}
		inference := graph.ProgramConfig{Batch: 3}
		one := make()
		want, wantTrained := once(one, inference), once(make(), training)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 3 {
					if got := once(make(), training); !cmp.Equal(got, wantTrained) {
						t.Errorf("%v: a network of its own computes something else beside others", e)
					}
					if got := once(one, inference); !cmp.Equal(got, want) {
						t.Errorf("%v: a program of a network that others run computes something else", e)
					}
				}
			})
		}
		wg.Wait()
	}
}
