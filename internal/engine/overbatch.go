package engine

import (
	"euryale/internal/f32"
	"euryale/internal/parallel"
)

// overBatch computes C = Aᵀ·B of matrices that have a row for each sample, a sum
// over these, on all cores.
type overBatch struct {
	over    batch
	c, a, b []float32
	m, k    int   // columns of B and A
	parts   []int // how many samples each part of the batch has
	body    func(int)
}

// overRows is how many rows of C one worker computes at a time, pieceColumns wide.
const overRows = 96

// run multiplies: a is (n, k), b is (n, m) and c (k, m).
func (o *overBatch) run(c, a, b []float32, k, m int) {
	if o.body == nil {
		o.body = o.piece
		for p := range o.over.parts() {
			from, to := o.over.part(p)
			o.parts = append(o.parts, to-from)
		}
	}
	o.c, o.a, o.b, o.k, o.m = c, a, b, k, m
	parallel.For(pieces(k, overRows)*pieces(m, pieceColumns), o.body)
}

// piece computes piece i of C.
func (o *overBatch) piece(i int) {
	down := pieces(o.k, overRows)
	row, col := i%down*overRows, i/down*pieceColumns
	f32.GemmParts(o.c[row*o.m+col:], o.m, o.a[row:], 1, o.k, o.b[col:], o.m, min(overRows, o.k-row), min(pieceColumns, o.m-col), o.parts)
}
