package engine

import (
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"

	"euryale/internal/f32"
	"euryale/internal/parallel"
)

// Planar turns a channels-last batch (N, H, W, PadChannels(c)), such as Block
// makes, into (N, c, H, W).
func Planar(x *G.Node, c int) (*G.Node, error) {
	s := x.Shape()
	if len(s) != 4 || c < 1 || s[3] != f32.PadChannels(c) {
		return nil, errors.Errorf("Planar: want (N, H, W, %d), got %v", f32.PadChannels(c), s)
	}
	return turned("Planar", x, turn{n: s[0], c: c, h: s[1], w: s[2]})
}

// Last turns planes (N, C, H, W) into channels last, (N, H, W, PadChannels(C)).
func Last(x *G.Node) (*G.Node, error) {
	if err := wantFloat32("Last", x); err != nil {
		return nil, err
	}
	s := x.Shape()
	if len(s) != 4 {
		return nil, errors.Errorf("Last: want (N, C, H, W), got %v", s)
	}
	return turned("Last", x, turn{n: s[0], c: s[1], h: s[2], w: s[3], last: true})
}

// turn is a conversion between the layouts.
type turn struct {
	n, c, h, w int
	last       bool // it makes channels last
}

func turned(name string, x *G.Node, t turn) (*G.Node, error) {
	shape := []int{t.n, t.c, t.h, t.w}
	if t.last {
		shape = []int{t.n, t.h, t.w, f32.PadChannels(t.c)}
	}
	op := &turnOp{result: newResult[float32](name, G.Nodes{x}, shape...), turn: t}
	op.body = op.image
	return G.ApplyOp(op, x)
}

type turnOp struct {
	result[float32]
	turn
	x    []float32 // of the run under way
	body func(int)
}

var (
	_ G.SDOp = (*turnOp)(nil)
	_ Owner  = (*turnOp)(nil)
)

func (op *turnOp) DiffWRT(n int) []bool { return all(n) }

// SymDiff is the other conversion.
func (op *turnOp) SymDiff(_ G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	back := op.turn
	back.last = !back.last
	dx, err := turned(op.name+"Grad", grad, back)
	return G.Nodes{dx}, err
}

func (op *turnOp) Do(in ...G.Value) (G.Value, error) {
	c := f32.PadChannels(op.c)
	if op.last {
		c = op.c
	}
	var err error
	if op.x, err = floats(in[0], op.n*op.h*op.w*c); err != nil {
		return nil, err
	}
	parallel.For(op.n, op.body)
	return op.out, nil
}

// image turns image i.
func (op *turnOp) image(i int) {
	area, padded := op.h*op.w, f32.PadChannels(op.c)
	if op.last {
		toLast(op.y[i*area*padded:], op.x[i*op.c*area:], op.c, padded, area)
	} else {
		toPlanes(op.y[i*op.c*area:], op.x[i*area*padded:], op.c, padded, area)
	}
}

// toPlanes writes y[ch·area + i] = x[i·cp + ch] for ch below c.
func toPlanes(y, x []float32, c, cp, area int) { f32.Transpose(y, area, x, cp, area, c) }

// toLast writes y[i·cp + ch] = x[ch·area + i] for ch below c, and 0 behind.
func toLast(y, x []float32, c, cp, area int) {
	f32.Transpose(y, cp, x, area, c, area)
	clearPadding(y[:area*cp], c, cp)
}
