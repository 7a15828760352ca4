package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/vec"
)

// Predicates of comparisons: of b with a in the order CMP(predicate, a, b).
const (
	unordered     = U8(3)
	lessOrEqual   = U8(18)
	aboveOrNaN    = U8(22)
	greater       = U8(30)
	notEqualOrNaN = U8(4)
)

// dead is the place of a value that ReLU cut.
const dead = 4

// pool reduces cells: of four values, the largest, cut at zero, and which it
// was.
type pool struct {
	width vec.Width
	rare  []func() // the code for NaNs, out of the way
}

// cell stores what some vectors of filters have; values[p] are those at place
// p. With AVX2 the number of vectors is even.
func (p *pool) cell(values [4][]VecVirtual, y, arg Mem) {
	var before VecVirtual
	for i := range values[0] {
		largest, at := p.reduce([4]VecVirtual{values[0][i], values[1][i], values[2][i], values[3][i]})
		p.width.Store(largest, y.Offset(i*p.width.Bytes()))
		switch {
		case p.width == vec.ZMM:
			bytes := XMM()
			VPMOVDB(at, bytes)
			VMOVDQU32(bytes, arg.Offset(i*16))
		case i%2 == 0:
			before = at
		default:
			VPACKSSDW(at, before, at) // in each half of the registers
			VPERMQ(U8(0b11_01_10_00), at, at)
			high := XMM()
			VEXTRACTI128(U8(1), at, high)
			VPACKSSWB(high, at.(Vec).AsX(), high)
			VMOVDQU(high, arg.Offset(i/2*16))
		}
	}
}

// reduce is the largest of v, cut at zero, and its place in 32 bits.
func (p *pool) reduce(v [4]VecVirtual) (largest, at VecVirtual) {
	if p.width == vec.ZMM {
		return p.reduceAVX512(v)
	}
	return p.reduceAVX2(v)
}

func (p *pool) reduceAVX512(v [4]VecVirtual) (largest, at VecVirtual) {
	w := p.width
	label := fmt.Sprintf("pool%d", len(p.rare))
	above, below, lower, nan1, nan2 := K(), K(), K(), K(), K()
	VCMPPS(unordered, v[0], v[1], nan1)
	VCMPPS(unordered, v[2], v[3], nan2)
	VCMPPS(greater, v[0], v[1], above)
	VCMPPS(greater, v[2], v[3], below)
	largest, at = w.Register(), w.Register()
	bottom := w.Register()
	w.Max(v[1], v[0], largest)
	w.Max(v[3], v[2], bottom)
	VCMPPS(greater, largest, bottom, lower)
	w.Max(bottom, largest, largest)
	VPBROADCASTD_Z(place(1), above, at)
	VPBROADCASTD(place(2), lower, at)
	both := K()
	KANDW(below, lower, both)
	VPBROADCASTD(place(3), both, at)
	KORTESTW(nan1, nan2)
	JNZ(LabelRef(label + "nan"))
	Label(label)
	cut := K()
	VPXORD(bottom, bottom, bottom)
	VCMPPS(lessOrEqual, bottom, largest, cut)
	VPBROADCASTD(place(dead), cut, at)
	VMOVAPS(bottom, cut, largest)

	p.rare = append(p.rare, func() {
		Label(label + "nan")
		for i, v := range v[1:] { // a NaN at place 0 is still there
			nan := K()
			VCMPPS(unordered, v, v, nan)
			VMOVAPS(v, nan, largest)
			VPBROADCASTD(place(i+1), nan, at)
		}
		JMP(LabelRef(label))
	})
	return largest, at
}

func (p *pool) reduceAVX2(v [4]VecVirtual) (largest, at VecVirtual) {
	w := p.width
	label := fmt.Sprintf("pool%d", len(p.rare))
	largest, at = w.Register(), w.Register()
	bottom, lower := w.Register(), w.Register()
	VCMPPS(greater, v[0], v[1], at)
	VPSRLD(U8(31), at, at)
	VCMPPS(greater, v[2], v[3], lower)
	VPSRLD(U8(31), lower, lower)
	two := w.Register()
	VPBROADCASTD(place(2), two)
	VPADDD(two, lower, two)
	w.Max(v[1], v[0], largest)
	w.Max(v[3], v[2], bottom)
	VCMPPS(greater, largest, bottom, lower)
	VBLENDVPS(lower, two, at, at)
	w.Max(bottom, largest, largest)
	VCMPPS(unordered, v[0], v[1], lower)
	VCMPPS(unordered, v[2], v[3], bottom)
	VORPS(bottom, lower, lower)
	nan := GP32()
	VMOVMSKPS(lower, nan)
	TESTL(nan, nan)
	JNZ(LabelRef(label + "nan"))
	Label(label)
	alive, cut := w.Register(), w.Register()
	w.Zero(cut)
	VCMPPS(aboveOrNaN, cut, largest, alive)
	VPBROADCASTD(place(dead), cut)
	VBLENDVPS(alive, at, cut, at)
	VANDPS(alive, largest, largest)

	p.rare = append(p.rare, func() {
		Label(label + "nan")
		for i, v := range v[1:] { // a NaN at place 0 is still there
			nan, here := w.Register(), w.Register()
			VCMPPS(unordered, v, v, nan)
			VBLENDVPS(nan, v, largest, largest)
			VPBROADCASTD(place(i+1), here)
			VBLENDVPS(nan, here, at, at)
		}
		JMP(LabelRef(label))
	})
	return largest, at
}

// finish ends the function.
func (p *pool) finish() {
	vec.Return()
	for _, f := range p.rare {
		f()
	}
}
