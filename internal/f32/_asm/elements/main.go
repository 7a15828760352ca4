// Command elements generates the kernels that go through slices element by
// element. What bounds them is memory, so that the loop is not unrolled.
package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/vec"
)

func main() {
	for _, w := range vec.Widths {
		rectify(w)
		unrectify(w)
		clamp(w)
		unclamp(w)
		addTo(w)
		drop(w)
	}
	vec.Generate()
}

// Predicates of comparisons: of b with a in the order CMP(predicate, a, b, to).
const (
	isAbove = U8(30) // b > a
	isBelow = U8(17) // b < a
)

func rectify(w vec.Width) {
	begin(w, "rectify", "y", "")
	zero := w.Register()
	w.Zero(zero)
	loop(w, []string{"y"}, func(v []VecVirtual) VecVirtual {
		w.Max(zero, v[0], v[0]) // the second where neither is larger: -0 and NaN stay
		return v[0]
	})
}

func unrectify(w vec.Width) {
	begin(w, "unrectify", "dst, grad, y", "")
	zero := w.Register()
	w.Zero(zero)
	loop(w, []string{"dst", "grad", "y"}, func(v []VecVirtual) VecVirtual {
		grad, y := v[1], v[2]
		if w == vec.ZMM {
			alive := K()
			VCMPPS(isAbove, zero, y, alive)
			VMOVAPS_Z(grad, alive, grad)
			return grad
		}
		VCMPPS(isAbove, zero, y, y)
		VANDPS(y, grad, grad)
		return grad
	})
}

func clamp(w vec.Width) {
	begin(w, "clamp", "y", "low, high")
	low, high := broadcast(w, "low"), broadcast(w, "high")
	loop(w, []string{"y"}, func(v []VecVirtual) VecVirtual {
		w.Max(low, v[0], v[0]) // the second where neither is larger
		VMINPS(v[0], high, v[0])
		return v[0]
	})
}

func unclamp(w vec.Width) {
	begin(w, "unclamp", "dst, grad, y", "low, high")
	low, high := broadcast(w, "low"), broadcast(w, "high")
	loop(w, []string{"dst", "grad", "y"}, func(v []VecVirtual) VecVirtual {
		grad, y := v[1], v[2]
		if w == vec.ZMM {
			above, below := K(), K()
			VCMPPS(isAbove, low, y, above)
			VCMPPS(isBelow, high, y, below)
			KANDW(above, below, below)
			VMOVAPS_Z(grad, below, grad)
			return grad
		}
		above := w.Register()
		VCMPPS(isAbove, low, y, above)
		VCMPPS(isBelow, high, y, y)
		VANDPS(above, grad, grad)
		VANDPS(y, grad, grad)
		return grad
	})
}

func addTo(w vec.Width) {
	begin(w, "addTo", "y, x", "")
	loop(w, []string{"y", "x"}, func(v []VecVirtual) VecVirtual {
		w.Add(v[1], v[0], v[0])
		return v[0]
	})
}

func drop(w vec.Width) {
	name := "drop" + w.Level()
	vec.Function(name, "func(dst, x *float32, words *uint32, vectors, lanes int, threshold uint32, scale float32)")
	Doc(name + " handles whole vectors and, after them, the first lanes of one more.")
	scale, threshold := broadcast(w, "scale"), broadcast(w, "threshold")
	loop(w, []string{"dst", "x", "words"}, func(v []VecVirtual) VecVirtual {
		x, words := v[1], v[2]
		w.Mul(x, scale, x)
		if w == vec.ZMM {
			kept := K()
			VPCMPUD(U8(5), threshold, words, kept) // words >= threshold
			VMOVAPS_Z(x, kept, x)
			return x
		}
		kept := w.Register()
		VPMAXUD(threshold, words, kept)
		VPCMPEQD(kept, words, kept) // the larger of both is the word
		VANDPS(kept, x, x)
		return x
	})
}

// begin begins a function of pointers and, where there are any, numbers.
func begin(w vec.Width, name, pointers, numbers string) {
	name += w.Level()
	if numbers != "" {
		numbers = ", " + numbers + " float32"
	}
	vec.Function(name, fmt.Sprintf("func(%s *float32, vectors, lanes int%s)", pointers, numbers))
	Doc(name + " handles whole vectors and, after them, the first lanes of one more.")
}

// broadcast fills a register with an argument.
func broadcast(w vec.Width, name string) VecVirtual {
	r := w.Register()
	w.Broadcast(vec.Param(name), r)
	return r
}

// loop ends the function: it stores to the first slice what f makes of each
// vector of all of them. A slice called dst is not read.
func loop(w vec.Width, names []string, f func(v []VecVirtual) VecVirtual) {
	slices := make([]Mem, len(names))
	vectors, at := Load(Param("vectors"), GP64()), GP64()
	XORQ(at, at)
	for i, name := range names {
		slices[i] = Mem{Base: Load(Param(name), GP64())}.Idx(at, 1)
	}
	step := func(load func(Mem, Register), store func(Register, Mem)) {
		v := make([]VecVirtual, len(names))
		for i, name := range names {
			if v[i] = w.Register(); name != "dst" {
				load(slices[i], v[i])
			}
		}
		store(f(v), slices[0])
	}

	TESTQ(vectors, vectors)
	JZ(LabelRef("rest"))
	Label("loop")
	step(w.Load, w.Store)
	ADDQ(I32(w.Bytes()), at)
	DECQ(vectors)
	JNZ(LabelRef("loop"))

	Label("rest")
	CMPQ(vec.Param("lanes"), U8(0))
	JEQ(LabelRef("done"))
	mask := w.Mask(vec.Param("lanes"))
	step(mask.Load, mask.Store)
	Label("done")
	vec.Return()
}
