package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/vec"
)

// generateParts generates the product whose sums are taken part by part. The sums
// of parts wait on a stack in memory for those that they are added to.
func (k kernel) generateParts() {
	name := fmt.Sprintf("gemmParts%dx%d%s", k.rows, k.vectors, k.width.Level())
	vec.Function(name, "func(c *float32, ldc int, a *float32, rsa, csa int, b *float32, ldb int, parts *int, count int, stack *float32, rows, tall, short, lanes int)")
	Doc(
		fmt.Sprintf("%s computes a column of tiles: tall of rows rows, 1 to %d, and below them", name, k.rows),
		fmt.Sprintf("short of one row less. They are %s. count, each of parts and tall are at least 1; ldc is in bytes.", k.breadth()),
	)
	// What is left of the registers holds what the inner loop reads.
	o := operands{kernel: k, rsa: vec.Stride("rsa"), csa: vec.Stride("csa"), ldb: vec.Stride("ldb")}
	o.rsa3 = vec.Triple(o.rsa)
	if k.masked {
		o.mask = k.width.Mask(vec.Param("lanes"))
	}
	k.heights(o.partTiles)
}

// partTiles computes the tall tiles. The code for those of one row less follows
// it.
func (o operands) partTiles(rows int) {
	label := func(part string) string { return fmt.Sprintf("%s%d", part, rows) }
	sums := o.registers(rows)
	Label(label("tiles"))
	o.sumParts(label, sums)

	c := Mem{Base: Load(Param("c"), GP64())}
	for i := range sums {
		for j, sum := range sums[i] {
			o.store(j, sum, c.Offset(j*o.width.Bytes()))
		}
		ADDQ(vec.Param("ldc"), c.Base)
	}
	MOVQ(c.Base, vec.Param("c"))
	o.goOn(rows, vec.Param("a"), label("tiles"))
}

// sumParts leaves the sum of all parts in the registers.
func (o operands) sumParts(label func(string) string, sums [][]VecVirtual) {
	a := o.rowPointers(len(sums), Load(Param("a"), GP64()))
	b, parts, stack := vec.Pointer("b"), vec.Pointer("parts"), vec.Pointer("stack")
	done := GP64()
	XORQ(done, done)
	o.zero(label("part"), sums)
	k := GP64()
	MOVQ(parts, k)
	o.steps(label("sum"), sums, a, b, k, nil)
	ADDQ(U8(8), parts.Base)
	INCQ(done)

	Comment("Two parts are added, and two of these, as often as two divides those done.")
	pairs := GP64()
	MOVQ(done, pairs)
	Label(label("pair"))
	TESTQ(U32(1), pairs)
	JNZ(LabelRef(label("push")))
	o.pop(sums, stack)
	SHRQ(U8(1), pairs)
	JMP(LabelRef(label("pair")))

	Label(label("push"))
	CMPQ(done, vec.Param("count"))
	JEQ(LabelRef(label("rest")))
	o.onStack(sums, func(sum VecVirtual, at int) { o.width.Store(sum, stack.Offset(at)) })
	ADDQ(I32(o.height(sums)), stack.Base)
	JMP(LabelRef(label("part")))

	Label(label("rest"))
	CMPQ(stack.Base, vec.Param("stack"))
	JEQ(LabelRef(label("store")))
	o.pop(sums, stack)
	JMP(LabelRef(label("rest")))
	Label(label("store"))
}

// pop adds the topmost sums of the stack.
func (o operands) pop(sums [][]VecVirtual, stack Mem) {
	SUBQ(I32(o.height(sums)), stack.Base)
	o.onStack(sums, func(sum VecVirtual, at int) { o.width.Add(stack.Offset(at), sum, sum) })
}

// onStack calls f with each sum and where it lies among those of a part.
func (o operands) onStack(sums [][]VecVirtual, f func(sum VecVirtual, at int)) {
	for i := range sums {
		for j, sum := range sums[i] {
			f(sum, (i*o.vectors+j)*o.width.Bytes())
		}
	}
}

// height is how many bytes of the stack the sums of a part take.
func (o operands) height(sums [][]VecVirtual) int { return len(sums) * o.vectors * o.width.Bytes() }
