package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/graph/internal/f32/_asm/vec"
)

// chunks are the numbers of vectors whose sums are kept in registers, and in how
// many sets: with few sums, more than one hides the latency of the addition.
var chunks = []struct{ vectors, sets int }{
	{12, 1}, {9, 1}, {8, 1}, {6, 2}, {4, 2}, {3, 2}, {2, 4}, {1, 4},
}

// scaledRows takes the longest chunk that fits of what is left of dst.
func scaledRows(w vec.Width) {
	vec.Function("scaledRows"+w.Level(), "func(dst, src, scale *float32, at *int32, n, count int)")
	Doc("scaledRows" + w.Level() + " is scaledRows for n floats of dst and count rows, neither zero.")

	dst, src := pointer("dst"), pointer("src")
	scale, at := pointer("scale"), pointer("at")
	n, count := Load(Param("n"), GP64()), Load(Param("count"), GP64())
	Comment("The lists are read with an index that rises to zero.")
	LEAQ(scale.Idx(count, 4), scale.Base)
	LEAQ(at.Idx(count, 4), at.Base)
	NEGQ(count)

	Label("chunk")
	for _, c := range chunks[:len(chunks)-1] {
		CMPQ(n, I32(c.vectors*w.Lanes()))
		JGE(LabelRef(fmt.Sprintf("rows%d", c.vectors)))
	}
	TESTQ(n, n)
	JNZ(LabelRef("rows1"))
	vec.Return()

	for _, c := range chunks {
		label := func(part string) string { return fmt.Sprintf("%s%d", part, c.vectors) }
		Label(label("rows"))
		sums := make([][]VecVirtual, c.sets)
		for set := range sums {
			sums[set] = w.Registers(c.vectors)
			for i, sum := range sums[set] {
				if set == 0 {
					w.Load(dst.Offset(i*w.Bytes()), sum)
				} else {
					w.Zero(sum)
				}
			}
		}
		j := GP64()
		row := func(ahead int, sums []VecVirtual) {
			from, s := GP64(), w.Register()
			MOVLQSX(at.Idx(j, 4).Offset(4*ahead), from)
			w.Broadcast(scale.Idx(j, 4).Offset(4*ahead), s)
			LEAQ(src.Idx(from, 4), from)
			for i, sum := range sums {
				w.FMA(Mem{Base: from}.Offset(i*w.Bytes()), s, sum)
			}
		}
		MOVQ(count, j)
		if c.sets > 1 {
			Comment("All sets, then the first with what is left of the lists.")
			ADDQ(I32(c.sets), j)
			JGT(LabelRef(label("rest")))
			Label(label("sets"))
			for set, sums := range sums {
				row(set-c.sets, sums)
			}
			ADDQ(I32(c.sets), j)
			JLE(LabelRef(label("sets")))
			Label(label("rest"))
			SUBQ(I32(c.sets), j)
			JZ(LabelRef(label("store")))
		}
		Label(label("row"))
		row(0, sums[0])
		INCQ(j)
		JNZ(LabelRef(label("row")))
		if c.sets > 1 {
			Label(label("store"))
		}
		for i, sum := range sums[0] {
			for set := 1; set < c.sets; set++ {
				w.Add(sums[set][i], sum, sum)
			}
			w.Store(sum, dst.Offset(i*w.Bytes()))
		}
		ADDQ(I32(c.vectors*w.Bytes()), dst.Base)
		ADDQ(I32(c.vectors*w.Bytes()), src.Base)
		SUBQ(I32(c.vectors*w.Lanes()), n)
		JMP(LabelRef("chunk"))
	}
}

// scaledRowsEach
func scaledRowsEach(w vec.Width) {
	vec.Function("scaledRowsEach"+w.Level(), "func(dst *float32, dstAt *int32, src, scale *float32, at, counts *int32, perList, lists, rows, dstRow, srcRow, n int)")
	for _, s := range []string{"perList", "dstRow", "srcRow"} {
		SHLQ(U8(2), param(s))
	}
	listDst, listSrc := AllocLocal(8), AllocLocal(8)
	rowsLeft := AllocLocal(8)
	scale, at := pointer("scale"), pointer("at")
	count := GP64()
	j := GP64()
	dst, src := Mem{Base: GP64()}, Mem{Base: GP64()}
	n := GP64()

	Label("list")
	temp := Load(Param("counts"), GP64())
	MOVLQSX(Mem{Base: temp}, count)
	ADDQ(U8(4), param("counts"))
	TESTQ(count, count)
	JZ(LabelRef("nextList"))
	Load(Param("scale"), scale.Base)
	Load(Param("at"), at.Base)
	LEAQ(scale.Idx(count, 4), scale.Base)
	LEAQ(at.Idx(count, 4), at.Base)
	NEGQ(count)
	Load(Param("dstAt"), temp)
	MOVLQSX(Mem{Base: temp}, temp)
	Load(Param("dst"), dst.Base)
	LEAQ(dst.Idx(temp, 4), dst.Base)
	Load(Param("src"), src.Base)
	temp = Load(Param("rows"), GP64())
	MOVQ(temp, rowsLeft)

	Label("nextRow")
	MOVQ(dst.Base, listDst)
	MOVQ(src.Base, listSrc)
	Load(Param("n"), n)

	Label("chunk")
	for _, c := range chunks[:len(chunks)-1] {
		CMPQ(n, I32(c.vectors*w.Lanes()))
		JGE(LabelRef(fmt.Sprintf("rows%d", c.vectors)))
	}
	TESTQ(n, n)
	JNZ(LabelRef("rows1"))
	Label("chunksDone")
	MOVQ(listDst, dst.Base)
	ADDQ(param("dstRow"), dst.Base)
	MOVQ(listSrc, src.Base)
	ADDQ(param("srcRow"), src.Base)
	DECQ(rowsLeft)
	JNZ(LabelRef("nextRow"))

	Label("nextList")
	ADDQ(U8(4), param("dstAt"))
	temp = Load(Param("perList"), GP64())
	ADDQ(temp, param("scale"))
	ADDQ(temp, param("at"))
	DECQ(param("lists"))
	JNZ(LabelRef("list"))
	vec.Return()
	for _, c := range chunks {
		label := func(part string) string { return fmt.Sprintf("%s%d", part, c.vectors) }
		Label(label("rows"))
		sums := make([][]VecVirtual, c.sets)
		for set := range sums {
			sums[set] = w.Registers(c.vectors)
			for i, sum := range sums[set] {
				if set == 0 {
					w.Load(dst.Offset(i*w.Bytes()), sum)
				} else {
					w.Zero(sum)
				}
			}
		}
		row := func(ahead int, sums []VecVirtual) {
			from, s := GP64(), w.Register()
			MOVLQSX(at.Idx(j, 4).Offset(4*ahead), from)
			w.Broadcast(scale.Idx(j, 4).Offset(4*ahead), s)
			LEAQ(src.Idx(from, 4), from)
			for i, sum := range sums {
				w.FMA(Mem{Base: from}.Offset(i*w.Bytes()), s, sum)
			}
		}
		MOVQ(count, j)
		if c.sets > 1 {
			Comment("All sets, then the first with what is left of the lists.")
			ADDQ(I32(c.sets), j)
			JGT(LabelRef(label("rest")))
			Label(label("sets"))
			for set, sums := range sums {
				row(set-c.sets, sums)
			}
			ADDQ(I32(c.sets), j)
			JLE(LabelRef(label("sets")))
			Label(label("rest"))
			SUBQ(I32(c.sets), j)
			JZ(LabelRef(label("store")))
		}
		Label(label("row"))
		row(0, sums[0])
		INCQ(j)
		JNZ(LabelRef(label("row")))
		if c.sets > 1 {
			Label(label("store"))
		}
		for i, sum := range sums[0] {
			for set := 1; set < c.sets; set++ {
				w.Add(sums[set][i], sum, sum)
			}
			w.Store(sum, dst.Offset(i*w.Bytes()))
		}
		ADDQ(I32(c.vectors*w.Bytes()), dst.Base)
		ADDQ(I32(c.vectors*w.Bytes()), src.Base)
		SUBQ(I32(c.vectors*w.Lanes()), n)
		JZ(LabelRef("chunksDone"))
		JMP(LabelRef("chunk"))
	}
}
