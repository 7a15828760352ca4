package engine_test

import (
	"fmt"
	"math"
	"testing"
	"unsafe"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
	"euryale/internal/f32"
)

// TestPlacedBuffers declares ops that get no memory, places their buffers in
// memory full of NaN, and runs them: the results are those of ops that have
// zeroed memory of their own, and what lies behind the channels is zero.
func TestPlacedBuffers(t *testing.T) {
	const c, f = 19, 5
	norm := engine.NormLastConfig{NormConfig: engine.NormConfig{Epsilon: 1e-3}, Channels: f, Cut: engine.AtZero}
	conv := func(x, w *G.Node, groups, tile, channels int, pool []int) *G.Node {
		return G.Must(engine.ConvLast(x, w, nil, engine.ConvLastConfig{
			ConvConfig: engine.ConvConfig{Pad: []int{1, 1}, Groups: groups, InputGrad: true}, Channels: channels, Tile: tile, Pool: pool,
		}))
	}
	for name, declare := range map[string]declaration{
		"taps": func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			return engine.MeanImageLast(conv(conv(G.Must(engine.Last(x)), w[0], 1, 0, c, nil), w[1], 5, 0, f, nil), f)
		},
		"tiles and pool": func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			y := conv(G.Must(engine.Last(x)), w[0], 1, 4, c, []int{2, 2})
			return engine.Planar(G.Must(engine.NormLast(y, nil, nil, norm)), f)
		},
		"pool apart": func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			y := conv(G.Must(engine.Last(x)), w[0], 1, 2, c, nil)
			y = G.Must(engine.MaxPoolLast(y, engine.PoolConfig{Kernel: tensor.Shape{3, 3}, Stride: []int{2, 2}}))
			return engine.Planar(G.Must(engine.NormLast(y, nil, nil, norm)), f)
		},
		"planes": func(x *G.Node, w ...*G.Node) (*G.Node, error) {
			y := G.Must(engine.MaxPool2D(x, tensor.Shape{2, 2}, []int{0, 0}, []int{2, 2}))
			y = G.Must(engine.Maximum(y, G.Must(engine.Sum(y, y))))
			return engine.SoftMax(y)
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := []*tensor.Dense{random(1, 3, c, 9, 8), random(2, f, c, 3, 3), random(3, f, 1, 3, 3)}
			own := run(t, declare, in, false)
			for i, d := range run(t, declare, in, true) {
				got, want := d.Float32s(), own[i].Float32s()
				for j, v := range got {
					if v != want[j] {
						t.Fatalf("result %d of shape %v has %v at %d, want %v", i, d.Shape(), v, j, want[j])
					}
					padded := d.Dims() == 4 && d.Shape()[3]%f32.Lanes == 0
					if channels := map[int]int{32: c, 16: f}[d.Shape()[d.Dims()-1]]; padded && j%d.Shape()[3] >= channels && v != 0 {
						t.Fatalf("result %d of shape %v has %v behind its channels", i, d.Shape(), v)
					}
				}
			}
		})
	}
}

// run is what the ops of a declaration and of its gradients make.
func run(t *testing.T, declare declaration, in []*tensor.Dense, placed bool) (made []*tensor.Dense) {
	t.Helper()
	g := G.NewGraph()
	if placed {
		defer new(engine.Unplaced).On(g)()
	}
	var nodes G.Nodes
	for i, d := range in {
		nodes = append(nodes, G.NewTensor(g, d.Dtype(), d.Dims(), G.WithShape(d.Shape()...), G.WithName(fmt.Sprint("in", i)), G.WithValue(d.Clone().(*tensor.Dense))))
	}
	out, err := declare(nodes[0], nodes[1:]...)
	if err != nil {
		t.Fatal(err)
	}
	read := G.Nodes{nodes[0]}
	for _, n := range nodes[1:] {
		if g.To(n.ID()).Len() > 0 {
			read = append(read, n)
		}
	}
	if _, err := G.Grad(G.Must(G.Sum(G.Must(G.Square(out)))), read...); err != nil {
		t.Fatal(err)
	}
	for _, n := range g.AllNodes() {
		if op, ok := n.Op().(engine.Buffered); ok {
			result, others := op.Buffers()
			if placed {
				place(append(others, result)...)
			}
			made = append(made, op.Owned())
		}
	}
	vm := G.NewTapeMachine(g)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
	return made
}

// place gives buffers memory full of NaN, those that several ops have again.
func place(buffers ...engine.Buffer) {
	for _, b := range buffers {
		memory := make([]float32, b.Bytes()/4+1)
		for i := range memory {
			memory[i] = float32(math.NaN())
		}
		b.Place(bytesOf(memory)[:b.Bytes()])
	}
}

func bytesOf(x []float32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(&x[0])), 4*len(x))
}
