package engine

import (
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/parallel"
)

// Tap is a pixel along an axis, and how much of it is taken.
type Tap struct {
	From   int
	Weight float64
}

// Taps are how the pixels along an axis are made of others: pixel i is the sum
// of what Taps[i] takes.
type Taps [][]Tap

// Resample makes images of others by a sum over pixels whose weights are those
// of a row times those of a column:
//
//	y[i, j] = Σ rows[i].Weight · cols[j].Weight · x[rows[i].From, cols[j].From]
//
// taken in float64. Means over windows and interpolation are such sums. What no
// tap takes has no influence, even if it is not finite.
//
// Input (N, C, H, W); output (N, C, len(rows), len(cols)).
func Resample(x *G.Node, rows, cols Taps) (*G.Node, error) {
	if err := wantFloats("Resample", x); err != nil {
		return nil, err
	}
	s := x.Shape()
	if len(s) != 4 {
		return nil, errors.Errorf("Resample: want (N, C, H, W), got %v", s)
	}
	if err := rows.check(s[2]); err != nil {
		return nil, err
	}
	if err := cols.check(s[3]); err != nil {
		return nil, err
	}
	if x.Dtype() == tensor.Float32 {
		return resampled[float32]("Resample", x, rows, cols)
	}
	return resampled[float64]("Resample", x, rows, cols)
}

// check refuses taps of pixels that an axis of n does not have.
func (t Taps) check(n int) error {
	if len(t) == 0 {
		return errors.New("Resample: want at least one pixel, got none")
	}
	for _, taps := range t {
		for _, tap := range taps {
			if tap.From < 0 || tap.From >= n {
				return errors.Errorf("Resample: want pixels from 0 to %d, got %d", n-1, tap.From)
			}
		}
	}
	return nil
}

// transposed is, for each of n pixels, what is made of it.
func (t Taps) transposed(n int) Taps {
	back := make(Taps, n)
	for i, taps := range t {
		for _, tap := range taps {
			back[tap.From] = append(back[tap.From], Tap{i, tap.Weight})
		}
	}
	return back
}

func resampled[T float](name string, x *G.Node, rows, cols Taps) (*G.Node, error) {
	s := x.Shape()
	op := &resampleOp[T]{
		result: newResult[T](name, G.Nodes{x}, s[0], s[1], len(rows), len(cols)),
		planes: s[0] * s[1], h: s[2], w: s[3], rows: rows, cols: cols,
	}
	op.body = op.plane
	return G.ApplyOp(op, x)
}

type resampleOp[T float] struct {
	result[T]
	planes, h, w int // of the input
	rows, cols   Taps
	x            []T
	body         func(int)
}

var (
	_ G.SDOp = (*resampleOp[float32])(nil)
	_ Owner  = (*resampleOp[float32])(nil)
)

func (op *resampleOp[T]) DiffWRT(n int) []bool { return all(n) }

// SymDiff takes the same weights, from the other side.
func (op *resampleOp[T]) SymDiff(_ G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	dx, err := resampled[T]("ResampleGrad", grad, op.rows.transposed(op.h), op.cols.transposed(op.w))
	return G.Nodes{dx}, err
}

func (op *resampleOp[T]) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.x, err = values[T](in[0], op.planes*op.h*op.w); err != nil {
		return nil, err
	}
	parallel.For(op.planes, op.body)
	return op.out, nil
}

// plane makes plane n: one channel of one image.
func (op *resampleOp[T]) plane(n int) {
	x := op.x[n*op.h*op.w : (n+1)*op.h*op.w]
	y := op.y[n*len(op.rows)*len(op.cols):]
	for i, rows := range op.rows {
		for j, cols := range op.cols {
			sum := 0.0
			for _, r := range rows {
				sum += r.Weight * weighted(x[r.From*op.w:], cols)
			}
			y[i*len(op.cols)+j] = T(sum)
		}
	}
}

// weighted is the sum of what taps take of a row.
func weighted[T float](row []T, taps []Tap) (sum float64) {
	for _, t := range taps {
		sum += t.Weight * float64(row[t.From])
	}
	return sum
}
