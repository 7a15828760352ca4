package filters

import (
	"hash"
	"hash/fnv"
	"io"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
)

// machine is a Gorgonia expression graph of one tile, on a TapeMachine. Package
// graph's builder makes programs of networks, with layers, weights and batches
// to name; here is one graph of an op or two, bound once, and this small runner
// for it.
type machine struct {
	in, out []float32
	vm      G.VM
}

var _ program = (*machine)(nil)

// newMachine compiles what declare makes of pixels (channels, 1, h, w): the
// channels are a batch of grey pictures. A panic of Gorgonia's is an error.
func newMachine(channels, h, w int, declare func(x *G.Node) (*G.Node, error)) (m *machine, err error) {
	defer recovered(&err)
	g := G.NewGraph()
	in := make([]float32, channels*h*w)
	y, err := declare(constant(g, "pixels", in, channels, 1, h, w))
	if err != nil {
		return nil, err
	}
	guarded, ok := y.Op().(guarded)
	if !ok {
		return nil, errors.Errorf("want an op that guard has made safe, got %v", y.Op())
	}
	out := guarded.Owned().Data().([]float32)
	// The ops that guard has wrapped are still in g.
	return &machine{in: in, out: out, vm: G.NewTapeMachine(g.SubgraphRoots(y), G.EvalMode())}, nil
}

// constant is an input that is bound to values.
func constant(g *G.ExprGraph, name string, values []float32, shape ...int) *G.Node {
	value := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(values))
	return G.NewTensor(g, tensor.Float32, len(shape), G.WithShape(shape...), G.WithName(name), G.WithValue(value))
}

func (m *machine) input() []float32  { return m.in }
func (m *machine) output() []float32 { return m.out }

func (m *machine) run() error {
	m.vm.Reset()
	return errors.Wrap(m.vm.RunAll(), "filter")
}

// close lets go of the graph and its values: a program that is kept somewhere
// keeps no more than itself.
func (m *machine) close() error {
	if m.vm == nil {
		return nil
	}
	err := m.vm.Close()
	*m = machine{}
	return errors.Wrap(err, "filter")
}

// guarded is an op whose panics are errors. A TapeMachine runs ops on a
// goroutine of its own, where nobody else could recover them.
type guarded struct{ engine.Owner }

// guard puts the op of y, applied to the same nodes, into y's graph once more.
func guard(y *G.Node, err error, of ...*G.Node) (*G.Node, error) {
	if err != nil {
		return nil, err
	}
	owner, ok := y.Op().(engine.Owner)
	if !ok {
		return nil, errors.Errorf("want an op with a result of its own, got %v", y.Op())
	}
	return G.ApplyOp(guarded{owner}, of...)
}

// Do runs the op.
func (o guarded) Do(in ...G.Value) (v G.Value, err error) {
	defer recovered(&err)
	return o.Owner.Do(in...)
}

// WriteHash tells the op from the one that it wraps: Gorgonia merges nodes of
// ops that hash alike.
func (o guarded) WriteHash(h hash.Hash) {
	io.WriteString(h, "guarded ")
	o.Owner.WriteHash(h)
}

// Hashcode is a short hash of what WriteHash writes.
func (o guarded) Hashcode() uint32 {
	h := fnv.New32a()
	o.WriteHash(h)
	return h.Sum32()
}

// recovered makes an error of a panic. It is to be deferred.
func recovered(err *error) {
	if r := recover(); r != nil {
		*err = errors.Errorf("filter: %v", r)
	}
}

// units are how many levels there are to a pixel value, in what a program
// reads and in what it makes.
type units struct{ in, out float64 }

// convolution compiles a filter, with the ReLU and the pooling that follow it
// in a network.
func convolution(f Filter, u units, relu bool, pool Pool, channels, h, w int) (program, error) {
	return asProgram(newMachine(channels, h, w, func(x *G.Node) (*G.Node, error) {
		y, err := f.declare(x, u, relu)
		if err != nil || pool.Size < 2 {
			return y, err
		}
		return pool.declare(y)
	}))
}

// asProgram is m, or no program at all.
func asProgram(m *machine, err error) (program, error) {
	if err != nil {
		return nil, err
	}
	return m, nil
}

// declare adds the convolution to the graph of x (N, 1, H, W). The factor is
// part of the weights, as in a network.
func (f Filter) declare(x *G.Node, u units, relu bool) (*G.Node, error) {
	h, w := f.Matrix.Size()
	weights := constant(x.Graph(), "weights", f.Matrix.scaled(f.factor()*u.out/u.in), 1, 1, h, w)
	bias := constant(x.Graph(), "bias", []float32{float32(f.Bias * u.out)}, 1)
	y, err := engine.Conv(x, weights, bias, engine.ConvConfig{ReLU: relu})
	return guard(y, err, x, weights, bias)
}
