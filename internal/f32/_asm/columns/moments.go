package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/vec"
)

// doubles are columns in double precision, a register for as many as it holds.
type doubles struct {
	width vec.Width
	regs  []VecVirtual
}

func newDoubles(w vec.Width, columns int) doubles {
	return doubles{w, w.Registers(2 * columns / w.Lanes())}
}

// offset is where register i lies in doubles, and in floats.
func (d doubles) offset(i int) int { return i * d.width.Bytes() }
func (d doubles) half(i int) int   { return i * d.width.Bytes() / 2 }

// load reads doubles, which begin where floats would at byte at.
func (d doubles) load(from Mem, at Register) {
	for i, r := range d.regs {
		VMOVUPD(from.Idx(at, 2).Offset(d.offset(i)), r)
	}
}

func (d doubles) store(to Mem, at Register) {
	for i, r := range d.regs {
		VMOVUPD(r, to.Idx(at, 2).Offset(d.offset(i)))
	}
}

// float reads the floats for register i as doubles.
func (d doubles) float(i int, from Mem, at Register) VecVirtual {
	v := d.width.Register()
	VCVTPS2PD(from.Idx(at, 1).Offset(d.half(i)), v)
	return v
}

// columnSums keeps the sums of some columns in registers over the rows.
func columnSums(w vec.Width) {
	name := "columnSums" + w.Level()
	vec.Function(name, "func(sum *float64, x *float32, rows, c int)")
	Doc(name + " is columnSums for c columns; neither rows nor c is zero.")
	sums, x := vec.Pointer("sum"), vec.Pointer("x")
	sizes := map[vec.Width][]int{vec.ZMM: {64, 32, 16}, vec.YMM: {32, 16}}[w]
	eachChunk(w, sizes, func(columns int, at Register) (func(Register), func()) {
		sum := newDoubles(w, columns)
		sum.load(sums, at)
		row := func(at Register) {
			for i, r := range sum.regs {
				VADDPD(sum.float(i, x, at), r, r)
			}
		}
		return row, func() { sum.store(sums, at) }
	})
}

// columnSpread keeps the sums and the means of some columns in registers over
// the rows.
func columnSpread(w vec.Width) {
	name := "columnSpread" + w.Level()
	vec.Function(name, "func(sum *float64, x *float32, mean *float64, rows, c int)")
	Doc(name + " is columnSpread for c columns; neither rows nor c is zero.")
	sums, x, means := vec.Pointer("sum"), vec.Pointer("x"), vec.Pointer("mean")
	sizes := map[vec.Width][]int{vec.ZMM: {64, 32, 16}, vec.YMM: {16}}[w]
	eachChunk(w, sizes, func(columns int, at Register) (func(Register), func()) {
		sum, mean := newDoubles(w, columns), newDoubles(w, columns)
		sum.load(sums, at)
		mean.load(means, at)
		row := func(at Register) {
			for i, r := range sum.regs {
				v := sum.float(i, x, at)
				VSUBPD(mean.regs[i], v, v)
				VFMADD231PD(v, v, r)
			}
		}
		return row, func() { sum.store(sums, at) }
	})
}

// columnProducts keeps both sums and the means of some columns in registers over
// the rows.
func columnProducts(w vec.Width) {
	name := "columnProducts" + w.Level()
	vec.Function(name, "func(sum, product *float64, grad, x *float32, mean *float64, rows, c int)")
	Doc(name + " is columnProducts for c columns; neither rows nor c is zero.")
	sums, products := vec.Pointer("sum"), vec.Pointer("product")
	grad, x, means := vec.Pointer("grad"), vec.Pointer("x"), vec.Pointer("mean")
	sizes := map[vec.Width][]int{vec.ZMM: {64, 32, 16}, vec.YMM: {16}}[w]
	eachChunk(w, sizes, func(columns int, at Register) (func(Register), func()) {
		sum, product, mean := newDoubles(w, columns), newDoubles(w, columns), newDoubles(w, columns)
		sum.load(sums, at)
		product.load(products, at)
		mean.load(means, at)
		row := func(at Register) {
			for i := range sum.regs {
				g, v := sum.float(i, grad, at), sum.float(i, x, at)
				VADDPD(g, sum.regs[i], sum.regs[i])
				VSUBPD(mean.regs[i], v, v)
				VFMADD231PD(g, v, product.regs[i])
			}
		}
		end := func() {
			sum.store(sums, at)
			product.store(products, at)
		}
		return row, end
	})
}

// columnProductsCut is columnProducts with what was cut found out again in single
// precision.
func columnProductsCut(w vec.Width) {
	name := "columnProductsCut" + w.Level()
	vec.Function(name, "func(sum, product *float64, grad, x *float32, mean *float64, centre, factor, offset *float32, rows, c int, low, high float32)")
	Doc(name + " is columnProducts for c columns of lines that cut; neither rows nor c is zero.")
	sums, products := vec.Pointer("sum"), vec.Pointer("product")
	grad, x, b := vec.Pointer("grad"), vec.Pointer("x"), loadBounds(w)
	sizes := map[vec.Width][]int{vec.ZMM: {32, 16}, vec.YMM: {8}}[w]
	eachChunk(w, sizes, func(columns int, at Register) (func(Register), func()) {
		sum, product, mean := newDoubles(w, columns), newDoubles(w, columns), newDoubles(w, columns)
		sum.load(sums, at)
		product.load(products, at)
		mean.load(vec.Pointer("mean"), at)
		lines := map[string][]VecVirtual{}
		for _, name := range []string{"centre", "factor", "offset"} {
			lines[name] = w.Registers(columns / w.Lanes())
			from := vec.Pointer(name)
			for i, r := range lines[name] {
				w.Load(from.Idx(at, 1).Offset(i*w.Bytes()), r)
			}
		}
		row := func(at Register) {
			for i := range lines["centre"] {
				v := w.Register()
				w.Load(x.Idx(at, 1).Offset(i*w.Bytes()), v)
				w.Sub(v, lines["centre"][i], v)
				kept := b.passed(v, lines["factor"][i], lines["offset"][i])
				for half, g := range kept.doubles(grad.Idx(at, 1).Offset(i * w.Bytes())) {
					i := 2*i + half
					v := sum.float(i, x, at)
					VADDPD(g, sum.regs[i], sum.regs[i])
					VSUBPD(mean.regs[i], v, v)
					VFMADD231PD(g, v, product.regs[i])
				}
			}
		}
		end := func() {
			sum.store(sums, at)
			product.store(products, at)
		}
		return row, end
	})
}

// doubles reads a vector of floats as two of doubles, and clears the lanes that
// are not kept.
func (k kept) doubles(from Mem) (halves [2]VecVirtual) {
	low, high := k.width.Register(), k.width.Register()
	if k.width == vec.ZMM {
		upper := K()
		KSHIFTRW(U8(8), k.reg, upper)
		VCVTPS2PD_Z(from, k.reg, low)
		VCVTPS2PD_Z(from.Offset(32), upper, high)
		return [2]VecVirtual{low, high}
	}
	VANDPS(from, k.reg, low)
	VEXTRACTF128(U8(1), low, high.(Vec).AsX())
	VCVTPS2PD(high.(Vec).AsX(), high)
	VCVTPS2PD(low.(Vec).AsX(), low)
	return [2]VecVirtual{low, high}
}
