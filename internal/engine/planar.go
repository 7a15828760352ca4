package engine

import (
	"github.com/chewxy/hm"
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

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
	op := &planarOp{owned: newOwned("Planar"), n: s[0], c: c, cp: s[3], imH: s[1], imW: s[2]}
	op.out, op.y = newDense(op.n, op.c, op.imH, op.imW)
	op.image = func(i int) {
		area := op.imH * op.imW
		toPlanes(op.y[i*op.c*area:], op.x[i*area*op.cp:], op.c, op.cp, area)
	}
	return G.ApplyOp(op, x)
}

type planarOp struct {
	owned
	n, c, cp, imH, imW int
	out                *tensor.Dense
	y, x               []float32
	image              func(int)
}

var (
	_ G.SDOp = (*planarOp)(nil)
	_ Owner  = (*planarOp)(nil)
)

func (op *planarOp) Arity() int           { return 1 }
func (op *planarOp) Type() hm.Type        { return hm.NewFnType(tensorOf(4), tensorOf(4)) }
func (op *planarOp) DiffWRT(int) []bool   { return []bool{true} }
func (op *planarOp) Owned() *tensor.Dense { return op.out }
func (op *planarOp) InferShape(...G.DimSizer) (tensor.Shape, error) {
	return op.out.Shape().Clone(), nil
}

func (op *planarOp) SymDiff(_ G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	back := &lastOp{owned: newOwned("PlanarGrad"), planarOp: op}
	back.out, back.dx = newDense(op.n, op.imH, op.imW, op.cp)
	back.image = func(i int) {
		area := op.imH * op.imW
		toLast(back.dx[i*area*op.cp:], back.gy[i*op.c*area:], op.c, op.cp, area)
	}
	dx, err := G.ApplyOp(back, grad)
	return G.Nodes{dx}, err
}

func (op *planarOp) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.x, err = floats(in[0], op.n*op.imH*op.imW*op.cp); err != nil {
		return nil, err
	}
	parallel.For(op.n, op.image)
	return op.out, nil
}

// lastOp is the gradient of planarOp: from planes to channels last.
type lastOp struct {
	owned
	*planarOp
	out    *tensor.Dense
	dx, gy []float32
	image  func(int)
}

var _ Owner = (*lastOp)(nil)

func (op *lastOp) String() string                                 { return op.owned.String() }
func (op *lastOp) InferShape(...G.DimSizer) (tensor.Shape, error) { return op.out.Shape().Clone(), nil }
func (op *lastOp) Owned() *tensor.Dense                           { return op.out }

func (op *lastOp) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.gy, err = floats(in[0], op.n*op.imH*op.imW*op.c); err != nil {
		return nil, err
	}
	parallel.For(op.n, op.image)
	return op.out, nil
}

// toPlanes writes y[ch·area + i] = x[i·cp + ch] for ch below c.
func toPlanes(y, x []float32, c, cp, area int) {
	for ch := range c {
		to := y[ch*area : (ch+1)*area]
		for i := range to {
			to[i] = x[i*cp+ch]
		}
	}
}

// toLast writes y[i·cp + ch] = x[ch·area + i] for ch below c. The padding is
// left as it is: zero.
func toLast(y, x []float32, c, cp, area int) {
	for i := range area {
		to := y[i*cp : i*cp+c]
		for ch := range to {
			to[ch] = x[ch*area+i]
		}
	}
}
