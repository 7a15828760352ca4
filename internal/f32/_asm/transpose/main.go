// Command transpose generates the kernels that transpose a matrix, in square
// blocks as high as a register is wide.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/vec"
)

func main() {
	for _, w := range vec.Widths {
		block{width: w}.generate()
	}
	vec.Generate()
}

// block is a square of x, whose rows become columns of y.
type block struct {
	width      vec.Width
	x, y       Register
	ldx, ldy   Register // in bytes
	rows, cols Register // what there is of x from the block on
}

func (b block) generate() {
	name := "transpose" + b.width.Level()
	vec.Function(name, "func(y *float32, ldy int, x *float32, ldx, rows, cols int)")
	Doc(
		name+" is transpose for a strip of x of 1 to as many rows as a",
		"register has lanes, and at least one column.",
	)
	b.x, b.y = Load(Param("x"), GP64()), Load(Param("y"), GP64())
	b.ldx, b.ldy = vec.Stride("ldx"), vec.Stride("ldy")
	b.rows, b.cols = Load(Param("rows"), GP64()), Load(Param("cols"), GP64())
	lanes := I32(b.width.Lanes())

	CMPQ(b.rows, lanes)
	JLT(LabelRef("edge"))
	Label("blocks")
	CMPQ(b.cols, lanes)
	JLT(LabelRef("edge"))
	b.whole()
	b.next()
	SUBQ(lanes, b.cols)
	JNZ(LabelRef("blocks"))
	vec.Return()

	Label("edge")
	b.part()
	b.next()
	SUBQ(lanes, b.cols)
	JG(LabelRef("edge"))
	vec.Return()
}

// next moves to the columns that follow.
func (b block) next() {
	step := GP64()
	ADDQ(I32(b.width.Bytes()), b.x)
	IMUL3Q(I32(b.width.Lanes()), b.ldy, step)
	ADDQ(step, b.y)
}

// whole transposes a block that lies in x.
func (b block) whole() {
	x, x3 := Mem{Base: GP64()}, vec.Triple(b.ldx)
	MOVQ(b.x, x.Base)
	y, y3 := Mem{Base: GP64()}, vec.Triple(b.ldy)
	var rows []VecVirtual
	for i := range b.width.Lanes() {
		if i > 0 && i%4 == 0 {
			LEAQ(x.Idx(b.ldx, 4), x.Base)
		}
		v := b.width.Register()
		b.width.Load(vec.Line(x, b.ldx, x3, i%4), v)
		rows = append(rows, v)
	}
	MOVQ(b.y, y.Base)
	for j, v := range b.turned(rows) {
		if j > 0 && j%4 == 0 {
			LEAQ(y.Idx(b.ldy, 4), y.Base)
		}
		b.width.Store(v, vec.Line(y, b.ldy, y3, j%4))
	}
}

// part transposes a block that may reach beyond x. The rows beyond are the last
// one again, and cut from what is stored. The columns beyond are stored where
// the last one is, which comes after them.
func (b block) part() {
	cols, lanes := GP64(), GP64()
	MOVQ(b.cols, cols)
	MOVQ(I32(b.width.Lanes()), lanes)
	CMPQ(cols, lanes)
	CMOVQGT(lanes, cols)
	MOVQ(cols, vec.Param("cols"))
	inRow, inColumn := b.width.Mask(vec.Param("cols")), b.width.Mask(vec.Param("rows"))

	x, step, zero := Mem{Base: GP64()}, GP64(), GP64()
	MOVQ(b.x, x.Base)
	MOVQ(b.ldx, step)
	XORQ(zero, zero)
	var rows []VecVirtual
	for i := range b.width.Lanes() {
		if i > 0 {
			CMPQ(b.rows, I8(i))
			CMOVQLE(zero, step)
			ADDQ(step, x.Base)
		}
		v := b.width.Register()
		inRow.Load(x, v)
		rows = append(rows, v)
	}

	columns := b.turned(rows)
	y := Mem{Base: GP64()}
	LEAQ(Mem{Base: cols, Disp: -1}, y.Base)
	IMULQ(b.ldy, y.Base)
	ADDQ(b.y, y.Base)
	XORQ(step, step)
	for j := len(columns) - 1; j >= 0; j-- {
		inColumn.Store(columns[j], y)
		CMPQ(cols, I8(j))
		CMOVQGT(b.ldy, step)
		SUBQ(step, y.Base)
	}
}

// turned transposes a square in registers: first squares of 4×4, then a matrix
// of these.
func (b block) turned(rows []VecVirtual) []VecVirtual {
	w := b.width
	squares := make([][4]VecVirtual, len(rows)/4)
	for q := range squares {
		r := rows[4*q : 4*q+4]
		low01, high01, low23, high23 := w.Register(), w.Register(), w.Register(), w.Register()
		VUNPCKLPS(r[1], r[0], low01)
		VUNPCKHPS(r[1], r[0], high01)
		VUNPCKLPS(r[3], r[2], low23)
		VUNPCKHPS(r[3], r[2], high23)
		for i := range squares[q] {
			squares[q][i] = w.Register()
		}
		VUNPCKLPD(low23, low01, squares[q][0])
		VUNPCKHPD(low23, low01, squares[q][1])
		VUNPCKLPD(high23, high01, squares[q][2])
		VUNPCKHPD(high23, high01, squares[q][3])
	}

	columns := w.Registers(len(rows))
	for i := range 4 {
		if w == vec.YMM {
			VPERM2F128(U8(0x20), squares[1][i], squares[0][i], columns[i])
			VPERM2F128(U8(0x31), squares[1][i], squares[0][i], columns[4+i])
			continue
		}
		low01, high01, low23, high23 := w.Register(), w.Register(), w.Register(), w.Register()
		VSHUFF32X4(U8(0x44), squares[1][i], squares[0][i], low01)
		VSHUFF32X4(U8(0xee), squares[1][i], squares[0][i], high01)
		VSHUFF32X4(U8(0x44), squares[3][i], squares[2][i], low23)
		VSHUFF32X4(U8(0xee), squares[3][i], squares[2][i], high23)
		VSHUFF32X4(U8(0x88), low23, low01, columns[i])
		VSHUFF32X4(U8(0xdd), low23, low01, columns[4+i])
		VSHUFF32X4(U8(0x88), high23, high01, columns[8+i])
		VSHUFF32X4(U8(0xdd), high23, high01, columns[12+i])
	}
	return columns
}
