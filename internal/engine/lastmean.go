package engine

import (
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"

	"euryale/internal/f32"
	"euryale/internal/parallel"
)

// MeanImageLast is MeanImage with channels last: (N, H, W, PadChannels(c)) gives
// (N, c), summed in float64.
func MeanImageLast(x *G.Node, c int) (*G.Node, error) {
	const name = "MeanImageLast"
	if err := wantFloat32(name, x); err != nil {
		return nil, err
	}
	s := x.Shape()
	if len(s) != 4 || c < 1 || s[3] != f32.PadChannels(c) {
		return nil, errors.Errorf("%s: want (N, H, W, %d), got %v", name, f32.PadChannels(c), s)
	}
	op := &meanLastOp{result: newResult[float32](name, G.Nodes{x}, s[0], c), c: c, area: s[1] * s[2], padded: s[3]}
	op.sums = make([]float64, s[0]*s[3])
	op.body = op.image
	return G.ApplyOp(op, x)
}

type meanLastOp struct {
	result[float32]
	c, area, padded int
	sums            []float64
	x               []float32 // of the run under way
	body            func(int)
}

var (
	_ G.SDOp = (*meanLastOp)(nil)
	_ Owner  = (*meanLastOp)(nil)
)

func (op *meanLastOp) DiffWRT(n int) []bool { return all(n) }

func (op *meanLastOp) SymDiff(in G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	back := &meanLastGradOp{result: newResult[float32](op.name+"Grad", G.Nodes{grad}, in[0].Shape()...), mean: op}
	back.body = back.image
	dx, err := G.ApplyOp(back, grad)
	return G.Nodes{dx}, err
}

func (op *meanLastOp) Do(in ...G.Value) (G.Value, error) {
	n := len(op.y) / op.c
	var err error
	if op.x, err = floats(in[0], n*op.area*op.padded); err != nil {
		return nil, err
	}
	parallel.For(n, op.body)
	return op.out, nil
}

// image takes the means of image i.
func (op *meanLastOp) image(i int) {
	sums, size := op.sums[i*op.padded:(i+1)*op.padded], op.area*op.padded
	clear(sums)
	f32.ColumnSums(sums, op.x[i*size:(i+1)*size])
	y := op.y[i*op.c : (i+1)*op.c]
	for ch := range y {
		y[ch] = float32(sums[ch] / float64(op.area))
	}
}

// meanLastGradOp spreads each gradient evenly over the pixels of its channel.
type meanLastGradOp struct {
	result[float32]
	mean *meanLastOp
	g    []float32 // of the run under way
	body func(int)
}

var _ Owner = (*meanLastGradOp)(nil)

func (op *meanLastGradOp) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.g, err = floats(in[0], len(op.mean.y)); err != nil {
		return nil, err
	}
	parallel.For(len(op.g)/op.mean.c, op.body)
	return op.out, nil
}

func (op *meanLastGradOp) image(i int) {
	m := op.mean
	dx := op.y[i*m.area*m.padded : (i+1)*m.area*m.padded]
	for ch, g := range op.g[i*m.c : (i+1)*m.c] {
		dx[ch] = float32(float64(g) / float64(m.area))
	}
	clear(dx[m.c:m.padded])
	for at := m.padded; at < len(dx); at += m.padded {
		copy(dx[at:at+m.padded], dx[:m.padded])
	}
}
