package main

// transpose writes the kernel that turns squares of four registers.
func transpose() {
	begin("transposeNEON", "func(y *float32, ldy int, x *float32, ldx, rows, cols int)",
		"transposeNEON is transpose for numbers of rows and columns that are multiples of four,", "but not zero.")
	y, x, ldy, ldx, cols := integer("y"), integer("x"), stride("ldy"), stride("ldx"), integer("cols")
	label("columns")
	from, to, rows := newGeneral(), newGeneral(), integer("rows")
	move(x, from)
	move(y, to)
	label("rows")
	r := newVectors(4)
	for _, v := range r {
		load(from, 0, v)
		add(ldx, from)
	}
	at := newGeneral()
	move(to, at)
	for i, v := range turned(r) {
		store(v, at, 0)
		if i < 3 {
			add(ldy, at)
		}
	}
	advance(to, 16)
	advance(rows, -4)
	ifNot(rows, "rows")
	add(times(4, ldy), y)
	advance(x, 16)
	advance(cols, -4)
	ifNot(cols, "columns")
	end()
}

// turned are the columns of four rows: pairs, and then pairs of these.
func turned(r []vector) []vector {
	even01, odd01 := made(trn1, r[0], r[1]), made(trn2, r[0], r[1])
	even23, odd23 := made(trn1, r[2], r[3]), made(trn2, r[2], r[3])
	return []vector{
		made(trn1Doubles, even01, even23), made(trn1Doubles, odd01, odd23),
		made(trn2Doubles, even01, even23), made(trn2Doubles, odd01, odd23),
	}
}
