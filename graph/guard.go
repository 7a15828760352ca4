package graph

import (
	"fmt"
	"math"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
)

// A TapeMachine's RunAll runs ops in a goroutine of its own, where a panic ends
// the process and no caller can recover it; and a panic does not say which layer
// it comes from. So each op is wrapped in one that recovers. Gorgonia chooses
// how to run an op by the interfaces it has, hence a wrapper for each combination.

// guarded is an op whose panics become errors that name its layer.
type guarded struct {
	G.Op
	layer  string
	failed *error // the program's: what went wrong first
}

// guardOp wraps an op, keeping the interfaces that a TapeMachine looks for.
func guardOp(op G.Op, layer string, failed *error) G.Op {
	g := &guarded{Op: op, layer: layer, failed: failed}
	_, prealloc := op.(G.UsePreallocDoer)
	_, unsafe := op.(G.UnsafeDoer)
	switch {
	case prealloc && unsafe:
		return &guardedBoth{guardedPrealloc{g}, guardedUnsafe{g}, g}
	case prealloc:
		return &guardedPrealloc{g}
	case unsafe:
		return &guardedUnsafe{g}
	}
	return g
}

// Do runs the op.
func (g *guarded) Do(in ...G.Value) (v G.Value, err error) {
	defer g.recover(in, &err)
	return g.Op.Do(in...)
}

// SetTraining passes the mode on to an op that has one.
func (g *guarded) SetTraining(on bool) error {
	if op, ok := g.Op.(G.TrainModeOp); ok {
		return op.SetTraining(on)
	}
	return nil
}

// recover turns a panic into an error, and notes the first error of the run: what a
// TapeMachine makes of it later speaks of registers and instructions.
func (g *guarded) recover(in []G.Value, err *error) {
	r := recover()
	switch {
	case r != nil && hasNaN(in): // then neither the op nor what it tripped over is of interest
		*err = errors.New("a value is not a number, so training has diverged: try a smaller learning rate")
	case r != nil:
		*err = errors.Errorf("%v: %v", g.Op, r)
	case *err != nil:
		*err = errors.WithMessagef(*err, "%v", g.Op)
	}
	if *err != nil && *g.failed == nil {
		*g.failed = errors.WithMessage(*err, g.layer)
	}
}

type guardedPrealloc struct{ *guarded }

// UsePreallocDo runs the op into a value that the machine holds ready.
func (g *guardedPrealloc) UsePreallocDo(pre G.Value, in ...G.Value) (v G.Value, err error) {
	defer g.recover(in, &err)
	return g.Op.(G.UsePreallocDoer).UsePreallocDo(pre, in...)
}

type guardedUnsafe struct{ *guarded }

// UnsafeDo runs the op over one of its inputs.
func (g *guardedUnsafe) UnsafeDo(in ...G.Value) (v G.Value, err error) {
	defer g.recover(in, &err)
	return g.Op.(G.UnsafeDoer).UnsafeDo(in...)
}

type guardedBoth struct {
	guardedPrealloc
	guardedUnsafe
	*guarded
}

// hasNaN reports whether a value among in holds a NaN.
func hasNaN(in []G.Value) bool {
	for _, v := range in {
		switch d := v.Data().(type) {
		case []float32:
			for _, x := range d {
				if x != x {
					return true
				}
			}
		case []float64:
			for _, x := range d {
				if math.IsNaN(x) {
					return true
				}
			}
		}
	}
	return false
}

// guard copies the graph, so far as the program needs it, into one whose ops
// are guarded. The op of a Gorgonia node cannot be changed.
func (b *build) guard() (err error) {
	defer recovered(&err)
	b.program = &Program{config: b.config}
	c := copier{b: b, to: G.NewGraph(), done: map[*G.Node]*G.Node{}}
	for _, n := range b.g.AllNodes() {
		if isStatement(n) {
			c.copy(n) // a user's own Read
		}
	}
	b.input, b.target = c.copy(b.input), c.copy(b.target)
	for _, p := range b.net.params {
		b.weights[p.Name] = c.copy(b.weights[p.Name])
	}
	for _, s := range b.stages {
		if n, ok := b.outputs[s.name]; ok {
			b.outputs[s.name] = c.copy(n)
		}
	}
	b.cost = c.copy(b.cost)
	for i, n := range b.grads {
		b.grads[i] = c.copy(n)
	}
	b.g = c.to
	return c.err
}

// copier copies nodes and all that they depend on into another graph.
type copier struct {
	b    *build
	to   *G.ExprGraph
	done map[*G.Node]*G.Node
	err  error
}

func (c *copier) copy(n *G.Node) *G.Node {
	if n == nil {
		return nil
	}
	if m, ok := c.done[n]; ok {
		return m
	}
	var from G.Nodes
	for _, child := range children(n) {
		from = append(from, c.copy(child))
	}
	m := c.node(n, from)
	c.done[n] = m
	return m
}

// node copies n alone, onto the copies of its children.
func (c *copier) node(n *G.Node, from G.Nodes) *G.Node {
	if isStatement(n) {
		return G.NewUniqueNode(G.In(c.to), G.WithOp(n.Op()), G.WithChildren(from), G.WithName(n.Name()))
	}
	opts := []G.NodeConsOpt{G.In(c.to), G.WithType(n.Type()), G.WithShape(n.Shape()...)}
	switch {
	case n.Op() == nil:
		opts = append(opts, G.WithName(n.Name()))
		if v := n.Value(); v != nil {
			opts = append(opts, G.WithValue(v))
		} else if n != c.b.input && n != c.b.target && c.err == nil {
			c.err = errors.Errorf("%s: input %q has no value: ask the Scope for a Weight, or bind one", c.b.layerOf(n), n.Name())
		}
	case len(from) == 0: // a constant, or a source of random values
		opts = append(opts, G.WithOp(n.Op()), G.WithName(fmt.Sprintf("%s #%d", n.Name(), n.ID())))
	default:
		op := guardOp(unalias(n), c.b.layerOf(n), &c.b.program.failed)
		opts = append(opts, G.WithOp(op), G.WithChildren(from))
	}
	return G.NewUniqueNode(opts...)
}

// isStatement reports whether n is a statement, which yields no value.
func isStatement(n *G.Node) bool { return n.Op() != nil && n.Op().Type() == nil }
