package engine

import (
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/parallel"
)

// Pairwise computes p of the elements of a and b, which have as many axes. Along
// each they are as long as one another, or one of them is 1 long: its element
// then goes with all of the other's, as NumPy broadcasts.
//
// The gradient by what is repeated is a sum, taken in float64, over samples in
// the parts that all such sums have.
func Pairwise(a, b *G.Node, p Pairing) (*G.Node, error) {
	if err := wantFloats(p.Name, a, b); err != nil {
		return nil, err
	}
	g, err := newGrid(a.Shape(), b.Shape())
	if err != nil {
		return nil, errors.WithMessage(err, p.Name)
	}
	if a.Dtype() == tensor.Float32 {
		return pairwise[float32](a, b, p, g)
	}
	return pairwise[float64](a, b, p, g)
}

// grid is how the elements of two operands meet: element (i, j, …) of the result
// lies at Σ i·step, and is made of those at Σ i·step of each, a step of 0 repeating
// it.
type grid struct {
	size  tensor.Shape // of the result
	steps [3][]int     // of the operands and of the result
}

func newGrid(a, b tensor.Shape) (grid, error) {
	if len(a) != len(b) {
		return grid{}, errors.Errorf("want as many axes of both, got %v and %v", a, b)
	}
	g := grid{size: make(tensor.Shape, len(a))}
	for i := range a {
		if a[i] != b[i] && a[i] != 1 && b[i] != 1 {
			return grid{}, errors.Errorf("want sides that are equal or 1, got %v and %v", a, b)
		}
		g.size[i] = max(a[i], b[i])
	}
	for k, s := range []tensor.Shape{a, b, g.size} {
		g.steps[k] = make([]int, len(s))
		step := 1
		for i := len(s) - 1; i >= 0; i-- {
			if s[i] > 1 {
				g.steps[k][i] = step
			}
			step *= s[i]
		}
	}
	return g, nil
}

// rows is the grid with as few axes as will do.
func (g grid) rows() grid {
	out := grid{}
	for i, n := range g.size {
		last := len(out.size) - 1
		switch {
		case n == 1:
		case last >= 0 && out.joins(last, g, i):
			out.size[last] *= n
			for k := range out.steps {
				out.steps[k][last] = g.steps[k][i]
			}
		default:
			out.add(g, i)
		}
	}
	if len(out.size) == 0 {
		return grid{size: tensor.Shape{1}, steps: [3][]int{{0}, {0}, {0}}}
	}
	return out
}

// add adds axis i of another grid.
func (g *grid) add(of grid, i int) {
	g.size = append(g.size, of.size[i])
	for k := range g.steps {
		g.steps[k] = append(g.steps[k], of.steps[k][i])
	}
}

// joins reports whether axis i of g lies behind the last axis as if both were one.
func (g grid) joins(last int, of grid, i int) bool {
	for k := range g.steps {
		if g.steps[k][last] != of.steps[k][i]*of.size[i] {
			return false
		}
	}
	return true
}

// at is where element e of the grid lies in the operands and in the result.
func (g grid) at(e int) (a, b, y int) {
	for i := len(g.size) - 1; i >= 0; i-- {
		j := e % g.size[i]
		e /= g.size[i]
		a, b, y = a+j*g.steps[0][i], b+j*g.steps[1][i], y+j*g.steps[2][i]
	}
	return a, b, y
}

// last is the size of the last axis, and the steps along it.
func (g grid) last() (n, a, b, y int) {
	i := len(g.size) - 1
	return g.size[i], g.steps[0][i], g.steps[1][i], g.steps[2][i]
}

// outer is the grid without its last axis.
func (g grid) outer() grid {
	i := len(g.size) - 1
	g.size = g.size[:i]
	for k := range g.steps {
		g.steps[k] = g.steps[k][:i]
	}
	return g
}

func pairwise[T float](a, b *G.Node, p Pairing, g grid) (*G.Node, error) {
	op := &pairwiseOp[T]{result: newResult[T](p.Name, G.Nodes{a, b}, g.size...), pairing: p, grid: g}
	op.walk = newWalk(g)
	op.body = op.piece
	op.sizes = [2]int{a.Shape().TotalSize(), b.Shape().TotalSize()}
	return G.ApplyOp(op, a, b)
}

// walk runs over a grid in pieces: some rows, or parts of one row.
type walk struct {
	outer         grid // an element of which is a row
	row, rows     int  // elements of a row, and how many there are
	a, b          int  // the operands' steps along a row
	together, cut int  // rows of a piece, and pieces of a row
}

func newWalk(g grid) walk {
	g = g.rows()
	w := walk{outer: g.outer()}
	w.row, w.a, w.b, _ = g.last()
	w.rows = g.size.TotalSize() / w.row
	w.together, w.cut = max(pieceSize/w.row, 1), pieces(w.row, pieceSize)
	return w
}

func (w walk) pieces() int { return pieces(w.rows, w.together) * w.cut }

// piece calls f with each stretch of piece i: where it begins in the result and
// in the operands, and its length.
func (w walk) piece(i int, f func(at, a, b, n int)) {
	first, from := i/w.cut*w.together, i%w.cut*pieceSize
	n := min(w.row-from, pieceSize)
	for r := first; r < min(first+w.together, w.rows); r++ {
		a, b, y := w.outer.at(r)
		f(y+from, a+from*w.a, b+from*w.b, n)
	}
}

type pairwiseOp[T float] struct {
	result[T]
	pairing Pairing
	grid    grid
	walk    walk
	sizes   [2]int
	a, b    []T // of the run under way
	body    func(int)
}

var (
	_ G.SDOp = (*pairwiseOp[float32])(nil)
	_ Owner  = (*pairwiseOp[float32])(nil)
)

func (op *pairwiseOp[T]) DiffWRT(n int) []bool { return all(n) }

func (op *pairwiseOp[T]) SymDiff(in G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	grads := make(G.Nodes, len(in))
	for k := range in {
		back := newPairwiseGrad[T](op, k, G.Nodes{in[0], in[1], grad})
		var err error
		if grads[k], err = G.ApplyOp(back, in[0], in[1], grad); err != nil {
			return nil, err
		}
	}
	return grads, nil
}

func (op *pairwiseOp[T]) Do(in ...G.Value) (_ G.Value, err error) {
	if op.a, op.b, err = operands[T](in, op.sizes[0], op.sizes[1]); err != nil {
		return nil, err
	}
	parallel.For(op.walk.pieces(), op.body)
	return op.out, nil
}

func (op *pairwiseOp[T]) piece(i int) {
	op.walk.piece(i, func(at, a, b, n int) {
		paired(op.pairing, op.y[at:at+n], op.a[a:], op.b[b:], op.walk.a, op.walk.b)
	})
}

// paired computes a row of results from operands that lie so many apart: 1, or 0
// where one is repeated.
func paired[T float](p Pairing, y, a, b []T, sa, sb int) {
	switch {
	case sa == 1 && sb == 1:
		pairedEach(p, y, a[:len(y)], b[:len(y)])
	case sa == 1 && sb == 0:
		pairedRight(p, y, a[:len(y)], b[0])
	case sb == 1 && (p.Name == Addition.Name || p.Name == Multiplication.Name):
		paired(p, y, b, a, sb, sa)
	default:
		for i := range y {
			y[i] = T(p.At(float64(a[i*sa]), float64(b[i*sb])))
		}
	}
}

// pairedEach is paired of two rows. What is frequent needs no call.
func pairedEach[T float](p Pairing, y, a, b []T) {
	switch p.Name {
	case Addition.Name:
		copy(y, a)
		addTo(y, b)
	case Subtraction.Name:
		for i, v := range a {
			y[i] = v - b[i]
		}
	case Multiplication.Name:
		copy(y, a)
		multiply(y, b)
	case Division.Name:
		for i, v := range a {
			y[i] = v / b[i]
		}
	default:
		for i, v := range a {
			y[i] = T(p.At(float64(v), float64(b[i])))
		}
	}
}

// pairedRight is paired of a row and one number.
func pairedRight[T float](p Pairing, y, a []T, b T) {
	switch p.Name {
	case Addition.Name:
		for i, v := range a {
			y[i] = v + b
		}
	case Subtraction.Name:
		for i, v := range a {
			y[i] = v - b
		}
	case Multiplication.Name:
		scale(y, a, b)
	case Division.Name:
		for i, v := range a {
			y[i] = v / b
		}
	default:
		for i, v := range a {
			y[i] = T(p.At(float64(v), float64(b)))
		}
	}
}

// pairwiseGradOp is the gradient by one operand: for each of its elements the sum
// over those of the result that it is part of.
type pairwiseGradOp[T float] struct {
	result[T]
	op      *pairwiseOp[T]
	of      int    // the operand
	own     grid   // the axes along which it has elements
	samples int    // over which it is repeated, 1 where it is not
	rest    grid   // the other axes along which it is repeated
	batchAt [3]int // steps of a sample, in a, b and the result
	totals  totals[T]
	a, b, g []T
	body    func(int)
}

var (
	_ Owner = (*pairwiseGradOp[float32])(nil)
	_ Alone = (*pairwiseGradOp[float32])(nil)
)

// SumsAlone: of a rank's one sample it is not known whether the operand is repeated.
func (op *pairwiseGradOp[T]) SumsAlone() bool {
	return op.totals.over.ranks != nil && op.op.grid.size[0] == 1
}

func newPairwiseGrad[T float](op *pairwiseOp[T], of int, in G.Nodes) *pairwiseGradOp[T] {
	back := &pairwiseGradOp[T]{result: newResult[T](op.name+"Grad", in, in[of].Shape()...), op: op, of: of, samples: 1}
	shape := in[of].Shape()
	for i, n := range op.grid.size {
		switch {
		case shape[i] > 1 || n == 1:
			back.own.add(op.grid, i)
		case i == 0:
			back.samples = n
			for k, steps := range op.grid.steps {
				back.batchAt[k] = steps[0]
			}
		default:
			back.rest.add(op.grid, i)
		}
	}
	back.body = back.piece
	if len(op.grid.size) > 0 {
		back.totals = newTotals[T](in[0], op.grid.size[0], len(back.y))
	}
	return back
}

func (op *pairwiseGradOp[T]) Do(in ...G.Value) (_ G.Value, err error) {
	if op.a, op.b, err = operands[T](in, op.op.sizes[0], op.op.sizes[1]); err != nil {
		return nil, err
	}
	if op.g, err = values[T](in[2], len(op.op.y)); err != nil {
		return nil, err
	}
	parallel.For(pieces(len(op.y), op.each()), op.body)
	if op.samples == 1 {
		return op.out, nil
	}
	return op.out, op.totals.finish(op.y)
}

// each is how many elements of the operand are a piece: fewer, where there is
// more to add up.
func (op *pairwiseGradOp[T]) each() int {
	return max(pieceSize*len(op.y)/len(op.g), 1)
}

func (op *pairwiseGradOp[T]) piece(i int) {
	for e := i * op.each(); e < min((i+1)*op.each(), len(op.y)); e++ {
		a, b, at := op.own.at(e)
		if op.samples == 1 {
			op.y[e] = T(op.sum(a, b, at))
			continue
		}
		op.totals.set(op.y, e, op.totals.over.overSamples(func(n int) float64 {
			return op.sum(a+n*op.batchAt[0], b+n*op.batchAt[1], at+n*op.batchAt[2])
		}))
	}
}

// sum is that of one sample, for the element of which a, b and y are the first
// places.
func (op *pairwiseGradOp[T]) sum(a, b, y int) (sum float64) {
	if len(op.rest.size) == 0 {
		return op.slope(a, b, y)
	}
	outer := op.rest.outer()
	n, sa, sb, sy := op.rest.last()
	for r := range outer.size.TotalSize() {
		ra, rb, ry := outer.at(r)
		ra, rb, ry = ra+a, rb+b, ry+y
		for i := range n {
			sum += op.slope(ra+i*sa, rb+i*sb, ry+i*sy)
		}
	}
	return sum
}

// slope is the gradient by one place of the result.
func (op *pairwiseGradOp[T]) slope(a, b, y int) float64 {
	da, db := op.op.pairing.Slopes(float64(op.a[a]), float64(op.b[b]))
	if op.of == 0 {
		return da * float64(op.g[y])
	}
	return db * float64(op.g[y])
}
