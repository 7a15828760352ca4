package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/vec"
)

// liveFilters compresses, for each place, the gradients and the numbers of a
// vector of filters. It stores whole vectors: what lies beyond the end of a
// list is overwritten or not used, and is never beyond the list's room.
func liveFilters() {
	vec.Function("liveFiltersAVX512", "func(grad *float32, at, counts *int32, gy *float32, arg *uint8, stride, fp int)")
	Doc("liveFiltersAVX512 is liveFilters for fp filters.")

	filters := Load(Param("fp"), GP64())
	var ends [4]Mem // of the lists of gradients
	for p := range ends {
		if p == 0 {
			ends[p] = vec.Pointer("grad")
			continue
		}
		ends[p] = Mem{Base: GP64()}
		LEAQ(ends[p-1].Idx(filters, 4), ends[p].Base)
	}
	toAt := Load(Param("at"), GP64())
	SUBQ(ends[0].Base, toAt)
	gy, arg := vec.Pointer("gy"), vec.Pointer("arg")

	numbers, step, zero := ZMM(), ZMM(), ZMM()
	VPBROADCASTD(vec.Param("stride"), step)
	VPMULLD(integers, step, numbers)
	VPSLLD(U8(4), step, step)
	VPXORD(zero, zero, zero)
	var which [4]VecVirtual
	for p := range which {
		which[p] = ZMM()
		VPBROADCASTD(place(p), which[p])
	}

	Label("vector")
	grads, args, alive := ZMM(), ZMM(), K()
	VMOVUPS(gy, grads)
	VPMOVZXBD(arg, args)
	VCMPPS(notEqualOrNaN, zero, grads, alive)
	for p, end := range ends {
		here, grad, at, count := K(), ZMM(), ZMM(), GP32()
		VPCMPEQD(which[p], args, alive, here)
		VCOMPRESSPS_Z(grads, here, grad)
		VPCOMPRESSD_Z(numbers, here, at)
		VMOVUPS(grad, end)
		VMOVDQU32(at, end.Idx(toAt, 1))
		KMOVW(here, count)
		POPCNTL(count, count)
		LEAQ(end.Idx(count.As64(), 4), end.Base)
	}
	VPADDD(step, numbers, numbers)
	ADDQ(I32(vec.ZMM.Bytes()), gy.Base)
	ADDQ(I32(vec.ZMM.Lanes()), arg.Base)
	SUBQ(I32(vec.ZMM.Lanes()), filters)
	JNZ(LabelRef("vector"))

	Comment("From the lists' ends to their lengths.")
	start, perList, counts := Load(Param("grad"), GP64()), vec.Stride("fp"), vec.Pointer("counts")
	for p, end := range ends {
		count := GP64()
		MOVQ(end.Base, count)
		SUBQ(start, count)
		SHRQ(U8(2), count)
		MOVL(count.As32(), counts.Offset(4*p))
		ADDQ(perList, start)
	}
	vec.Return()
}

// liveCells turns blocks of 16 cells by 16 filters round, compresses what each
// filter has of them, and appends it to the filter's list.
func liveCells() {
	vec.Function("liveCellsAVX512", "func(grad *float32, at, counts *int32, gy *float32, arg *uint8, cells, cols, w, cp, fp int)")
	Doc("liveCellsAVX512 is liveCells for cells cells, cols of them in a row; counts is zero at first.")

	begins := AllocLocal(16 * 4) // where 16 cells begin in the image
	args := AllocLocal(16 * 16)  // the places of their largest values, filter by filter
	// Of the cells that follow: where the first begins, how many its row still
	// has, how many there are.
	begin, inRow, left := AllocLocal(8), AllocLocal(8), AllocLocal(8)
	toNextRow := AllocLocal(8) // from where a row of cells ends

	Comment("Where in a cell the windows of its four values begin.")
	windows := AllocLocal(16)
	pixel, row := GP64(), GP64()
	Load(Param("cp"), pixel)
	MOVQ(pixel, row)
	IMULQ(vec.Param("w"), row)
	MOVL(U32(0), windows)
	MOVL(pixel.As32(), windows.Offset(4))
	MOVL(row.As32(), windows.Offset(8))
	ADDQ(row, pixel)
	MOVL(pixel.As32(), windows.Offset(12))
	offsets, four, zero, lanes := ZMM(), ZMM(), ZMM(), ZMM()
	VBROADCASTI32X4(windows, offsets)
	VPBROADCASTD(place(dead), four)
	VPXORD(zero, zero, zero)
	VMOVDQU32(integers, lanes)

	perCell, cols := Load(Param("cp"), GP64()), Load(Param("cols"), GP64())
	MOVQ(cols, inRow)
	IMULQ(perCell, cols)
	SUBQ(cols, row)
	ADDQ(row, row)
	MOVQ(row, toNextRow)
	MOVQ(U32(0), begin)
	cells := Load(Param("cells"), GP64())
	MOVQ(cells, left)
	toAt := Load(Param("at"), GP64()) // from a gradient to its place
	SUBQ(vec.Param("grad"), toAt)
	perFilter := vec.Stride("cells")

	Label("block")
	at, n, i := GP64(), GP64(), GP64()
	MOVQ(begin, at)
	MOVQ(inRow, n)
	XORQ(i, i)
	step := Load(Param("cp"), GP64())
	ADDQ(step, step)
	first := GP64()
	LEAQ(begins, first)
	Label("begin")
	MOVL(at.As32(), Mem{Base: first}.Idx(i, 4))
	ADDQ(step, at)
	DECQ(n)
	JNZ(LabelRef("sameRow"))
	ADDQ(toNextRow, at)
	MOVQ(vec.Param("cols"), n)
	Label("sameRow")
	INCQ(i)
	CMPQ(i, U8(16))
	JNE(LabelRef("begin"))
	MOVQ(at, begin)
	MOVQ(n, inRow)

	list, counts := Load(Param("grad"), GP64()), vec.Pointer("counts")
	gy, arg := Load(Param("gy"), GP64()), Load(Param("arg"), GP64())
	filters := Load(Param("fp"), GP64())
	Label("filters")
	gradients := turned(gy, arg, left, args)
	for f, grads := range gradients {
		place, alive, grad, at := ZMM(), K(), ZMM(), ZMM()
		VPMOVZXBD(args.Offset(f%4*64+f/4*16), place)
		VCMPPS(notEqualOrNaN, zero, grads, alive)
		VPTESTNMD(four, place, alive, alive)
		VPERMD(offsets, place, place)
		VPADDD(begins, place, place)
		VCOMPRESSPS_Z(grads, alive, grad)
		VPCOMPRESSD_Z(place, alive, at)
		count, end := GP32(), GP64()
		KMOVW(alive, count)
		POPCNTL(count, count)
		MOVL(counts.Offset(4*f), end.As32())
		ADDL(count, counts.Offset(4*f))
		LEAQ(Mem{Base: list, Index: end, Scale: 4}, end)
		counted, written := ZMM(), K()
		VPBROADCASTD(count, counted)
		VPCMPGTD(lanes, counted, written)
		VMOVUPS(grad, written, Mem{Base: end})
		VMOVDQU32(at, written, Mem{Base: end}.Idx(toAt, 1))
		ADDQ(perFilter, list)
	}
	ADDQ(I32(16*4), counts.Base)
	ADDQ(I32(16*4), gy)
	ADDQ(I32(16), arg)
	SUBQ(I32(16), filters)
	JNZ(LabelRef("filters"))

	next := Load(Param("fp"), GP64())
	SHLQ(U8(4), next)
	ADDQ(next, vec.Param("arg"))
	SHLQ(U8(2), next)
	ADDQ(next, vec.Param("gy"))
	SUBQ(I32(16), left)
	JG(LabelRef("block"))
	vec.Return()
}

// turned loads up to 16 cells of 16 filters and returns the filters' gradients;
// their places go to args, those of filter f at f%4·64 + f/4·16. Cells that
// there are not are dead.
func turned(gy, arg Register, left, args Mem) (filters [16]VecVirtual) {
	grad, place := GP64(), GP64()
	MOVQ(gy, grad)
	MOVQ(arg, place)
	rest, none, over := GP64(), GP64(), GP64()
	MOVQ(left, rest)
	XORQ(none, none)
	LEAQ(allDead, over)
	perCell := vec.Stride("fp")
	var grads [16]VecVirtual
	var places [4]VecVirtual // four cells each
	for cell := range grads {
		grads[cell] = ZMM()
		VMOVUPS(Mem{Base: grad}, grads[cell])
		if cell%4 == 0 {
			places[cell/4] = ZMM()
			VMOVDQU32(Mem{Base: place}, places[cell/4].AsX())
		} else {
			VINSERTI32X4(U8(cell%4), Mem{Base: place}, places[cell/4], places[cell/4])
		}
		if cell == 15 {
			break
		}
		ADDQ(vec.Param("fp"), place)
		DECQ(rest)
		CMOVQLE(none, perCell) // stay at the last cell
		CMOVQLE(over, place)
		ADDQ(perCell, grad)
	}

	Comment("The places, 4×4 in a register: first the squares of four filters, then within them.")
	squares, bytes := ZMM(), ZMM()
	VMOVDQU32(toSquares, squares)
	VBROADCASTI32X4(toColumns, bytes)
	for i, p := range places {
		VPERMD(p, squares, p)
		VPSHUFB(bytes, p, places[i])
	}
	for i, p := range turnFours(places) {
		VMOVDQU32(p, args.Offset(64*i))
	}

	Comment("The gradients, within squares of 4×4, then the squares.")
	var fours [4][4]VecVirtual
	for i := range fours {
		fours[i] = turnFours([4]VecVirtual(grads[4*i:]))
	}
	for f := range 4 {
		var even, odd [2]VecVirtual // filters f and f+8, f+4 and f+12
		for i := range even {
			even[i], odd[i] = ZMM(), ZMM()
			VSHUFF32X4(U8(0b10_00_10_00), fours[2*i+1][f], fours[2*i][f], even[i])
			VSHUFF32X4(U8(0b11_01_11_01), fours[2*i+1][f], fours[2*i][f], odd[i])
		}
		for i, pair := range [][2]VecVirtual{even, odd} {
			low, high := ZMM(), ZMM()
			VSHUFF32X4(U8(0b10_00_10_00), pair[1], pair[0], low)
			VSHUFF32X4(U8(0b11_01_11_01), pair[1], pair[0], high)
			filters[4*i+f], filters[4*i+f+8] = low, high
		}
	}
	return filters
}

// turnFours transposes squares of four registers by four 32-bit lanes.
func turnFours(rows [4]VecVirtual) (cols [4]VecVirtual) {
	for half, unpack := range []func(...Op){VPUNPCKLDQ, VPUNPCKHDQ} {
		upper, lower := ZMM(), ZMM()
		unpack(rows[1], rows[0], upper)
		unpack(rows[3], rows[2], lower)
		cols[2*half], cols[2*half+1] = ZMM(), ZMM()
		VPUNPCKLQDQ(lower, upper, cols[2*half])
		VPUNPCKHQDQ(lower, upper, cols[2*half+1])
	}
	return cols
}
