// Command gemm generates the matrix product's kernels.
//
// A tile of C stays in registers over all of k: some rows, each of some vectors
// of columns. For each p, the tile's columns of row p of B are loaded once and
// multiplied by each row's element of A, broadcast from where it lies. A tile of
// the product over taps stays there over all of the taps, too.
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/vec"
)

// kernel is one function, whose tiles are some vectors wide and 1 to rows high.
type kernel struct {
	width   vec.Width
	rows    int  // the most whose sums fit in the registers
	vectors int  // of a row
	masked  bool // whether the last vector may be a part of one
	taps    bool // whether the product is one over taps
}

var kernels = []kernel{
	{width: vec.ZMM, rows: 6, vectors: 4, masked: true},
	{width: vec.ZMM, rows: 8, vectors: 3, masked: true},
	{width: vec.ZMM, rows: 12, vectors: 2, masked: true},
	{width: vec.ZMM, rows: 12, vectors: 1, masked: true},
	{width: vec.YMM, rows: 6, vectors: 2}, // masks would slow whole vectors down
	{width: vec.YMM, rows: 12, vectors: 1, masked: true},

	{width: vec.ZMM, rows: 6, vectors: 4, masked: true, taps: true},
	{width: vec.ZMM, rows: 8, vectors: 3, masked: true, taps: true},
	{width: vec.ZMM, rows: 14, vectors: 2, masked: true, taps: true},
	{width: vec.ZMM, rows: 16, vectors: 1, masked: true, taps: true},
	{width: vec.YMM, rows: 6, vectors: 2, taps: true},
	{width: vec.YMM, rows: 12, vectors: 1, masked: true, taps: true},
}

func main() {
	for _, k := range kernels {
		k.generate()
	}
	for _, k := range kernels {
		if !k.taps {
			k.generateParts()
		}
	}
	for _, w := range vec.Widths {
		peak(w)
	}
	vec.Generate()
}

// operands are a function's arguments; strides are in bytes.
type operands struct {
	kernel
	c, a          Register // the next tile's
	rsa, rsa3     Register // rsa3 is 3·rsa
	csa, ldc, ldb Register
	mask          vec.Mask
}

func (k kernel) generate() {
	product, left, right := "gemm", "a *float32, rsa, csa int", "add bool"
	if k.taps {
		product, left, right = "gemmTaps", "a *float32, rsa, step int, taps *int, count int", "from *float32, ldf int, low, high float32"
	}
	name := fmt.Sprintf("%s%dx%d%s", product, k.rows, k.vectors, k.width.Level())
	vec.Function(name, "func(c *float32, ldc int, "+left+", b *float32, ldb, k, rows, tall, short, lanes int, "+right+")")
	Doc(
		fmt.Sprintf("%s computes a column of tiles: tall of rows rows, 1 to %d, and below them", name, k.rows),
		fmt.Sprintf("short of one row less. They are %s. %s and tall are at least 1%s.", k.breadth(), k.atLeastOne(), k.inBytes()),
	)

	o := operands{kernel: k, rsa3: GP64()}
	o.c, o.a = Load(Param("c"), GP64()), Load(Param("a"), GP64())
	o.rsa = vec.Stride("rsa")
	if !k.taps {
		o.csa = vec.Stride("csa")
	}
	o.ldc, o.ldb = vec.Stride("ldc"), vec.Stride("ldb")
	LEAQ(Mem{Base: o.rsa, Index: o.rsa, Scale: 2}, o.rsa3)
	if k.masked {
		o.mask = k.width.Mask(vec.Param("lanes"))
	}

	k.heights(o.tiles)
}

// heights ends a function with the code for tiles of each height, of which it
// begins with that of the tall ones.
func (k kernel) heights(tiles func(rows int)) {
	rows := Load(Param("rows"), GP64())
	for n := 1; n < k.rows; n++ {
		CMPQ(rows, U8(n))
		JEQ(LabelRef(fmt.Sprintf("tiles%d", n)))
	}
	for n := k.rows; n > 0; n-- {
		tiles(n)
	}
	Label("done")
	vec.Return()
}

// breadth says how wide a tile is.
func (k kernel) breadth() string {
	vectors := fmt.Sprintf("%d vectors wide", k.vectors)
	if k.vectors == 1 {
		vectors = "one vector wide"
	}
	switch {
	case !k.masked:
		return vectors + ", whatever lanes is"
	case k.vectors == 1:
		return vectors + ", of lanes lanes"
	}
	return vectors + ", the last of lanes lanes"
}

func (k kernel) atLeastOne() string {
	if k.taps {
		return "count, k"
	}
	return "k"
}

// inBytes says what is not in floats.
func (k kernel) inBytes() string {
	if k.taps {
		return "; step and ldf are in bytes"
	}
	return ""
}

// tiles computes the tall tiles. The code for those of one row less follows it.
func (o operands) tiles(rows int) {
	label := func(part string) string { return fmt.Sprintf("%s%d", part, rows) }
	sums := o.registers(rows)

	Label(label("tiles"))
	if o.taps {
		o.fromMemory(label, sums)
	} else {
		o.fromC(label, sums)
	}

	Label(label("start"))
	b := Mem{Base: Load(Param("b"), GP64())}
	if o.taps {
		tap, count, begin := Mem{Base: Load(Param("taps"), GP64())}, Load(Param("count"), GP64()), GP64()
		Label(label("tap"))
		MOVQ(tap, begin)
		LEAQ(Mem{Base: o.a, Index: begin, Scale: 4}, begin)
		o.sum(label("sum"), sums, begin, b)
		ADDQ(U8(8), tap.Base)
		DECQ(count)
		JNZ(LabelRef(label("tap")))
	} else {
		o.sum(label("sum"), sums, o.a, b)
	}

	if o.taps {
		o.cut(sums)
	}
	next := o.eachRow(rows, func(i int, c Mem) {
		for j, sum := range sums[i] {
			o.store(j, sum, c.Offset(j*o.width.Bytes()))
		}
	})
	MOVQ(next, o.c)
	o.goOn(rows, o.a, label("tiles"))
}

// goOn moves a, the beginning of A, to the tile below, and goes on with that at
// again or, behind the last tall one, with the code for those of one row less,
// which follows.
func (o operands) goOn(rows int, a Op, again string) {
	below := GP64()
	IMUL3Q(I32(rows), o.rsa, below)
	ADDQ(below, a)
	DECQ(vec.Param("tall"))
	JNZ(LabelRef(again))
	if rows == 1 {
		return
	}
	short := Load(Param("short"), GP64())
	TESTQ(short, short)
	JZ(LabelRef("done"))
	MOVQ(short, vec.Param("tall"))
	MOVQ(I32(0), vec.Param("short"))
}

// registers are those of a tile's sums.
func (k kernel) registers(rows int) [][]VecVirtual {
	sums := make([][]VecVirtual, rows)
	for i := range sums {
		sums[i] = k.width.Registers(k.vectors)
	}
	return sums
}

// fromC begins the sums with C or with zero.
func (o operands) fromC(label func(string) string, sums [][]VecVirtual) {
	Comment("The sums begin with C or with zero.")
	CMPB(vec.Param("add"), U8(0))
	JEQ(LabelRef(label("zero")))
	o.eachRow(len(sums), func(i int, c Mem) { o.loadRow(sums[i], c) })
	JMP(LabelRef(label("start")))
	o.zero(label("zero"), sums)
}

// fromMemory begins the sums with what is there, row by row, or with zero.
func (o operands) fromMemory(label func(string) string, sums [][]VecVirtual) {
	Comment("The sums begin with what lies at from, or with zero.")
	from := Mem{Base: Load(Param("from"), GP64())}
	TESTQ(from.Base, from.Base)
	JZ(LabelRef(label("zero")))
	for i := range sums {
		o.loadRow(sums[i], from)
		ADDQ(vec.Param("ldf"), from.Base)
	}
	MOVQ(from.Base, vec.Param("from"))
	JMP(LabelRef(label("start")))
	o.zero(label("zero"), sums)
}

func (o operands) loadRow(sums []VecVirtual, from Mem) {
	for j, sum := range sums {
		o.load(j, from.Offset(j*o.width.Bytes()), sum)
	}
}

func (o operands) zero(label string, sums [][]VecVirtual) {
	Label(label)
	for i := range sums {
		for _, sum := range sums[i] {
			o.width.Zero(sum)
		}
	}
}

// cut cuts the sums at both ends. NaN and a zero's sign stay.
func (o operands) cut(sums [][]VecVirtual) {
	low, high := o.width.Register(), o.width.Register()
	o.width.Broadcast(vec.Param("low"), low)
	o.width.Broadcast(vec.Param("high"), high)
	for i := range sums {
		for _, sum := range sums[i] {
			o.width.Max(low, sum, sum)
			o.width.Min(high, sum, sum)
		}
	}
}

// sum adds the product of k elements of each row of A, which begin at a, and of
// k rows of B.
func (o operands) sum(label string, sums [][]VecVirtual, begin Register, b Mem) {
	o.steps(label, sums, o.rowPointers(len(sums), begin), b, Load(Param("k"), GP64()), o.ahead())
}

// steps goes k steps on, from the elements of A that a points at and the row b of
// B. Ahead is nil or how far ahead rows of B are fetched.
func (o operands) steps(label string, sums [][]VecVirtual, a []Register, b Mem, k, ahead Register) {
	Label(label)
	if ahead != nil {
		for at := 0; at < o.vectors*o.width.Bytes(); at += cacheLine {
			PREFETCHT0(Mem{Base: b.Base, Index: ahead, Scale: 1, Disp: at})
		}
	}
	vs := o.width.Registers(o.vectors)
	for j, v := range vs {
		o.load(j, b.Offset(j*o.width.Bytes()), v)
	}
	for i := range sums {
		if o.vectors == 1 && o.width == vec.ZMM { // nothing shares what is broadcast
			VFMADD231PS_BCST(o.element(a, i), vs[0], sums[i][0])
			continue
		}
		s := o.width.Register()
		o.width.Broadcast(o.element(a, i), s)
		for j, sum := range sums[i] {
			o.width.FMA(s, vs[j], sum)
		}
	}
	for _, p := range a {
		if o.taps {
			ADDQ(vec.Param("step"), p) // no register is left for it
		} else {
			ADDQ(o.csa, p)
		}
	}
	ADDQ(o.ldb, b.Base)
	DECQ(k)
	JNZ(LabelRef(label))
}

const cacheLine = 64 // bytes

// ahead is how far ahead of the row of B that is multiplied one is fetched, in
// bytes, or nil. Where rows of B are long, each lies in a page of its own, and no
// processor foresees the next. Narrow tiles are of small matrices, and those of
// taps have no register left.
func (o operands) ahead() Register {
	if o.vectors < 4 || o.taps {
		return nil
	}
	ahead := GP64()
	MOVQ(o.ldb, ahead)
	SHLQ(U8(4), ahead) // sixteen rows
	return ahead
}

// eachRow calls f with the beginning of each row of the tile of C and returns
// where the tile below begins.
func (o operands) eachRow(rows int, f func(i int, c Mem)) Register {
	c := GP64()
	MOVQ(o.c, c)
	for i := range rows {
		f(i, Mem{Base: c})
		ADDQ(o.ldc, c)
	}
	return c
}

// rowPointers points at every fourth row of the tile of A that begins at begin.
func (o operands) rowPointers(rows int, begin Register) []Register {
	var ps []Register
	for i := 0; i < rows; i += 4 {
		p := GP64()
		if i == 0 {
			MOVQ(begin, p)
		} else {
			LEAQ(Mem{Base: ps[len(ps)-1], Index: o.rsa, Scale: 4}, p)
		}
		ps = append(ps, p)
	}
	return ps
}

// element is the element of A in row i, given rowPointers.
func (o operands) element(ps []Register, i int) Mem {
	return vec.Line(Mem{Base: ps[i/4]}, o.rsa, o.rsa3, i%4)
}

// load loads the vector j of a row.
func (o operands) load(j int, from Mem, to Register) {
	if o.masked && j == o.vectors-1 {
		o.mask.Load(from, to)
		return
	}
	o.width.Load(from, to)
}

// store stores the vector j of a row.
func (o operands) store(j int, from Register, to Mem) {
	if o.masked && j == o.vectors-1 {
		o.mask.Store(from, to)
		return
	}
	o.width.Store(from, to)
}

// peak generates what the product's rate is measured against: it only
// multiplies and adds, in as many sums as hide the latency.
func peak(w vec.Width) {
	name := "fmaPeak" + w.Level()
	const sums = 12
	vec.Function(name, "func(n int)")
	Doc(fmt.Sprintf("%s does %d vectors' multiplications and additions, n times, for a benchmark to compare with.", name, sums))
	n, zero := Load(Param("n"), GP64()), w.Register()
	w.Zero(zero)
	rs := w.Registers(sums)
	for _, r := range rs {
		w.Zero(r)
	}
	Label("loop")
	for _, r := range rs {
		w.FMA(zero, zero, r)
	}
	DECQ(n)
	JNZ(LabelRef("loop"))
	vec.Return()
}
