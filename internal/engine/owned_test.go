package engine_test

import (
	"fmt"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
)

// TestOpsAllocateNothing runs a graph once, and then each op that owns its
// result again, on the values it had.
func TestOpsAllocateNothing(t *testing.T) {
	for _, c := range []struct {
		name    string
		declare declaration
		inputs  []*tensor.Dense
	}{
		{"blocks and dense layers", func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			y := G.Must(engine.Block(x, w[0], w[1], engine.BlockConfig{}))
			y = G.Must(engine.Block(y, w[2], w[3], engine.BlockConfig{Last: 20, InputGrad: true}))
			y = G.Must(G.Reshape(G.Must(engine.Planar(y, 18)), tensor.Shape{5, 18 * 2 * 2}))
			return engine.Dense(y, w[4], w[5], engine.DenseConfig{ReLU: true, InputGrad: true})
		}, []*tensor.Dense{random(1, 5, 1, 14, 14), random(2, 20, 1, 3, 3), random(3, 20), random(4, 18, 20, 3, 3), random(5, 18), random(6, 72, 7), random(7, 7)}},
		{"a block of planes, many", func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			return engine.Planar(G.Must(engine.Block(x, w[0], w[1], engine.BlockConfig{InputGrad: true})), 7)
		}, []*tensor.Dense{random(1, 5, 9, 8, 8), random(2, 7, 9, 3, 3), random(3, 7)}},
		{"convolution and pool", func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			y := G.Must(engine.Conv(x, w[0], w[1], engine.ConvConfig{Pad: []int{2, 2}, Stride: []int{2, 2}, ReLU: true, InputGrad: true}))
			return engine.MaxPool2D(y, tensor.Shape{3, 3}, []int{1, 1}, []int{2, 2})
		}, []*tensor.Dense{random(1, 9, 3, 20, 17), random(2, 6, 3, 5, 5), random(3, 6)}},
		{"norms of samples", func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			y := G.Must(engine.SampleNorm(x, w[0], w[1], engine.SampleNormConfig{Epsilon: 1e-3}))
			y = G.Must(engine.SampleNorm(y, w[2], w[3], engine.SampleNormConfig{Epsilon: 1e-3, Groups: 1}))
			return engine.SampleNorm(y, w[0], nil, engine.SampleNormConfig{Epsilon: 1e-3, Groups: 2})
		}, []*tensor.Dense{random(1, 3, 4, 5, 5), random(2, 4), random(3, 4), random(4, 4, 5, 5), random(5, 4, 5, 5)}},
		{"what is drawn", func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			at := &engine.Draw{Step: 3}
			y := G.Must(G.Add(x, w[0]))
			y = G.Must(engine.Dropout(y, engine.DropoutConfig{Rate: 0.5, At: at}))
			y = G.Must(engine.Noise(y, engine.NoiseConfig{Deviation: 0.5, At: at}))
			return engine.Dropout(y, engine.DropoutConfig{Rate: 0.5, Spatial: true, At: at})
		}, []*tensor.Dense{random(1, 3, 4, 40, 40), random(2, 3, 4, 40, 40)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := G.NewGraph()
			var nodes G.Nodes
			for i, d := range c.inputs {
				nodes = append(nodes, G.NewTensor(g, d.Dtype(), d.Dims(), G.WithShape(d.Shape()...), G.WithName(fmt.Sprint("in", i)), G.WithValue(d)))
			}
			out, err := c.declare(nodes[0], nodes[1:]...)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := G.Grad(G.Must(G.Sum(out)), nodes[1:]...); err != nil {
				t.Fatal(err)
			}
			vm := G.NewTapeMachine(g)
			defer vm.Close()
			if err := vm.RunAll(); err != nil {
				t.Fatal(err)
			}
			checked := 0
			for _, n := range g.AllNodes() {
				op, ok := n.Op().(engine.Owner)
				if !ok {
					continue
				}
				var in []G.Value
				for it := g.From(n.ID()); it.Next(); {
					in = append(in, it.Node().(*G.Node).Value())
				}
				checked++
				if allocs := testing.AllocsPerRun(5, func() {
					if _, err := op.Do(in...); err != nil {
						t.Fatal(err)
					}
				}); allocs > 0 {
					t.Errorf("%v allocates %v times a run", op, allocs)
				}
			}
			if checked < 5 {
				t.Errorf("%d ops checked, want more", checked)
			}
		})
	}
}
