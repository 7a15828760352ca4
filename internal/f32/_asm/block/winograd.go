package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/vec"
)

// square points at a vector of each of the elements of a 4×4 square, which lie
// a fixed number of bytes apart.
type square struct {
	rows        [4]Register
	apart, wide Register // wide is 3·apart
}

func newSquare(first Register, apart Register) square {
	s := square{apart: apart, wide: vec.Triple(apart)}
	s.rows[0] = first
	for i := 1; i < 4; i++ {
		s.rows[i] = GP64()
		LEAQ(Mem{Base: s.rows[i-1], Index: apart, Scale: 4}, s.rows[i])
	}
	return s
}

func (s square) at(row, col int) Mem {
	p := Mem{Base: s.rows[row]}
	switch col {
	case 1:
		return p.Idx(s.apart, 1)
	case 2:
		return p.Idx(s.apart, 2)
	case 3:
		return p.Idx(s.wide, 1)
	}
	return p
}

// next moves on by one vector.
func (s square) next(w vec.Width) {
	for _, r := range s.rows {
		ADDQ(I32(w.Bytes()), r)
	}
}

func winogradFilter(w vec.Width) {
	vec.Function("winogradFilter"+w.Level(), "func(u *float32, stride int, k *float32, plane, n int)")
	Doc("winogradFilter" + w.Level() + " is winogradFilter for n weights of each tap; plane is cp·fp.")

	plane := vec.Stride("plane")
	u := newSquare(Load(Param("u"), GP64()), vec.Stride("stride"))
	k := [3]Mem{vec.Pointer("k"), {Base: GP64()}, {Base: GP64()}}
	for i := 1; i < 3; i++ {
		LEAQ(Mem{Base: k[i-1].Base, Index: plane, Scale: 2}, k[i].Base)
		ADDQ(plane, k[i].Base)
	}
	halves := w.Register()
	w.Broadcast(half, halves)
	// blend is (a+c+b)/2 and (a+c-b)/2, the latter in place of b.
	blend := func(a, b, c VecVirtual) VecVirtual {
		sum := w.Register()
		w.Add(a, c, sum)
		difference := w.Register()
		w.Sub(sum, b, difference)
		w.Add(sum, b, sum)
		w.Mul(halves, sum, sum)
		w.Mul(halves, difference, b)
		return sum
	}

	n := Load(Param("n"), GP64())
	Label("vector")
	var rows [4][3]VecVirtual
	for col, offset := range []func(Mem) Mem{
		func(m Mem) Mem { return m },
		func(m Mem) Mem { return m.Idx(plane, 1) },
		func(m Mem) Mem { return m.Idx(plane, 2) },
	} {
		a, b, c := w.Register(), w.Register(), w.Register()
		w.Load(offset(k[0]), a)
		w.Load(offset(k[1]), b)
		w.Load(offset(k[2]), c)
		rows[0][col], rows[1][col], rows[2][col], rows[3][col] = a, blend(a, b, c), b, c
	}
	for i, r := range rows {
		w.Store(r[0], u.at(i, 0))
		w.Store(blend(r[0], r[1], r[2]), u.at(i, 1))
		w.Store(r[1], u.at(i, 2))
		w.Store(r[2], u.at(i, 3))
	}
	u.next(w)
	for _, k := range k {
		ADDQ(I32(w.Bytes()), k.Base)
	}
	SUBQ(I32(w.Lanes()), n)
	JNZ(LabelRef("vector"))
	vec.Return()
}

func winogradInput(w vec.Width) {
	vec.Function("winogradInput"+w.Level(), "func(v *float32, stride int, x *float32, rows, cols, w, cp int)")
	Doc("winogradInput" + w.Level() + " is winogradInput for rows·cols cells.")

	v := newSquare(Load(Param("v"), GP64()), vec.Stride("stride"))
	perPixel := vec.Stride("cp")
	perRow := GP64()
	MOVQ(perPixel, perRow)
	IMULQ(vec.Param("w"), perRow)
	perRow3 := vec.Triple(perRow)

	Label("row")
	var x [4]Register // the columns of pixels under a cell
	x[0] = Load(Param("x"), GP64())
	for i := 1; i < 4; i++ {
		x[i] = GP64()
		LEAQ(Mem{Base: x[i-1], Index: perPixel, Scale: 1}, x[i])
	}
	pixels := func(row int) (ms [4]Mem) {
		for col := range ms {
			switch ms[col] = (Mem{Base: x[col]}); row {
			case 1:
				ms[col] = ms[col].Idx(perRow, 1)
			case 2:
				ms[col] = ms[col].Idx(perRow, 2)
			case 3:
				ms[col] = ms[col].Idx(perRow3, 1)
			}
		}
		return ms
	}
	cols := Load(Param("cols"), GP64())
	Label("cell")
	channels := Load(Param("cp"), GP64())
	Label("vector")
	d1, d2 := w.Registers(4), w.Registers(4)
	for col := range 4 {
		w.Load(pixels(1)[col], d1[col])
		w.Load(pixels(2)[col], d2[col])
	}
	for row := range 4 {
		t := w.Registers(4)
		for col := range 4 {
			switch row {
			case 0:
				w.Load(pixels(0)[col], t[col])
				w.Sub(t[col], d2[col], t[col])
			case 1:
				w.Add(d1[col], d2[col], t[col])
			case 2:
				w.Sub(d2[col], d1[col], t[col])
			case 3:
				w.Sub(d1[col], pixels(3)[col], t[col])
			}
		}
		out := w.Register()
		w.Sub(t[0], t[2], t[0])
		w.Add(t[1], t[2], out)
		w.Sub(t[2], t[1], t[2])
		w.Sub(t[1], t[3], t[3])
		for col, r := range []VecVirtual{t[0], out, t[2], t[3]} {
			w.Store(r, v.at(row, col))
		}
	}
	v.next(w)
	for _, x := range x {
		ADDQ(I32(w.Bytes()), x)
	}
	SUBQ(I32(w.Lanes()), channels)
	JNZ(LabelRef("vector"))
	for _, x := range x {
		ADDQ(perPixel, x)
	}
	DECQ(cols)
	JNZ(LabelRef("cell"))
	LEAQ(Mem{Base: perRow, Index: perRow, Scale: 1}, x[0])
	ADDQ(x[0], vec.Param("x"))
	DECQ(vec.Param("rows"))
	JNZ(LabelRef("row"))
	vec.Return()
}

func winogradOutput(w vec.Width) {
	vec.Function("winogradOutput"+w.Level(), "func(y *float32, arg *uint8, m *float32, stride int, bias *float32, cells, fp int)")
	Doc("winogradOutput" + w.Level() + " is winogradOutput.")

	y, arg := vec.Pointer("y"), vec.Pointer("arg")
	m := newSquare(Load(Param("m"), GP64()), vec.Stride("stride"))
	cells := Load(Param("cells"), GP64())
	reduce := pool{width: w}

	Label("cell")
	bias, filters := vec.Pointer("bias"), Load(Param("fp"), GP64())
	Label("vector")
	var values [4][]VecVirtual
	for lanes := 0; lanes < vec.ZMM.Lanes(); lanes += w.Lanes() {
		var t [2][4]VecVirtual
		for col := range 4 {
			m1, m2, a, b := w.Register(), w.Register(), w.Register(), w.Register()
			w.Load(m.at(1, col), m1)
			w.Load(m.at(2, col), m2)
			if col == 1 { // this element has a part in all four values
				w.Add(bias, m1, m1)
			}
			w.Add(m1, m2, a)
			w.Sub(m1, m2, b)
			w.Add(m.at(0, col), a, a)
			w.Sub(b, m.at(3, col), b)
			t[0][col], t[1][col] = a, b
		}
		for row, t := range t {
			w.Add(t[0], t[1], t[0])
			w.Add(t[0], t[2], t[0])
			w.Sub(t[1], t[2], t[1])
			w.Sub(t[1], t[3], t[1])
			values[2*row] = append(values[2*row], t[0])
			values[2*row+1] = append(values[2*row+1], t[1])
		}
		m.next(w)
		ADDQ(I32(w.Bytes()), bias.Base)
	}
	reduce.cell(values, y, arg)
	ADDQ(I32(vec.ZMM.Bytes()), y.Base)
	ADDQ(I32(vec.ZMM.Lanes()), arg.Base)
	SUBQ(I32(vec.ZMM.Lanes()), filters)
	JNZ(LabelRef("vector"))
	DECQ(cells)
	JNZ(LabelRef("cell"))
	reduce.finish()
}
