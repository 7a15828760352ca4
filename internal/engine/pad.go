package engine

import (
	"fmt"
	"hash"

	"github.com/chewxy/hm"
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/parallel"
)

// Margins are numbers of pixels on the four sides of an image, none negative.
type Margins struct{ Top, Bottom, Left, Right int }

// Pad2D surrounds each image of x with a margin of value fill.
//
// Input (N, C, H, W); output (N, C, Top+H+Bottom, Left+W+Right).
func Pad2D(x *G.Node, m Margins, fill float64) (*G.Node, error) {
	if x == nil {
		return nil, errors.New("Pad2D: want a node, got nil")
	}
	if x.Dims() != 4 {
		return nil, errors.Errorf("Pad2D: want (N, C, H, W), got %v", x.Shape())
	}
	if min(m.Top, m.Bottom, m.Left, m.Right) < 0 {
		return nil, errors.Errorf("Pad2D: want margins of at least 0, got %+v", m)
	}
	return G.ApplyOp(padOp{m: m, fill: fill}, x)
}

type padOp struct {
	pure
	m    Margins
	fill float64
}

var _ G.SDOp = padOp{}

func (op padOp) Arity() int            { return 1 }
func (op padOp) Type() hm.Type         { return hm.NewFnType(tensorOf(4), tensorOf(4)) }
func (op padOp) String() string        { return fmt.Sprintf("engine.Pad2D(%+v, %v)", op.m, op.fill) }
func (op padOp) WriteHash(h hash.Hash) { writeHash(h, op) }
func (op padOp) Hashcode() uint32      { return hashcode(op) }
func (op padOp) DiffWRT(int) []bool    { return []bool{true} }

func (op padOp) InferShape(ds ...G.DimSizer) (tensor.Shape, error) {
	s, err := shapeOf(ds[0])
	if err != nil {
		return nil, err
	}
	return tensor.Shape{s[0], s[1], s[2] + op.m.Top + op.m.Bottom, s[3] + op.m.Left + op.m.Right}, nil
}

func (op padOp) SymDiff(_ G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	d, err := G.ApplyOp(cropOp{m: op.m}, grad)
	return G.Nodes{d}, err
}

func (op padOp) Do(in ...G.Value) (G.Value, error) {
	x, err := dense(in[0])
	if err != nil {
		return nil, err
	}
	shape, err := op.InferShape(x.Shape())
	if err != nil {
		return nil, err
	}
	y := like(x, shape)
	if op.fill != 0 {
		if err := fillWith(y, op.fill); err != nil {
			return nil, err
		}
	}
	return y, eachRow(x, y, op.m, func(small, large []float32) { copy(large, small) }, func(small, large []float64) { copy(large, small) })
}

// fillWith sets every element of y.
func fillWith(y *tensor.Dense, fill float64) error {
	if y.Dtype() == tensor.Float32 {
		return y.Memset(float32(fill))
	}
	return y.Memset(fill)
}

// cropOp cuts margins off: the gradient of padOp.
type cropOp struct {
	pure
	m Margins
}

func (op cropOp) Arity() int            { return 1 }
func (op cropOp) Type() hm.Type         { return hm.NewFnType(tensorOf(4), tensorOf(4)) }
func (op cropOp) String() string        { return fmt.Sprintf("Crop2D(%+v)", op.m) }
func (op cropOp) WriteHash(h hash.Hash) { writeHash(h, op) }
func (op cropOp) Hashcode() uint32      { return hashcode(op) }

func (op cropOp) InferShape(ds ...G.DimSizer) (tensor.Shape, error) {
	s, err := shapeOf(ds[0])
	if err != nil {
		return nil, err
	}
	return tensor.Shape{s[0], s[1], s[2] - op.m.Top - op.m.Bottom, s[3] - op.m.Left - op.m.Right}, nil
}

func (op cropOp) Do(in ...G.Value) (G.Value, error) {
	y, err := dense(in[0])
	if err != nil {
		return nil, err
	}
	shape, err := op.InferShape(y.Shape())
	if err != nil {
		return nil, err
	}
	x := like(y, shape)
	return x, eachRow(x, y, op.m, func(small, large []float32) { copy(small, large) }, func(small, large []float64) { copy(small, large) })
}

// eachRow calls f with every row of the small tensor and the stretch of the
// large one, m wider, that lies over it.
func eachRow(small, large *tensor.Dense, m Margins, f32 func(small, large []float32), f64 func(small, large []float64)) error {
	switch s := small.Data().(type) {
	case []float32:
		rows(s, large.Data().([]float32), small.Shape(), m, f32)
	case []float64:
		rows(s, large.Data().([]float64), small.Shape(), m, f64)
	default:
		return errors.Errorf("Pad2D: want float32 or float64, got %v", small.Dtype())
	}
	return nil
}

func rows[T float](small, large []T, shape tensor.Shape, m Margins, f func(small, large []T)) {
	h, w := shape[2], shape[3]
	largeH, largeW := m.Top+h+m.Bottom, m.Left+w+m.Right
	parallel.For(shape[0]*shape[1], func(image int) {
		for y := range h {
			row, at := image*h+y, (image*largeH+m.Top+y)*largeW+m.Left
			f(small[row*w:(row+1)*w], large[at:at+w])
		}
	})
}
