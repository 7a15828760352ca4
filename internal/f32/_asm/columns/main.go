// Command columns generates the kernels that go through the rows of a matrix
// with one accumulator, or one constant, for each of its columns.
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/vec"
)

func main() {
	for _, w := range vec.Widths {
		addColumns(w)
		columnSums(w)
		columnSpread(w)
		columnProducts(w)
		columnProductsCut(w)
		affine(w, "affine", "x")
		affine(w, "affineSum", "x", "skip")
		affineGrad(w)
		affineGradCut(w)
	}
	vec.Generate()
}

// addColumns keeps the sums of some vectors of columns in registers over the
// rows: eight of them hide the latency of the addition.
func addColumns(w vec.Width) {
	name := "addColumns" + w.Level()
	vec.Function(name, "func(sum, x *float32, rows, n int)")
	Doc(name + " is addColumns for n columns; neither rows nor n is zero.")

	sum, x := vec.Pointer("sum"), vec.Pointer("x")
	n := Load(Param("n"), GP64())
	row := GP64()
	MOVQ(n, row)
	SHLQ(U8(2), row)
	at, rows := Mem{Base: GP64()}, GP64()

	chunks := []int{8, 4, 2, 1}
	Label("chunk")
	for _, vectors := range chunks {
		CMPQ(n, I32(vectors*w.Lanes()))
		JGE(LabelRef(fmt.Sprintf("vectors%d", vectors)))
	}
	TESTQ(n, n)
	JZ(LabelRef("done"))
	last := w.Register()
	MOVQ(n, vec.Param("n"))
	mask := w.Mask(vec.Param("n"))
	mask.Load(sum, last)
	MOVQ(x.Base, at.Base)
	Load(Param("rows"), rows)
	Label("rest")
	v := w.Register()
	mask.Load(at, v)
	w.Add(v, last, last)
	ADDQ(row, at.Base)
	DECQ(rows)
	JNZ(LabelRef("rest"))
	mask.Store(last, sum)
	Label("done")
	vec.Return()

	for _, vectors := range chunks {
		label := func(part string) string { return fmt.Sprintf("%s%d", part, vectors) }
		Label(label("vectors"))
		sums := w.Registers(vectors)
		for i, s := range sums {
			w.Load(sum.Offset(i*w.Bytes()), s)
		}
		MOVQ(x.Base, at.Base)
		Load(Param("rows"), rows)
		Label(label("row"))
		for i, s := range sums {
			w.Add(at.Offset(i*w.Bytes()), s, s)
		}
		ADDQ(row, at.Base)
		DECQ(rows)
		JNZ(LabelRef(label("row")))
		for i, s := range sums {
			w.Store(s, sum.Offset(i*w.Bytes()))
		}
		ADDQ(I32(vectors*w.Bytes()), sum.Base)
		ADDQ(I32(vectors*w.Bytes()), x.Base)
		SUBQ(I32(vectors*w.Lanes()), n)
		JMP(LabelRef("chunk"))
	}
}

// eachChunk ends a function over c columns in multiples of Lanes. It goes
// through the rows once for some columns, whose number is one of sizes, at a
// time, the largest first. begin makes ready for so many columns that begin at
// byte at of a row. row is for one row, the columns of which begin at byte at of
// the matrix, and end for when all are done.
func eachChunk(w vec.Width, sizes []int, begin func(columns int, at Register) (row func(at Register), end func())) {
	c, at := Load(Param("c"), GP64()), GP64()
	SHLQ(U8(2), c)
	XORQ(at, at)
	Label("chunk")
	rest := GP64()
	if len(sizes) > 1 {
		MOVQ(c, rest)
		SUBQ(at, rest)
	}
	for i := len(sizes) - 1; i > 0; i-- { // the first follows below
		CMPQ(rest, I32(4*sizes[i-1]))
		JLT(LabelRef(fmt.Sprintf("columns%d", sizes[i])))
	}
	for _, columns := range sizes {
		label := func(part string) string { return fmt.Sprintf("%s%d", part, columns) }
		Label(label("columns"))
		row, end := begin(columns, at)
		here, rows := GP64(), Load(Param("rows"), GP64())
		MOVQ(at, here)
		Label(label("row"))
		row(here)
		ADDQ(c, here)
		DECQ(rows)
		JNZ(LabelRef(label("row")))
		end()
		ADDQ(I32(4*columns), at)
		CMPQ(at, c)
		JLT(LabelRef("chunk"))
		vec.Return()
	}
}
