package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/formula"
	"euryale/internal/f32/_asm/vec"
)

// larger is the larger of a and b, and b where either is NaN.
func (e emitter) larger(a, b value) value {
	r := e.w.Register()
	e.w.Max(a.(Op), b.(Op), r)
	return r
}

// largest generates the largest of each lane of whole vectors, at least one.
func (e emitter) largest() {
	name := "largest" + e.w.Level()
	vec.Function(name, "func(tops, x *float32, vectors int)")
	Doc(name + " writes the largest of each lane of whole vectors, at least one.")
	x, top := Mem{Base: Load(Param("x"), GP64())}, e.w.Register()
	e.w.Load(x, top)
	e.each(x, func() { e.w.Max(top, e.in(x), top) })
	e.w.Store(top, Mem{Base: Load(Param("tops"), GP64())})
	vec.Return()
}

// sumExp generates the sums of exp(x - p) of each lane of whole vectors, in
// float64.
func (e emitter) sumExp() {
	name := "sumExp" + e.w.Level()
	vec.Function(name, "func(sums *float64, x *float32, vectors int, p float32)")
	Doc(name + " writes the sums of exp(x - p) of each lane of whole vectors, at least one.")
	x, p, on := Mem{Base: Load(Param("x"), GP64())}, e.once("p")(), formula.On{Machine: e}
	sums := e.w.Registers(2)
	for _, s := range sums {
		e.w.Zero(s)
	}
	e.each(x, func() {
		for i, d := range e.doubles(on.ExpLess(e.in(x), p).(VecVirtual)) {
			VADDPD(d, sums[i], sums[i])
		}
	})
	e.storeDoubles(sums)
	vec.Return()
}

// dotBelow generates the sums of x·grad of each lane where x is not above 0, in
// float64.
func (e emitter) dotBelow() {
	name := "dotBelow" + e.w.Level()
	vec.Function(name, "func(sums *float64, x, grad *float32, vectors int)")
	Doc(name + " writes the sums of x·grad where x is not above 0, of each lane of whole vectors, at least one.")
	x, grad := Mem{Base: Load(Param("x"), GP64())}, Mem{Base: Load(Param("grad"), GP64())}
	sums := e.w.Registers(2)
	for _, s := range sums {
		e.w.Zero(s)
	}
	e.each(x, func() {
		v := e.in(x)
		below := e.Where(formula.IsNotAbove, e.C(0), v)
		factors := e.doubles(e.Only(below, e.in(grad)).(VecVirtual))
		for i, d := range e.doubles(e.Only(below, v).(VecVirtual)) {
			VFMADD231PD(factors[i], d, sums[i])
		}
		ADDQ(I32(e.w.Bytes()), grad.Base)
	})
	e.storeDoubles(sums)
	vec.Return()
}

// storeDoubles writes the argument sums.
func (e emitter) storeDoubles(sums []VecVirtual) {
	to := Mem{Base: Load(Param("sums"), GP64())}
	for i, s := range sums {
		VMOVUPD(s, to.Offset(i*e.w.Bytes()))
	}
}

// addDoubles generates sum += x of whole vectors, the sums in float64.
func (e emitter) addDoubles() {
	name := "addDoubles" + e.w.Level()
	vec.Function(name, "func(sum *float64, x *float32, vectors int)")
	Doc(name + " adds whole vectors, at least one.")
	x, sum := Mem{Base: Load(Param("x"), GP64())}, Mem{Base: Load(Param("sum"), GP64())}
	e.each(x, func() {
		for i, d := range e.doubles(e.in(x)) {
			at := sum.Offset(i * e.w.Bytes())
			VADDPD(at, d, d)
			VMOVUPD(d, at)
		}
		ADDQ(I32(2*e.w.Bytes()), sum.Base)
	})
	vec.Return()
}

// each generates a loop over whole vectors, at least one, from x on.
func (e emitter) each(x Mem, body func()) {
	vectors := Load(Param("vectors"), GP64())
	Label("loop")
	body()
	ADDQ(I32(e.w.Bytes()), x.Base)
	DECQ(vectors)
	JNZ(LabelRef("loop"))
}

// doubles are the halves of x in float64.
func (e emitter) doubles(x VecVirtual) []VecVirtual {
	low, high := e.w.Register(), e.w.Register()
	if e.w == vec.ZMM {
		half := YMM()
		VEXTRACTF64X4(U8(1), x, half)
		VCVTPS2PD(half, high)
		VCVTPS2PD(x.(Vec).AsY(), low)
	} else {
		half := XMM()
		VEXTRACTF128(U8(1), x, half)
		VCVTPS2PD(half, high)
		VCVTPS2PD(x.(Vec).AsX(), low)
	}
	return []VecVirtual{low, high}
}
