package filters

import (
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
)

// machine is a Gorgonia expression graph of one tile, on a TapeMachine.
type machine struct {
	in, out []float32
	vm      G.VM
}

var _ program = (*machine)(nil)

// newMachine compiles what declare makes of pixels (channels, 1, h, w): the
// channels are a batch of grey pictures.
func newMachine(channels, h, w int, declare func(x *G.Node) (*G.Node, error)) (*machine, error) {
	g := G.NewGraph()
	in := make([]float32, channels*h*w)
	y, err := declare(constant(g, "pixels", in, channels, 1, h, w))
	if err != nil {
		return nil, err
	}
	owner, ok := y.Op().(engine.Owner)
	if !ok {
		return nil, errors.Errorf("want an op with a result of its own, got %v", y.Op())
	}
	out := owner.Owned().Data().([]float32)
	return &machine{in: in, out: out, vm: G.NewTapeMachine(g, G.EvalMode())}, nil
}

// constant is an input that is bound to values.
func constant(g *G.ExprGraph, name string, values []float32, shape ...int) *G.Node {
	value := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(values))
	return G.NewTensor(g, tensor.Float32, len(shape), G.WithShape(shape...), G.WithName(name), G.WithValue(value))
}

func (m *machine) input() []float32  { return m.in }
func (m *machine) output() []float32 { return m.out }
func (m *machine) close() error      { return errors.Wrap(m.vm.Close(), "filter") }

func (m *machine) run() error {
	m.vm.Reset()
	return errors.Wrap(m.vm.RunAll(), "filter")
}

// convolution compiles a filter, with the ReLU and the pooling that follow it in a network.
func convolution(f Filter, relu bool, pool Pool, channels, h, w int) (program, error) {
	return newMachine(channels, h, w, func(x *G.Node) (*G.Node, error) {
		y, err := f.declare(x, relu)
		if err != nil || pool.Size < 2 {
			return y, err
		}
		return pool.declare(y)
	})
}

// declare adds the convolution to the graph of x (N, 1, H, W). The factor is
// part of the weights, as in a network.
func (f Filter) declare(x *G.Node, relu bool) (*G.Node, error) {
	h, w := f.Matrix.Size()
	weights := constant(x.Graph(), "weights", f.Matrix.scaled(f.factor()), 1, 1, h, w)
	bias := constant(x.Graph(), "bias", []float32{float32(f.Bias)}, 1)
	return engine.Conv(x, weights, bias, tensor.Shape{h, w}, nil, []int{1, 1}, nil, relu, false)
}
