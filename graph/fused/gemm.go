package fused

import (
	"euryale/graph/internal/f32"
	"euryale/graph/internal/parallel"
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

// Pieces of a product that one worker computes at a time: as many columns as the
// widest kernel has, and enough rows to be worth the handing out.
const (
	pieceRows    = 24
	pieceColumns = 64
)

// multiply computes C = A·B, or C += A·B, on all cores. A is m×k; B is k×n and C m×n, both
// row-major without gaps. How it is cut into pieces changes no bit.
func multiply(c []float32, a matrix, b []float32, m, n, k int, add bool) {
	down, across := (m+pieceRows-1)/pieceRows, (n+pieceColumns-1)/pieceColumns
	parallel.For(down*across, func(i int) {
		// Neighbouring pieces share their columns of B.
		row, col := i%down*pieceRows, i/down*pieceColumns
		f32.Gemm(c[row*n+col:], n, a.data[row*a.row:], a.row, a.col, b[col:], n,
			min(pieceRows, m-row), min(pieceColumns, n-col), k, add)
	})
}

// transpose writes the transpose of x, rows×cols, to y.
func transpose(y, x []float32, rows, cols int) {
	const tile = 16 // both sides of a tile fit the nearest cache
	across := (cols + tile - 1) / tile
	parallel.For(across, func(t int) {
		for top := 0; top < rows; top += tile {
			for j := t * tile; j < min((t+1)*tile, cols); j++ {
				to := y[j*rows+top : j*rows+min(top+tile, rows)]
				for i := range to {
					to[i] = x[(top+i)*cols+j]
				}
			}
		}
	})
}
