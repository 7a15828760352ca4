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
	unordered = U8(3)
	greater   = U8(30)
)

// maxPool keeps the largest values so far of some channels, and the codes of
// their taps, in registers over the taps.
func maxPool(w vec.Width) {
	name := "maxPool" + w.Level()
	vec.Function(name, "func(y *float32, arg *uint8, x *float32, taps *int, codes *uint8, count, cols, stride, c int)")
	Doc(name + " is maxPool for count taps; none of the sizes is zero.")

	y, arg, taps, codes := vec.Pointer("y"), vec.Pointer("arg"), vec.Pointer("taps"), vec.Pointer("codes")
	eachChunk(w, func(vectors int, pixel Mem) {
		label := fmt.Sprintf("tap%d", vectors)
		largest, at := w.Registers(vectors), w.Registers(vectors)
		t := GP64()
		XORQ(t, t)
		from := tap(pixel, taps)
		for i := range largest {
			w.Load(from.Offset(i*w.Bytes()), largest[i])
			VPBROADCASTB(codes, at[i])
		}
		JMP(LabelRef("next" + label))
		Label(label)
		from, code := tap(pixel, taps.Idx(t, 8)), w.Register()
		VPBROADCASTB(codes.Idx(t, 1), code)
		for i := range largest {
			v := w.Register()
			w.Load(from.Offset(i*w.Bytes()), v)
			choose(w, v, code, largest[i], at[i])
		}
		Label("next" + label)
		INCQ(t)
		CMPQ(t, vec.Param("count"))
		JLT(LabelRef(label))

		for i, v := range largest {
			w.Store(v, y.Offset(i*w.Bytes()))
		}
		storeCodes(w, at, arg)
		ADDQ(I32(vectors*w.Bytes()), y.Base)
		ADDQ(I32(vectors*w.Lanes()), arg.Base)
	})
}

// choose replaces the largest value so far, and its code, where v is larger or
// NaN.
func choose(w vec.Width, v, code, largest, at VecVirtual) {
	if w == vec.ZMM {
		larger, nan := K(), K()
		VCMPPS(greater, largest, v, larger)
		VCMPPS(unordered, v, v, nan)
		KORW(nan, larger, larger)
		VMOVAPS(v, larger, largest)
		VMOVDQA32(code, larger, at)
		return
	}
	larger, nan := w.Register(), w.Register()
	VCMPPS(greater, largest, v, larger)
	VCMPPS(unordered, v, v, nan)
	VORPS(nan, larger, larger)
	VBLENDVPS(larger, v, largest, largest)
	VBLENDVPS(larger, code, at, at)
}

// storeCodes stores a byte of each lane, all of whose bytes are the same.
func storeCodes(w vec.Width, at []VecVirtual, arg Mem) {
	for i, v := range at {
		if w == vec.ZMM {
			bytes := XMM()
			VPMOVDB(v, bytes)
			VMOVDQU(bytes, arg.Offset(i*16))
			continue
		}
		VPSRLD(U8(24), v, v)
		if i%2 == 0 {
			continue
		}
		VPACKUSDW(v, at[i-1], v) // in each half of the registers
		VPERMQ(U8(0b11_01_10_00), v, v)
		high := XMM()
		VEXTRACTI128(U8(1), v, high)
		VPACKUSWB(high, v.(Vec).AsX(), high)
		VMOVDQU(high, arg.Offset(i/2*16))
	}
}

// maxPoolGrad adds the gradient of some channels of a pixel to what lies at
// each tap, where the code is the tap's.
func maxPoolGrad(w vec.Width) {
	name := "maxPoolGrad" + w.Level()
	vec.Function(name, "func(x, grad *float32, arg *uint8, taps *int, codes *uint8, count, cols, stride, c int)")
	Doc(name + " is maxPoolGrad, by x, for count taps; none of the sizes is zero.")

	grad, arg, taps, codes := vec.Pointer("grad"), vec.Pointer("arg"), vec.Pointer("taps"), vec.Pointer("codes")
	eachChunk(w, func(vectors int, pixel Mem) {
		label := fmt.Sprintf("tap%d", vectors)
		grads, at := w.Registers(vectors), make([]VecVirtual, vectors)
		for i := range grads {
			w.Load(grad.Offset(i*w.Bytes()), grads[i])
			if w == vec.ZMM {
				at[i] = XMM()
				VMOVDQU(arg.Offset(i*w.Lanes()), at[i])
			} else {
				at[i] = w.Register()
				VPMOVZXBD(arg.Offset(i*w.Lanes()), at[i])
			}
		}
		t := GP64()
		XORQ(t, t)
		Label(label)
		to := tap(pixel, taps.Idx(t, 8))
		code := w.Register()
		if w == vec.ZMM {
			VPBROADCASTB(codes.Idx(t, 1), code.(Vec).AsX())
		} else {
			number := GP32()
			MOVBLZX(codes.Idx(t, 1), number)
			VMOVD(number, code.(Vec).AsX())
			VPBROADCASTD(code.(Vec).AsX(), code)
		}
		for i, v := range grads {
			x := w.Register()
			w.Load(to.Offset(i*w.Bytes()), x)
			if w == vec.ZMM {
				here := K()
				VPCMPEQB(code.(Vec).AsX(), at[i], here)
				VADDPS(v, x, here, x)
			} else {
				here, sum := w.Register(), w.Register()
				VPCMPEQD(code, at[i], here)
				w.Add(v, x, sum)
				VBLENDVPS(here, sum, x, x)
			}
			w.Store(x, to.Offset(i*w.Bytes()))
		}
		INCQ(t)
		CMPQ(t, vec.Param("count"))
		JLT(LabelRef(label))
		ADDQ(I32(vectors*w.Bytes()), grad.Base)
		ADDQ(I32(vectors*w.Lanes()), arg.Base)
	})
}

// eachChunk ends a function over windows: for each place of the window it goes
// through the channels, some vectors at a time, which f handles. pixel is where
// these channels of the place lie in x.
//
// Channels are whole vectors of AVX-512, so that with AVX2 vectors is even.
func eachChunk(w vec.Width, f func(vectors int, pixel Mem)) {
	chunks := []int{4, 2, 1}
	if w == vec.YMM {
		chunks = []int{4, 2}
	}
	x, pixel, n := vec.Pointer("x"), Mem{Base: GP64()}, GP64()
	SHLQ(U8(2), vec.Param("stride"))
	Label("column")
	MOVQ(x.Base, pixel.Base)
	Load(Param("c"), n)
	Label("chunk")
	for _, vectors := range chunks {
		CMPQ(n, I32(vectors*w.Lanes()))
		JGE(LabelRef(fmt.Sprintf("vectors%d", vectors)))
	}
	Label("nextChunk")
	TESTQ(n, n)
	JNZ(LabelRef("chunk"))
	ADDQ(vec.Param("stride"), x.Base)
	DECQ(vec.Param("cols"))
	JNZ(LabelRef("column"))
	vec.Return()

	for _, vectors := range chunks {
		Label(fmt.Sprintf("vectors%d", vectors))
		f(vectors, pixel)
		ADDQ(I32(vectors*w.Bytes()), pixel.Base)
		SUBQ(I32(vectors*w.Lanes()), n)
		JMP(LabelRef("nextChunk"))
	}
}

// tap is where the tap lies, for the window at pixel, whose offset lies at taps.
func tap(pixel, taps Mem) Mem {
	from := GP64()
	MOVQ(taps, from)
	LEAQ(pixel.Idx(from, 4), from)
	return Mem{Base: from}
}
