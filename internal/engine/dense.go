package engine

import (
	"slices"

	"github.com/chewxy/hm"
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/f32"
)

// DenseConfig is what Dense takes besides nodes.
type DenseConfig struct {
	ReLU      bool // cuts the output at zero
	InputGrad bool // the gradient by x is wanted; a first layer has no use for it

	Version *Version // of the parameters that w is made of alone; nil means that it may be another in each run
}

// Dense declares y = x·w + b, and ReLU where that is asked for, as one op.
//
// x is (N, K), w (K, M), b (M) or nil, y (N, M), in float32.
func Dense(x, w, b *G.Node, c DenseConfig) (*G.Node, error) {
	in := append(G.Nodes{x, w}, present(b)...)
	if err := wantFloat32("Dense", in...); err != nil {
		return nil, err
	}
	xs, ws := x.Shape(), w.Shape()
	if len(xs) != 2 || len(ws) != 2 || xs[1] != ws[0] {
		return nil, errors.Errorf("Dense: want x (N, K) and w (K, M), got %v and %v", xs, ws)
	}
	if b != nil && !slices.Equal(b.Shape(), ws[1:]) {
		return nil, errors.Errorf("Dense: want b (%d), one for each column of %v, got %v", ws[1], ws, b.Shape())
	}
	s := &denseState{n: xs[0], k: xs[1], m: ws[1], bias: b != nil, inputGrad: c.InputGrad, packed: kept{version: c.Version}}
	s.out, s.y = newDense(s.n, s.m)
	s.forward.relu = c.ReLU
	return G.ApplyOp(&denseOp{newOwned("Dense"), s}, in...)
}

// denseState is what the forward and the backward op of one layer share.
type denseState struct {
	n, k, m   int
	bias      bool
	inputGrad bool

	out *tensor.Dense
	y   []float32

	panels    panels // the weights, where they are kept
	packed    kept   // of panels
	forward   product
	product   product // of the gradient by x
	over      batch
	weights   overBatch // that by w
	transpose transposition

	dw, db, dx *tensor.Dense
	gw, gb, gx []float32 // their values
	gz, gzT    []float32 // gradient before ReLU, (N, M) and (M, N)
	gxT        []float32 // gradient by x, (K, N)
	sums       []float32 // of each part of the batch, for b
}

type denseOp struct {
	owned
	*denseState
}

var (
	_ G.SDOp = (*denseOp)(nil)
	_ Owner  = (*denseOp)(nil)
)

func (op *denseOp) Arity() int {
	if op.bias {
		return 3
	}
	return 2
}

func (op *denseOp) Type() hm.Type {
	if op.bias {
		return hm.NewFnType(tensorOf(2), tensorOf(2), tensorOf(1), tensorOf(2))
	}
	return hm.NewFnType(tensorOf(2), tensorOf(2), tensorOf(2))
}

func (op *denseOp) InferShape(...G.DimSizer) (tensor.Shape, error) {
	return op.out.Shape().Clone(), nil
}
func (op *denseOp) Owned() *tensor.Dense { return op.out }
func (op *denseOp) DiffWRT(n int) []bool { return []bool{op.inputGrad, true, true}[:n] }

func (op *denseOp) SymDiff(in G.Nodes, output, grad *G.Node) (G.Nodes, error) {
	s := op.denseState
	s.dw, s.gw = newDense(s.k, s.m)
	s.gz = make([]float32, s.n*s.m)
	s.over = batchOn(in[0], s.n)
	s.weights.over = s.over
	dw, err := G.ApplyOp(&denseGradOp{newOwned("DenseGrad"), s}, in[0], in[1], output, grad)
	if err != nil {
		return nil, err
	}
	grads := G.Nodes{nil, dw}
	if s.bias {
		s.db, s.gb = newDense(s.m)
		s.sums = make([]float32, s.over.parts()*s.m)
		db, err := pick("DenseGradBias", dw, s.db)
		if err != nil {
			return nil, err
		}
		grads = append(grads, db)
	}
	if s.inputGrad {
		s.dx, s.gx = newDense(s.n, s.k)
		s.gzT, s.gxT = make([]float32, s.n*s.m), make([]float32, s.n*s.k)
		if grads[0], err = pick("DenseGradInput", dw, s.dx); err != nil {
			return nil, err
		}
	}
	return grads, nil
}

func (op *denseOp) Do(in ...G.Value) (G.Value, error) {
	x, w, err := op.inputs(in)
	if err != nil {
		return nil, err
	}
	if op.bias {
		if op.forward.bias, err = floats(in[2], op.m); err != nil {
			return nil, err
		}
	}
	op.multiply(x, w)
	return op.out, nil
}

// multiply computes the output.
func (s *denseState) multiply(x, w []float32) {
	if s.packed.version == nil {
		s.forward.run(s.y, rowMajor(x, s.k), w, s.n, s.m, s.k, false)
		return
	}
	_ = s.packed.refresh(func() error {
		s.panels.lay(w, s.k, s.m)
		return nil
	})
	s.forward.runPanels(s.y, rowMajor(x, s.k), &s.panels, s.n)
}

// inputs are the values of x and w.
func (s *denseState) inputs(in []G.Value) (x, w []float32, err error) {
	if x, err = floats(in[0], s.n*s.k); err != nil {
		return nil, nil, err
	}
	w, err = floats(in[1], s.k*s.m)
	return x, w, err
}

// denseGradOp computes all gradients of a dense layer from its input, its
// weights, its output and the gradient of that, and returns the weights'.
type denseGradOp struct {
	owned
	*denseState
}

var _ Owner = (*denseGradOp)(nil)

func (op *denseGradOp) Arity() int { return 4 }

func (op *denseGradOp) Type() hm.Type {
	t := tensorOf(2)
	return hm.NewFnType(t, t, t, t, t)
}

func (op *denseGradOp) InferShape(...G.DimSizer) (tensor.Shape, error) {
	return tensor.Shape{op.k, op.m}, nil
}
func (op *denseGradOp) Owned() *tensor.Dense { return op.dw }

func (op *denseGradOp) Do(in ...G.Value) (G.Value, error) {
	x, w, err := op.inputs(in)
	if err != nil {
		return nil, err
	}
	y, err := floats(in[2], op.n*op.m)
	if err != nil {
		return nil, err
	}
	gy, err := floats(in[3], op.n*op.m)
	if err != nil {
		return nil, err
	}
	if op.forward.relu {
		f32.Unrectify(op.gz, gy, y)
	} else {
		copy(op.gz, gy)
	}
	op.weights.run(op.gw, x, op.gz, op.k, op.m)
	if op.bias {
		op.over.sumRows(op.gb, op.sums, op.gz)
	}
	if err := op.over.sum(op.gw, op.gb); err != nil {
		return nil, err
	}
	if op.inputGrad {
		// As the transpose: that reads the weights as they lie.
		op.transpose.run(op.gzT, op.gz, op.n, op.m)
		op.product.run(op.gxT, rowMajor(w, op.m), op.gzT, op.k, op.n, op.m, false)
		op.transpose.run(op.gx, op.gxT, op.k, op.n)
	}
	return op.dw, nil
}

// sumRows writes the sum over samples, which are rows of x, to sum. Parts has room
// for that of each part of the batch.
func (b batch) sumRows(sum, parts, x []float32) {
	wide := len(sum)
	clear(parts)
	for p := range b.parts() {
		from, to := b.part(p)
		f32.AddColumns(parts[p*wide:(p+1)*wide], x[from*wide:to*wide])
	}
	addParts(parts, wide, 0, wide)
	copy(sum, parts)
}
