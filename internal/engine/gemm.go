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

// fewRows is up to how many rows of A share one reading of B.
const fewRows = 48

// product computes C = A·B, or C += A·B, on all cores. Its zero value is ready.
type product struct {
	c, b     []float32
	a        matrix
	m, n, k  int
	add      bool
	panelled bool      // B lies in panels, as panels has them
	bias     []float32 // each row of C begins with it; nil means that add says with what
	relu     bool      // C is cut at zero
	body     func(int)
}

// panels is a matrix whose columns are cut as a product cuts them: the rows of
// each panel lie behind one another, so that they are read as they come, from
// few pages. It is worth its making where many products share it.
type panels struct {
	data, from []float32
	k, n       int
	body       func(int)
}

// lay lays out a matrix of k rows of n values.
func (p *panels) lay(from []float32, k, n int) {
	if p.body == nil {
		p.data, p.body = make([]float32, k*n), p.panel
	}
	p.from, p.k, p.n = from, k, n
	parallel.For(pieces(n, pieceColumns), p.body)
}

func (p *panels) panel(i int) {
	col := i * pieceColumns
	width := min(pieceColumns, p.n-col)
	for r := range p.k {
		copy(p.data[col*p.k+r*width:][:width], p.from[r*p.n+col:])
	}
}

// runPanels is run with B in panels, and C as bias and relu say.
func (p *product) runPanels(c []float32, a matrix, b *panels, m int) {
	p.panelled = true
	p.run(c, a, b.data, m, b.n, b.k, false)
}

// run multiplies. A is m×k; b is k×n and c m×n, both row-major without gaps.
// How the product is cut into pieces changes no bit.
func (p *product) run(c []float32, a matrix, b []float32, m, n, k int, add bool) {
	if p.body == nil {
		p.body = p.piece
	}
	p.c, p.a, p.b, p.m, p.n, p.k, p.add = c, a, b, m, n, k, add
	parallel.For(pieces(p.m, p.rows())*pieces(n, pieceColumns), p.body)
}

// rows is how many a piece has.
func (p *product) rows() int {
	const enough = 8 // pieces, for the cores
	if p.m <= fewRows && pieces(p.n, pieceColumns) >= enough {
		return p.m
	}
	return pieceRows
}

// piece computes piece i. Neighbours share their columns of B.
func (p *product) piece(i int) {
	rows := p.rows()
	down := pieces(p.m, rows)
	row, col := i%down*rows, i/down*pieceColumns
	b, ldb, width := p.b[col:], p.n, min(pieceColumns, p.n-col)
	if p.panelled {
		b, ldb = p.b[col*p.k:], width
	}
	rows = min(rows, p.m-row)
	if p.bias != nil {
		for r := range rows {
			copy(p.c[(row+r)*p.n+col:], p.bias[col:col+width])
		}
	}
	f32.Gemm(p.c[row*p.n+col:], p.n, p.a.data[row*p.a.row:], p.a.row, p.a.col, b, ldb, rows, width, p.k, p.add || p.bias != nil)
	if p.relu {
		for r := range rows {
			f32.Rectify(p.c[(row+r)*p.n+col:][:width])
		}
	}
}

// transposition writes the transpose of a matrix on all cores. Its zero value
// is ready.
type transposition struct {
	y, x       []float32
	rows, cols int
	body       func(int)
}

// run writes the transpose of x, rows×cols, to y.
func (t *transposition) run(y, x []float32, rows, cols int) {
	if t.body == nil {
		t.body = t.strip
	}
	t.y, t.x, t.rows, t.cols = y, x, rows, cols
	parallel.For(pieces(cols, f32.Lanes), t.body)
}

// strip transposes a few columns of x.
func (t *transposition) strip(i int) {
	j := i * f32.Lanes
	f32.Transpose(t.y[j*t.rows:], t.rows, t.x[j:], t.cols, t.rows, min(f32.Lanes, t.cols-j))
}
