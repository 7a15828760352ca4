package engine

import (
	"euryale/internal/f32"
	"euryale/internal/parallel"
)

// matrix is a matrix as f32.Gemm takes its left operand: element (i, j) at
// data[i·row + j·col].
type matrix struct {
	data     []float32
	row, col int
}

// rowMajor is a matrix of rows of n values.
func rowMajor(data []float32, n int) matrix { return matrix{data, n, 1} }

// transposed is the transpose of a matrix of rows of n values.
func transposed(data []float32, n int) matrix { return matrix{data, 1, n} }

// Loops over several cores are values that live as long as their op: what one
// run of the loop reads is set before, so that running it allocates nothing.

// Pieces of a product that one worker computes at a time: as many columns as
// the widest kernel has, and enough rows to be worth the handing out.
const (
	pieceRows    = 24
	pieceColumns = 64
)

// product computes C = A·B, or C += A·B, on all cores. Its zero value is ready.
type product struct {
	c, b    []float32
	a       matrix
	m, n, k int
	add     bool
	body    func(int)
}

// run multiplies. A is m×k; b is k×n and c m×n, both row-major without gaps.
// How the product is cut into pieces changes no bit.
func (p *product) run(c []float32, a matrix, b []float32, m, n, k int, add bool) {
	if p.body == nil {
		p.body = p.piece
	}
	p.c, p.a, p.b, p.m, p.n, p.k, p.add = c, a, b, m, n, k, add
	parallel.For(p.down()*((n+pieceColumns-1)/pieceColumns), p.body)
}

func (p *product) down() int { return (p.m + pieceRows - 1) / pieceRows }

// piece computes piece i. Neighbours share their columns of B.
func (p *product) piece(i int) {
	row, col := i%p.down()*pieceRows, i/p.down()*pieceColumns
	f32.Gemm(p.c[row*p.n+col:], p.n, p.a.data[row*p.a.row:], p.a.row, p.a.col, p.b[col:], p.n,
		min(pieceRows, p.m-row), min(pieceColumns, p.n-col), p.k, p.add)
}

// transposition writes the transpose of a matrix on all cores. Its zero value
// is ready.
type transposition struct {
	y, x       []float32
	rows, cols int
	body       func(int)
}

// tile is the side of the squares that are transposed one at a time: both
// sides of one fit the nearest cache.
const tile = 16

// run writes the transpose of x, rows×cols, to y.
func (t *transposition) run(y, x []float32, rows, cols int) {
	if t.body == nil {
		t.body = t.strip
	}
	t.y, t.x, t.rows, t.cols = y, x, rows, cols
	parallel.For((cols+tile-1)/tile, t.body)
}

// strip transposes tile columns of x.
func (t *transposition) strip(i int) {
	for top := 0; top < t.rows; top += tile {
		for j := i * tile; j < min((i+1)*tile, t.cols); j++ {
			to := t.y[j*t.rows+top : j*t.rows+min(top+tile, t.rows)]
			for r := range to {
				to[r] = t.x[(top+r)*t.cols+j]
			}
		}
	}
}
