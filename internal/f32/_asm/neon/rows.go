package main

import "fmt"

// chunks are the numbers of vectors whose sums are kept in registers, and in how many
// sets: with few sums, more than one hides the latency of the addition. Sets are as
// with AVX2, by columns, so that sums are the same.
var chunks = []struct{ vectors, sets int }{{24, 1}, {16, 1}, {12, 2}, {8, 2}, {4, 4}}

// scaledRows goes through a list once for each row, more often where a row is longer
// than the longest chunk. dst, which need not be near, is loaded last.
func scaledRows() {
	begin("scaledRowsNEON", "func(dst *float32, dstAt *int32, src, scale *float32, at, counts *int32, room, lists, rows, dstRow, srcRow, n int)",
		"scaledRowsNEON is ScaledRows for lists lists; lists, room, rows and n are not zero.")
	lists, counts, dstAt := integer("lists"), integer("counts"), integer("dstAt")
	scales, ats, room := integer("scale"), integer("at"), stride("room")
	label("list")
	count := integer32(counts)
	ifZero(count, "nextList")
	dst, src, rows := scaled(integer("dst"), integer32(dstAt), 2), integer("src"), integer("rows")
	label("row")
	thisDst, thisSrc, n := newGeneral(), newGeneral(), integer("n")
	move(dst, thisDst)
	move(src, thisSrc)
	label("chunk")
	for _, c := range chunks {
		ifAtLeast(n, 4*c.vectors, fmt.Sprintf("vectors%d", c.vectors))
	}
	label("nextChunk")
	ifNot(n, "chunk")
	add(stride("dstRow"), dst)
	add(stride("srcRow"), src)
	again(rows, "row")
	label("nextList")
	advance(dstAt, 4)
	advance(counts, 4)
	add(room, scales)
	add(room, ats)
	again(lists, "list")
	end()

	for _, c := range chunks {
		part := func(name string) string { return fmt.Sprintf("%s%d", name, c.vectors) }
		label(part("vectors"))
		sums := make([][]vector, c.sets)
		for set := range sums {
			sums[set] = newVectors(c.vectors)
			for _, sum := range sums[set] {
				zero(sum)
			}
		}
		scale, at, left := newGeneral(), newGeneral(), newGeneral()
		move(scales, scale)
		move(ats, at)
		move(count, left)
		// next adds the list's next entry.
		next := func(sums []vector) {
			from, factor := scaled(thisSrc, integer32(at), 2), newVector()
			loadAs("FMOVS", scale, 0, factor)
			advance(at, 4)
			advance(scale, 4)
			for i := 0; i < len(sums); i += 2 {
				v := newVectors(2)
				loads(from, 16*i, v...)
				fmlaBy(v[0], factor, 0, sums[i])
				fmlaBy(v[1], factor, 0, sums[i+1])
			}
		}
		if c.sets > 1 { // all sets, then the first with what is left of the list
			label(part("sets"))
			ifLess(left, c.sets, part("rest"))
			for _, sums := range sums {
				next(sums)
			}
			advance(left, -c.sets)
			jump(part("sets"))
			label(part("rest"))
			ifZero(left, part("store"))
		}
		label(part("entry"))
		next(sums[0])
		again(left, part("entry"))
		if c.sets > 1 {
			label(part("store"))
		}
		for i := 0; i < c.vectors; i += 2 {
			v := newVectors(2)
			loads(thisDst, 16*i, v...)
			for j := range v {
				sum := sums[0][i+j]
				for set := 1; set < c.sets; set++ {
					faddTo(sums[set][i+j], sum, sum)
				}
				faddTo(v[j], sum, sum)
			}
			stores(thisDst, 16*i, sums[0][i:i+2]...)
		}
		advance(thisDst, 16*c.vectors)
		advance(thisSrc, 16*c.vectors)
		advance(n, -4*c.vectors)
		jump("nextChunk")
	}
}

// integer32 loads an integer of 32 bits.
func integer32(from general) general {
	to := newGeneral()
	emit([]*register{to}, []*register{from}, func() string { return fmt.Sprintf("MOVW (R%d), R%d", from.number, to.number) })
	return to
}
