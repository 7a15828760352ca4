package main

import "fmt"

// tile is a product's kernel, which keeps a tile of C in registers over all of k: some
// rows, each of some vectors of columns. For each p, the tile's columns of row p of
// B are loaded once, and multiplied by each row's element of A, which is loaded as one
// float and taken from there by lane: no strides of A are better than others, and no
// instruction broadcasts.
type tile struct {
	rows    int // the most whose sums fit in the registers
	vectors int // of a row
	lanes   int // of its vectors
}

// Six rows of four vectors are as wide as what channels are padded to.
var tiles = []tile{{6, 4, 4}, {8, 3, 4}, {12, 2, 4}, {12, 1, 4}, {12, 1, 3}, {12, 1, 2}, {12, 1, 1}}

func (k tile) name(product string) string {
	if k.lanes < 4 {
		return fmt.Sprintf("%s%dLanes%dNEON", product, k.rows, k.lanes)
	}
	return fmt.Sprintf("%s%dx%dNEON", product, k.rows, k.vectors)
}

// doc says what a function of tiles does.
func (k tile) doc(product, atLeastOne string) []string {
	wide := fmt.Sprintf("%d vectors", k.vectors)
	switch {
	case k.lanes == 1:
		wide = "one float"
	case k.lanes < 4:
		wide = fmt.Sprintf("%d floats", k.lanes)
	case k.vectors == 1:
		wide = "one vector"
	}
	return []string{
		fmt.Sprintf("%s computes a column of tiles: tall of rows rows, 1 to %d, and below them", k.name(product), k.rows),
		fmt.Sprintf("short of one row less. They are %s wide. %s and tall are at least 1.", wide, atLeastOne),
	}
}

func gemm() {
	for _, k := range tiles {
		begin(k.name("gemm"), "func(c *float32, ldc int, a *float32, rsa, csa int, b *float32, ldb, k, rows, tall, short int, add bool)", k.doc("gemm", "k")...)
		k.heights(k.product)
	}
	for _, k := range tiles {
		begin(k.name("gemmTaps"), "func(c *float32, ldc int, a *float32, rsa, csa int, taps *int, count int, b *float32, ldb, k, rows, tall, short int, from *float32, ldf int, low, high float32)",
			k.doc("gemmTaps", "count, k")...)
		k.heights(k.overTaps)
	}
	for _, k := range tiles {
		begin(k.name("gemmParts"), "func(c *float32, ldc int, a *float32, rsa, csa int, b *float32, ldb int, parts *int, count int, stack *float32, rows, tall, short int)",
			k.doc("gemmParts", "count, each of parts")...)
		k.heights(k.byParts)
	}
}

// heights writes a function: the code for tiles of each height, of which it begins
// with that of the tall ones. What is known of a tile that is done lies in the
// arguments, since the sums leave enough registers for one tile's addresses only.
func (k tile) heights(sums func(part func(string) string, rows [][]vector)) {
	rows := integer("rows")
	for n := 1; n < k.rows; n++ {
		ifEqual(rows, n, fmt.Sprintf("tiles%d", n))
	}
	for n := k.rows; n > 0; n-- {
		part := func(name string) string { return fmt.Sprintf("%s%d", name, n) }
		label(part("tiles"))
		tile := make([][]vector, n)
		for i := range tile {
			tile[i] = newVectors(k.vectors)
		}
		sums(part, tile)
		c, ldc := integer("c"), stride("ldc")
		for _, row := range tile {
			k.storeRow(row, c)
			add(ldc, c)
		}
		keep(c, "c")
		a := integer("a")
		add(times(n, stride("rsa")), a)
		keep(a, "a")
		tall := integer("tall")
		advance(tall, -1)
		keep(tall, "tall")
		ifNot(tall, part("tiles"))
		if n == 1 {
			break
		}
		short := integer("short")
		ifZero(short, "done")
		keep(short, "tall")
		keep(number(0), "short")
	}
	label("done")
	end()
}

// product is that of one matrix.
func (k tile) product(part func(string) string, tile [][]vector) {
	ifZero(integer("add"), part("zero"))
	k.loadRows(tile, integer("c"), stride("ldc"))
	jump(part("start"))
	label(part("zero"))
	zeroAll(tile)
	label(part("start"))
	s := k.steps(len(tile))
	s.run(part("sum"), tile, number(0), integer("k"))
}

// overTaps is the sum of those of several.
func (k tile) overTaps(part func(string) string, tile [][]vector) {
	from := integer("from")
	ifZero(from, part("zero"))
	k.loadRows(tile, from, integer("ldf"))
	keep(from, "from")
	jump(part("start"))
	label(part("zero"))
	zeroAll(tile)
	label(part("start"))
	s := k.steps(len(tile))
	taps, count := integer("taps"), integer("count")
	label(part("tap"))
	first := at(taps, 0)
	shift(first, 2)
	s.run(part("sum"), tile, first, integer("k"))
	advance(taps, 8)
	again(count, part("tap"))

	low, high := broadcast("low"), broadcast("high")
	for _, row := range tile {
		for _, sum := range row {
			cut(sum, low, high)
		}
	}
}

// byParts sums part by part. The sums of parts wait on a stack in memory for those that
// they are added to.
func (k tile) byParts(part func(string) string, tile [][]vector) {
	s := k.steps(len(tile))
	first, done := number(0), number(0)
	parts, stack := integer("parts"), integer("stack")
	var sums []vector
	for _, row := range tile {
		sums = append(sums, row...)
	}
	pop := func() {
		advance(stack, -16*len(sums))
		for i, sum := range sums {
			other := newVector()
			load(stack, 16*i, other)
			faddTo(other, sum, sum)
		}
	}
	label(part("part"))
	zeroAll(tile)
	s.run(part("sum"), tile, first, at(parts, 0))
	advance(parts, 8)
	advance(done, 1)

	pairs := newGeneral() // two parts are added, and two of these, as often as two divides those done
	move(done, pairs)
	label(part("pair"))
	ifOdd(pairs, part("push"))
	pop()
	halve(pairs)
	jump(part("pair"))
	label(part("push"))
	ifSame(done, integer("count"), part("rest"))
	stores(stack, 0, sums...)
	advance(stack, 16*len(sums))
	jump(part("part"))
	label(part("rest"))
	ifSame(stack, integer("stack"), part("store"))
	pop()
	jump(part("rest"))
	label(part("store"))
}

// steps are what the innermost loop moves along: the rows of A in step, by bytes
// from their beginnings, and B.
type steps struct {
	tile
	a           []general
	csa, b, ldb general
}

func (k tile) steps(rows int) steps {
	s := steps{tile: k, a: []general{integer("a")}}
	if rows > 1 {
		rsa := stride("rsa")
		for len(s.a) < rows {
			s.a = append(s.a, sum(s.a[len(s.a)-1], rsa))
		}
	}
	s.csa, s.b, s.ldb = stride("csa"), integer("b"), stride("ldb")
	return s
}

// run goes count steps on, from bytes along the rows of A.
func (s steps) run(name string, tile [][]vector, along, count general) {
	label(name)
	b := newVectors(s.vectors)
	s.loadRow(b, s.b)
	add(s.ldb, s.b)
	for i, row := range tile {
		a := newVector()
		element(s.a[i], along, a)
		for j, sum := range row {
			fmlaBy(b[j], a, 0, sum)
		}
	}
	add(s.csa, along)
	again(count, name)
}

// cut cuts a number at both ends. NaN and the sign of a zero stay.
func cut(x, low, high vector) {
	below, above := newVector(), newVector()
	fcmgtTo(low, x, below)
	insert(low, below, x)
	fcmgtTo(x, high, above)
	insert(high, above, x)
}

func (k tile) loadRows(tile [][]vector, from, next general) {
	for _, row := range tile {
		k.loadRow(row, from)
		add(next, from)
	}
}

func (k tile) loadRow(row []vector, from general) {
	if k.lanes < 4 {
		loadLanes(k.lanes, from, 0, row[0])
		return
	}
	loads(from, 0, row...)
}

func (k tile) storeRow(row []vector, to general) {
	if k.lanes < 4 {
		storeLanes(k.lanes, row[0], to, 0)
		return
	}
	stores(to, 0, row...)
}

func zeroAll(tile [][]vector) {
	for _, row := range tile {
		for _, sum := range row {
			zero(sum)
		}
	}
}
