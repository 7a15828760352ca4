package engine

import (
	"slices"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/f32"
	"euryale/internal/parallel"
)

// ScaleLast is ScalePlanes with channels last: x is (N, H, W, C), by is (N, 1, 1, C),
// C a multiple of f32.Lanes.
func ScaleLast(x, by *G.Node) (*G.Node, error) {
	const name = "ScaleLast"
	if err := wantFloat32(name, x, by); err != nil {
		return nil, err
	}
	s := x.Shape()
	if len(s) != 4 || s[3]%f32.Lanes != 0 || !slices.Equal(by.Shape(), tensor.Shape{s[0], 1, 1, s[3]}) {
		return nil, errors.Errorf("%s: want (N, H, W, C) and (N, 1, 1, C), C a multiple of %d, got %v and %v", name, f32.Lanes, s, by.Shape())
	}
	return scaledLast(name, x, by)
}

func scaledLast(name string, x, by *G.Node) (*G.Node, error) {
	s := x.Shape()
	op := &scaleLastOp{result: newResult[float32](name, G.Nodes{x, by}, s...), c: s[3], area: s[1] * s[2], zeros: make([]float32, s[3])}
	op.bands = newBands(s[0], s[1], s[2]*s[3], 1)
	op.body = op.band
	return G.ApplyOp(op, x, by)
}

type scaleLastOp struct {
	result[float32]
	c, area int
	bands   bands
	zeros   []float32
	x, by   []float32 // of the run under way
	body    func(int)
}

var (
	_ G.SDOp = (*scaleLastOp)(nil)
	_ Owner  = (*scaleLastOp)(nil)
)

func (op *scaleLastOp) DiffWRT(n int) []bool { return all(n) }

func (op *scaleLastOp) SymDiff(in G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	dx, err := scaledLast(op.name+"Grad", grad, in[1])
	if err != nil {
		return nil, err
	}
	from := G.Nodes{in[0], grad}
	back := &scaleLastGradOp{result: newResult[float32](op.name+"GradBy", from, in[1].Shape()...), c: op.c, area: op.area}
	back.lines, back.zeros = f32.NewLines(op.c), make([]float64, op.c)
	back.sums = make([]float64, 2*len(back.y))
	back.body = back.image
	by, err := G.ApplyOp(back, from...)
	return G.Nodes{dx, by}, err
}

func (op *scaleLastOp) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.x, op.by, err = operands[float32](in, len(op.y), len(op.y)/op.area); err != nil {
		return nil, err
	}
	parallel.For(len(op.y)/op.area/op.c*op.bands.count, op.body)
	return op.out, nil
}

func (op *scaleLastOp) band(i int) {
	image, from, to := op.bands.of(i)
	row := op.area / op.bands.rows * op.c
	from, to = (image*op.bands.rows+from)*row, (image*op.bands.rows+to)*row
	f32.Affine(op.y[from:to], op.x[from:to], nil, f32.Lines{Mean: op.zeros, Factor: op.by[image*op.c : (image+1)*op.c], Offset: op.zeros})
}

// scaleLastGradOp is the gradient by the numbers: that of each is Σ x·g over its
// channel, taken in float64.
type scaleLastGradOp struct {
	result[float32]
	c, area int
	lines   f32.Lines
	zeros   []float64
	sums    []float64 // of each image: of g, which nobody wants, and of x·g
	x, g    []float32 // of the run under way
	body    func(int)
}

var _ Owner = (*scaleLastGradOp)(nil)

func (op *scaleLastGradOp) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.x, op.g, err = operands[float32](in, len(op.y)*op.area, len(op.y)*op.area); err != nil {
		return nil, err
	}
	parallel.For(len(op.y)/op.c, op.body)
	return op.out, nil
}

func (op *scaleLastGradOp) image(i int) {
	sums := op.sums[2*i*op.c : 2*(i+1)*op.c]
	clear(sums)
	from, to := i*op.area*op.c, (i+1)*op.area*op.c
	f32.ColumnProducts(sums[:op.c], sums[op.c:], op.g[from:to], op.x[from:to], op.zeros, op.lines)
	for ch, v := range sums[op.c:] {
		op.y[i*op.c+ch] = float32(v)
	}
}
