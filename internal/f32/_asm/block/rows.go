package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/vec"
)

// chunks are the numbers of vectors whose sums are kept in registers, and in
// how many sets: with few sums, more than one hides the latency of the
// addition.
//
// Rows are whole vectors of AVX-512, so that with AVX2 the numbers are even.
var chunks = map[vec.Width][]chunk{
	vec.ZMM: {{12, 1}, {9, 1}, {8, 1}, {6, 2}, {4, 2}, {3, 2}, {2, 4}, {1, 4}},
	vec.YMM: {{12, 1}, {8, 1}, {6, 2}, {4, 2}, {2, 4}},
}

type chunk struct{ vectors, sets int }

// scaledRows goes through a list once for each row, more often where a row is
// longer than the longest chunk. dst, which need not be near, is loaded last.
func scaledRows(w vec.Width) {
	vec.Function("scaledRows"+w.Level(), "func(dst *float32, dstAt *int32, src, scale *float32, at, counts *int32, room, lists, rows, dstRow, srcRow, n int)")
	Doc("scaledRows" + w.Level() + " is ScaledRows for lists lists; lists, room, rows and n are not zero.")

	dst, src, n := Mem{Base: GP64()}, Mem{Base: GP64()}, GP64()
	scale, at, j := Mem{Base: GP64()}, Mem{Base: GP64()}, GP64()
	for _, name := range []string{"room", "dstRow", "srcRow"} {
		SHLQ(U8(2), vec.Param(name))
	}
	rows, thisDst, thisSrc := AllocLocal(8), AllocLocal(8), AllocLocal(8)

	Label("list")
	count, temp := GP64(), vec.Pointer("counts")
	MOVLQSX(temp, count)
	TESTQ(count, count)
	JZ(LabelRef("nextList"))
	Comment("The list is read with an index that rises to zero.")
	Load(Param("scale"), scale.Base)
	Load(Param("at"), at.Base)
	LEAQ(scale.Idx(count, 4), scale.Base)
	LEAQ(at.Idx(count, 4), at.Base)
	NEGQ(count)
	Load(Param("dst"), dst.Base)
	Load(Param("src"), src.Base)
	Load(Param("dstAt"), temp.Base)
	MOVLQSX(temp, temp.Base)
	LEAQ(dst.Idx(temp.Base, 4), dst.Base)
	Load(Param("rows"), temp.Base)
	MOVQ(temp.Base, rows)

	Label("row")
	MOVQ(dst.Base, thisDst)
	MOVQ(src.Base, thisSrc)
	Load(Param("n"), n)
	Label("chunk")
	for _, c := range chunks[w] {
		CMPQ(n, I32(c.vectors*w.Lanes()))
		JGE(LabelRef(fmt.Sprintf("vectors%d", c.vectors)))
	}
	Label("nextChunk")
	TESTQ(n, n)
	JNZ(LabelRef("chunk"))
	MOVQ(thisDst, dst.Base)
	MOVQ(thisSrc, src.Base)
	ADDQ(vec.Param("dstRow"), dst.Base)
	ADDQ(vec.Param("srcRow"), src.Base)
	DECQ(rows)
	JNZ(LabelRef("row"))

	Label("nextList")
	ADDQ(U8(4), vec.Param("dstAt"))
	ADDQ(U8(4), vec.Param("counts"))
	Load(Param("room"), temp.Base)
	ADDQ(temp.Base, vec.Param("scale"))
	ADDQ(temp.Base, vec.Param("at"))
	DECQ(vec.Param("lists"))
	JNZ(LabelRef("list"))
	vec.Return()

	for _, c := range chunks[w] {
		label := func(part string) string { return fmt.Sprintf("%s%d", part, c.vectors) }
		Label(label("vectors"))
		sums := make([][]VecVirtual, c.sets)
		for set := range sums {
			sums[set] = w.Registers(c.vectors)
			for _, sum := range sums[set] {
				w.Zero(sum)
			}
		}
		// add adds the list's entry j+ahead.
		add := func(ahead int, sums []VecVirtual) {
			from, s := Mem{Base: GP64()}, w.Register()
			MOVLQSX(at.Idx(j, 4).Offset(4*ahead), from.Base)
			w.Broadcast(scale.Idx(j, 4).Offset(4*ahead), s)
			LEAQ(src.Idx(from.Base, 4), from.Base)
			for i, sum := range sums {
				w.FMA(from.Offset(i*w.Bytes()), s, sum)
			}
		}
		MOVQ(count, j)
		if c.sets > 1 {
			Comment("All sets, then the first with what is left of the list.")
			ADDQ(I32(c.sets), j)
			JGT(LabelRef(label("rest")))
			Label(label("sets"))
			for set, sums := range sums {
				add(set-c.sets, sums)
			}
			ADDQ(I32(c.sets), j)
			JLE(LabelRef(label("sets")))
			Label(label("rest"))
			SUBQ(I32(c.sets), j)
			JZ(LabelRef(label("store")))
		}
		Label(label("entry"))
		add(0, sums[0])
		INCQ(j)
		JNZ(LabelRef(label("entry")))
		if c.sets > 1 {
			Label(label("store"))
		}
		for i, sum := range sums[0] {
			for set := 1; set < c.sets; set++ {
				w.Add(sums[set][i], sum, sum)
			}
			w.Add(dst.Offset(i*w.Bytes()), sum, sum)
			w.Store(sum, dst.Offset(i*w.Bytes()))
		}
		ADDQ(I32(c.vectors*w.Bytes()), dst.Base)
		ADDQ(I32(c.vectors*w.Bytes()), src.Base)
		SUBQ(I32(c.vectors*w.Lanes()), n)
		JMP(LabelRef("nextChunk"))
	}
}
