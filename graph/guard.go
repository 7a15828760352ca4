package graph

import (
	"fmt"
	"hash"
	"math"
	"slices"
	"time"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
)

// A TapeMachine's RunAll runs ops in a goroutine of its own, where a panic ends
// the process and no caller can recover it; and a panic does not say which layer
// it comes from. So each op is wrapped in one that recovers. Gorgonia chooses
// how to run an op by the interfaces it has, hence a wrapper for each
// combination.

// fault is what went wrong first in a run. It is no part of a Program: the
// machine refers to it, and has a finalizer, which keeps what it can reach from
// being freed if that refers back to it.
type fault struct {
	err     error
	lenient bool // what is not finite may be lost
}

// guarded is an op whose panics become errors that name its layer.
type guarded struct {
	G.Op
	layer string
	fault *fault
	watch *watch // nil unless the op is timed
	alias bool   // it may return memory of an input
	pools bool   // it is Gorgonia's max-pool
	view  *view  // what it made last, where it reshapes; nil of any other op
	id    uint64 // 0 unless the op's own hash was taken

	before func() // is called before the op runs; nil but in tests
}

// guardOp wraps an op, keeping the interfaces that a TapeMachine looks for.
func guardOp(op G.Op, layer string, f *fault, w *watch, alias bool) G.Op {
	g := &guarded{Op: op, layer: layer, fault: f, watch: w, alias: alias, pools: typeOf(op) == "*gorgonia.maxPoolOp"}
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

func (g *guarded) inner() G.Op { return g.Op }

func (g *guarded) guards() *guarded { return g }

// begin is called before the op runs.
func (g *guarded) begin() {
	if g.before != nil {
		g.before()
	}
}

// salt is the op with another hash, and with the interfaces that it has.
func (g *guarded) salt(id uint64) G.Op {
	g.id = id
	return g
}

func (g *guardedPrealloc) salt(id uint64) G.Op {
	g.id = id
	return g
}

func (g *guardedUnsafe) salt(id uint64) G.Op {
	g.id = id
	return g
}

func (g *guardedBoth) salt(id uint64) G.Op {
	g.id = id
	return g
}

// WriteHash is the op's own, and what tells it from another that hashes alike.
func (g *guarded) WriteHash(h hash.Hash) {
	g.Op.WriteHash(h)
	if g.id != 0 {
		fmt.Fprintf(h, "#%d", g.id)
	}
}

// Do runs the op.
func (g *guarded) Do(in ...G.Value) (v G.Value, err error) {
	defer g.recover(&err)
	g.begin()
	if g.watch != nil {
		defer g.watch.stop(time.Now())
	}
	if v := g.view.again(in); v != nil {
		return v, nil
	}
	if v, err = g.Op.Do(in...); err != nil {
		return nil, err
	}
	if err = g.swallowed(in, v); err != nil {
		return nil, err
	}
	if !g.alias && shares(v, in) {
		return G.CloneValue(v)
	}
	g.view.keep(v, in)
	return v, nil
}

// SetTraining passes the mode on to an op that has one.
func (g *guarded) SetTraining(on bool) error {
	if op, ok := g.Op.(G.TrainModeOp); ok {
		return op.SetTraining(on)
	}
	return nil
}

// recover turns a panic into an error, and notes the error of the run:
// what a TapeMachine makes of it later speaks of registers and instructions.
func (g *guarded) recover(err *error) {
	if r := recover(); r != nil {
		*err = errors.Errorf("%v: %v", g.Op, r)
	} else if *err != nil {
		*err = errors.WithMessagef(*err, "%v", g.Op)
	}
	if *err != nil { // which ends the run
		g.fault.err = errors.WithMessage(*err, g.layer)
	}
}

// swallowed reports an input that Gorgonia's max-pool has lost: it takes NaN
// for less than any number, and makes the smallest finite one of a window that
// holds nothing but -∞.
func (g *guarded) swallowed(in []G.Value, out G.Value) error {
	if g.fault.lenient || !g.pools {
		return nil
	}
	if has(in[0].Data(), math.IsNaN) || has(out.Data(), func(x float64) bool { return x == -math.MaxFloat32 || x == -math.MaxFloat64 }) {
		return errors.New("an input is not finite, which Gorgonia's max-pool would hide")
	}
	return nil
}

// has reports whether one of the values is what is looked for.
func has(data any, what func(float64) bool) bool {
	switch d := data.(type) {
	case []float32:
		for _, x := range d {
			if what(float64(x)) {
				return true
			}
		}
	case []float64:
		for _, x := range d {
			if what(x) {
				return true
			}
		}
	}
	return false
}

// firstNotFinite is the index of the first NaN or infinity, or -1.
func firstNotFinite(data any) int {
	switch d := data.(type) {
	case []float32:
		for i, x := range d {
			if x-x != 0 {
				return i
			}
		}
	case []float64:
		for i, x := range d {
			if math.IsNaN(x - x) {
				return i
			}
		}
	}
	return -1
}

type guardedPrealloc struct{ *guarded }

// UsePreallocDo runs the op into a value that the machine holds ready.
func (g *guardedPrealloc) UsePreallocDo(pre G.Value, in ...G.Value) (v G.Value, err error) {
	defer g.recover(&err)
	g.begin()
	if g.watch != nil {
		defer g.watch.stop(time.Now())
	}
	return g.Op.(G.UsePreallocDoer).UsePreallocDo(pre, in...)
}

type guardedUnsafe struct{ *guarded }

// UnsafeDo runs the op over one of its inputs.
func (g *guardedUnsafe) UnsafeDo(in ...G.Value) (v G.Value, err error) {
	defer g.recover(&err)
	g.begin()
	if g.watch != nil {
		defer g.watch.stop(time.Now())
	}
	return g.Op.(G.UnsafeDoer).UnsafeDo(in...)
}

type guardedBoth struct {
	guardedPrealloc
	guardedUnsafe
	*guarded
}

// guard copies the graph, so far as the program needs it, into one whose ops
// are guarded. The op of a Gorgonia node cannot be changed.
func (b *build) guard() (err error) {
	defer recovered(&err)
	b.program = &Program{net: b.net, config: b.config, fault: &fault{}, draw: b.draw, profiler: b.newProfiler()}
	if s := b.config.Share; s != nil {
		b.program.First, _ = s.Samples(b.whole)
	}
	c := newCopier(G.NewGraph(), hashes{})
	c.join, c.free = true, map[*G.Node]bool{}
	outside := map[*G.Node]bool{} // read when the op that reads them may be anywhere
	b.roots(func(n **G.Node) { outside[*n] = true })
	c.wrap = func(op G.Op, n *G.Node) G.Op {
		op = guardOp(righted(bare(op)), b.layerOf(n), b.program.fault, b.watch(n), mayAlias(n, outside))
		op.(interface{ guards() *guarded }).guards().view = viewOf(n)
		return op
	}
	for _, v := range slices.Concat(b.inputs, b.targets, b.weights) {
		c.free[v] = true
	}
	for _, n := range b.g.AllNodes() {
		if isStatement(n) {
			c.copy(n) // a user's own Read
		}
	}
	b.roots(func(n **G.Node) { *n = c.copy(*n) })
	b.g = c.to
	return c.err
}

// roots calls f with each node that the program reads or writes.
func (b *build) roots(f func(n **G.Node)) {
	for _, list := range []G.Nodes{b.inputs, b.targets, b.weights, b.outputs, b.kept, b.losses, b.grads} {
		for i := range list {
			f(&list[i])
		}
	}
	if b.cost != nil {
		f(&b.cost)
	}
}
