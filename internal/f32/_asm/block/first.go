package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/vec"
)

// firstBlock keeps the four values of a cell, for some vectors of filters, in
// registers over the taps.
func firstBlock(w vec.Width, vectors int) {
	filters := vectors * w.Lanes()
	vec.Function(fmt.Sprintf("firstBlock%d%s", filters, w.Level()),
		"func(y *float32, arg *uint8, x, k, bias *float32, c, rows, cols, plane, w, fp int)")
	Doc(fmt.Sprintf("firstBlock%d%s is firstBlock for %d of the fp filters; plane is h·w.", filters, w.Level(), filters))

	y, arg := vec.Pointer("y"), vec.Pointer("arg")
	kernel, bias := vec.Pointer("k"), vec.Pointer("bias")
	perTap, perRow := vec.Stride("fp"), vec.Stride("w")
	perRow3 := vec.Triple(perRow)
	biases := w.Registers(vectors)
	for i, b := range biases {
		w.Load(bias.Offset(i*w.Bytes()), b)
	}
	SHLQ(U8(2), vec.Param("plane"))
	reduce := pool{width: w}

	Label("row")
	x, cols := vec.Pointer("x"), Load(Param("cols"), GP64())
	Label("cell")
	var values [4][]VecVirtual
	for p := range values {
		values[p] = w.Registers(vectors)
		for i, v := range values[p] {
			VMOVAPS(biases[i], v)
		}
	}
	channels := Load(Param("c"), GP64())
	pixels, weights := Mem{Base: GP64()}, Mem{Base: GP64()}
	MOVQ(x.Base, pixels.Base)
	MOVQ(kernel.Base, weights.Base)
	Label("channel")
	rows := []Mem{pixels, pixels.Idx(perRow, 1), pixels.Idx(perRow, 2), pixels.Idx(perRow3, 1)}
	for tap := range 9 {
		ws := w.Registers(vectors)
		for i, v := range ws {
			w.Load(weights.Offset(i*w.Bytes()), v)
		}
		for p := range values {
			pixel := w.Register()
			w.Broadcast(rows[tap/3+p/2].Offset(4*(tap%3+p%2)), pixel)
			for i, v := range values[p] {
				w.FMA(pixel, ws[i], v)
			}
		}
		ADDQ(perTap, weights.Base)
	}
	ADDQ(vec.Param("plane"), pixels.Base)
	DECQ(channels)
	JNZ(LabelRef("channel"))

	reduce.cell(values, y, arg)
	ADDQ(perTap, y.Base)
	ADDQ(vec.Param("fp"), arg.Base)
	ADDQ(U8(8), x.Base)
	DECQ(cols)
	JNZ(LabelRef("cell"))

	below := GP64()
	LEAQ(Mem{Base: perRow, Index: perRow, Scale: 1}, below)
	ADDQ(below, vec.Param("x"))
	DECQ(vec.Param("rows"))
	JNZ(LabelRef("row"))
	reduce.finish()
}

// firstBlockGrad keeps the gradients of a plane's nine weights and of the bias,
// for some vectors of filters, in registers over the cells.
//
// The pixels under a cell's four values make a square of 4×4, and those that
// one tap meets in different filters are a permutation of it.
func firstBlockGrad(w vec.Width, vectors int) {
	filters := vectors * w.Lanes()
	vec.Function(fmt.Sprintf("firstBlockGrad%d%s", filters, w.Level()),
		"func(dk, db, gy *float32, arg *uint8, x *float32, rows, cols, w, fp int)")
	Doc(fmt.Sprintf("firstBlockGrad%d%s is firstBlockGrad for %d of the fp filters and one plane.", filters, w.Level(), filters))

	dk, db := vec.Pointer("dk"), vec.Pointer("db")
	gy, arg := vec.Pointer("gy"), vec.Pointer("arg")
	perTap, perRow := vec.Stride("fp"), vec.Stride("w")
	perRow3 := vec.Triple(perRow)
	taps := make([][]VecVirtual, 9)
	bias := w.Registers(vectors)
	tap := GP64()
	MOVQ(dk.Base, tap)
	for i := range taps {
		taps[i] = w.Registers(vectors)
		for j, sum := range taps[i] {
			w.Load(Mem{Base: tap}.Offset(j*w.Bytes()), sum)
		}
		ADDQ(perTap, tap)
	}
	for j, sum := range bias {
		w.Load(db.Offset(j*w.Bytes()), sum)
	}
	p := patch{width: w, rows: func(x Mem) [4]Mem {
		return [4]Mem{x, x.Idx(perRow, 1), x.Idx(perRow, 2), x.Idx(perRow3, 1)}
	}}
	p.prepare()

	Label("row")
	x, cols := vec.Pointer("x"), Load(Param("cols"), GP64())
	Label("cell")
	p.load(x)
	for j := range vectors {
		sums := make([]VecVirtual, 9)
		for i := range taps {
			sums[i] = taps[i][j]
		}
		p.add(gy.Offset(j*w.Bytes()), arg.Offset(j*w.Lanes()), sums, bias[j])
	}
	ADDQ(perTap, gy.Base)
	ADDQ(vec.Param("fp"), arg.Base)
	ADDQ(U8(8), x.Base)
	DECQ(cols)
	JNZ(LabelRef("cell"))
	below := GP64()
	LEAQ(Mem{Base: perRow, Index: perRow, Scale: 1}, below)
	ADDQ(below, vec.Param("x"))
	DECQ(vec.Param("rows"))
	JNZ(LabelRef("row"))

	MOVQ(dk.Base, tap)
	for _, sums := range taps {
		for j, sum := range sums {
			w.Store(sum, Mem{Base: tap}.Offset(j*w.Bytes()))
		}
		ADDQ(perTap, tap)
	}
	for j, sum := range bias {
		w.Store(sum, db.Offset(j*w.Bytes()))
	}
	vec.Return()
}

// patch is the square of 4×4 pixels under a cell.
type patch struct {
	width vec.Width
	rows  func(x Mem) [4]Mem // where the rows lie, given the first

	// With AVX-512 all of it is in one register; with AVX2 the rows 0 and 1, 1
	// and 2, 2 and 3.
	pixels []VecVirtual

	// For AVX-512: constants, and the lanes of rows 1 to 3.
	one, two, four VecVirtual
	quarters       [4]Register
}

func (p *patch) prepare() {
	if p.width == vec.YMM {
		return
	}
	p.one, p.two, p.four = ZMM(), ZMM(), ZMM()
	VPBROADCASTD(place(1), p.one)
	VPBROADCASTD(place(2), p.two)
	VPBROADCASTD(place(4), p.four)
	for row := 1; row < 4; row++ {
		lanes := GP32()
		MOVL(U32(0xf<<(4*row)), lanes)
		p.quarters[row] = K()
		KMOVW(lanes, p.quarters[row])
	}
}

func (p *patch) load(x Mem) {
	rows := p.rows(x)
	if p.width == vec.ZMM {
		all := ZMM()
		VMOVUPS(rows[0], all.AsX())
		for row := 1; row < 4; row++ {
			VBROADCASTF32X4(rows[row], p.quarters[row], all)
		}
		p.pixels = []VecVirtual{all}
		return
	}
	p.pixels = p.width.Registers(3)
	for i, pair := range p.pixels {
		VMOVUPS(rows[i], pair.(Vec).AsX())
		VINSERTF128(U8(1), rows[i+1], pair, pair)
	}
}

// add adds a cell's part to the sums of one vector of filters.
func (p *patch) add(gy, arg Mem, taps []VecVirtual, bias VecVirtual) {
	at := p.width.Register()
	VPMOVZXBD(arg, at)
	if p.width == vec.ZMM {
		p.addAVX512(gy, at, taps, bias)
	} else {
		p.addAVX2(gy, at, taps, bias)
	}
}

// Places 0, 1, 2 and 3 begin at pixels 0, 1, 4 and 5: at + at&2.

func (p *patch) addAVX512(gy Mem, at VecVirtual, taps []VecVirtual, bias VecVirtual) {
	alive, grad, down := K(), ZMM(), ZMM()
	VPTESTNMD(p.four, at, alive)
	VPANDD(p.two, at, down)
	VPADDD(down, at, at)
	VMOVUPS(gy, grad)
	VADDPS(grad, bias, alive, bias)
	for tap, sum := range taps {
		pixel := ZMM()
		VPERMPS(p.pixels[0], at, pixel)
		VFMADD231PS(pixel, grad, alive, sum)
		switch {
		case tap == 8:
		case tap%3 == 2:
			VPADDD(p.two, at, at)
		default:
			VPADDD(p.one, at, at)
		}
	}
}

func (p *patch) addAVX2(gy Mem, at VecVirtual, taps []VecVirtual, bias VecVirtual) {
	grad, dead, constant := YMM(), YMM(), YMM()
	VPSLLD(U8(29), at, dead)
	VPSRAD(U8(31), dead, dead)
	VANDNPS(gy, dead, grad)
	VADDPS(grad, bias, bias)
	VPBROADCASTD(place(2), constant)
	VPAND(constant, at, constant)
	VPADDD(constant, at, at)
	for col := range 3 {
		if col > 0 {
			one := YMM()
			VPBROADCASTD(place(1), one)
			VPADDD(one, at, at)
		}
		for row, pair := range p.pixels {
			pixel := YMM()
			VPERMPS(pair, at, pixel)
			VFMADD231PS(pixel, grad, taps[row*3+col])
		}
	}
}

// biasGrad keeps the sums of one vector of filters in a register over the
// cells.
func biasGrad(w vec.Width) {
	vec.Function("biasGrad"+w.Level(), "func(db, gy *float32, arg *uint8, cells, fp, n int)")
	Doc("biasGrad" + w.Level() + " is biasGrad for n of the fp filters.")

	db, n := vec.Pointer("db"), Load(Param("n"), GP64())
	fp, perCell := Load(Param("fp"), GP64()), vec.Stride("fp")
	four := w.Register()
	VPBROADCASTD(place(dead), four)
	Label("vector")
	gy, arg := vec.Pointer("gy"), vec.Pointer("arg")
	cells := Load(Param("cells"), GP64())
	sum, at := w.Register(), w.Register()
	w.Load(db, sum)
	Label("cell")
	VPMOVZXBD(arg, at)
	if w == vec.ZMM {
		alive := K()
		VPTESTNMD(four, at, alive)
		VADDPS(gy, sum, alive, sum)
	} else {
		VPCMPEQD(four, at, at)
		VANDNPS(gy, at, at)
		w.Add(at, sum, sum)
	}
	ADDQ(perCell, gy.Base)
	ADDQ(fp, arg.Base)
	DECQ(cells)
	JNZ(LabelRef("cell"))
	w.Store(sum, db)
	ADDQ(I32(w.Bytes()), db.Base)
	ADDQ(I32(w.Bytes()), vec.Param("gy"))
	ADDQ(I32(w.Lanes()), vec.Param("arg"))
	SUBQ(I32(w.Lanes()), n)
	JNZ(LabelRef("vector"))
	vec.Return()
}
