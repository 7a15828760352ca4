package main

import (
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/vec"
)

// affine adds to the first of the matrices, on its lines, the second, if there is
// one, and cuts.
func affine(w vec.Width, name string, matrices ...string) {
	rowwise(w, name, matrices, []string{"mean", "factor", "offset"}, true, func(v, k []VecVirtual, b bounds) VecVirtual {
		x, mean, factor, offset := v[0], k[0], k[1], k[2]
		w.Sub(x, mean, x)
		VFMADD213PS(offset, factor, x)
		if len(v) > 1 {
			w.Add(v[1], x, x)
		}
		w.Max(b.low, x, x) // the second where neither is larger
		VMINPS(x, b.high, x)
		return x
	})
}

func affineGrad(w vec.Width) {
	matrices, constants := []string{"grad", "x"}, []string{"mean", "factor", "level", "slope"}
	rowwise(w, "affineGrad", matrices, constants, false, func(v, k []VecVirtual, _ bounds) VecVirtual {
		grad, x, mean := v[0], v[1], k[0]
		w.Sub(x, mean, x)
		return gradient(w, grad, x, k)
	})
}

// affineGradCut finds out again what was cut, so that it need not be read.
func affineGradCut(w vec.Width) {
	matrices, constants := []string{"grad", "x"}, []string{"mean", "factor", "level", "slope", "offset"}
	rowwise(w, "affineGradCut", matrices, constants, true, func(v, k []VecVirtual, b bounds) VecVirtual {
		grad, x, mean, factor, offset := v[0], v[1], k[0], k[1], k[4]
		w.Sub(x, mean, x)
		b.passed(x, factor, offset).keep(grad)
		return gradient(w, grad, x, k)
	})
}

// gradient is that by x, which is around its mean already.
func gradient(w vec.Width, grad, x VecVirtual, k []VecVirtual) VecVirtual {
	factor, level, slope := k[1], k[2], k[3]
	w.Sub(grad, level, grad)
	VFNMADD231PS(slope, x, grad)
	w.Mul(factor, grad, grad)
	return grad
}

// bounds are where values are cut.
type bounds struct {
	width     vec.Width
	low, high VecVirtual
}

func loadBounds(w vec.Width) bounds {
	b := bounds{w, w.Register(), w.Register()}
	w.Broadcast(vec.Param("low"), b.low)
	w.Broadcast(vec.Param("high"), b.high)
	return b
}

// Predicates of comparisons: of b with a in the order CMP(predicate, a, b, to).
const (
	isAbove = U8(30) // b > a
	isBelow = U8(17) // b < a
)

// kept are the lanes that are not cut.
type kept struct {
	width vec.Width
	reg   Register // an opmask register, or a vector register of all bits or none
}

// passed is where x·factor + offset lies between the bounds.
func (b bounds) passed(x, factor, offset VecVirtual) kept {
	y := b.width.Register()
	VMOVAPS(x, y)
	VFMADD213PS(offset, factor, y)
	if b.width == vec.ZMM {
		inside := K()
		VCMPPS(isAbove, b.low, y, inside)
		VCMPPS(isBelow, b.high, y, inside, inside)
		return kept{b.width, inside}
	}
	above := b.width.Register()
	VCMPPS(isAbove, b.low, y, above)
	VCMPPS(isBelow, b.high, y, y)
	VANDPS(above, y, y)
	return kept{b.width, y}
}

// keep clears the other lanes.
func (k kept) keep(v VecVirtual) {
	if k.width == vec.ZMM {
		VMOVAPS_Z(v, k.reg, v)
		return
	}
	VANDPS(k.reg, v, v)
}

// rowwise generates a function that writes to y what f makes of the vectors of
// matrices and, the same for each row, of constants. These stay in registers
// over the rows, and so do the bounds where there is a cut.
func rowwise(w vec.Width, name string, matrices, constants []string, cut bool, f func(v, k []VecVirtual, b bounds) VecVirtual) {
	numbers := ""
	if cut {
		numbers = ", low, high float32"
	}
	vec.Function(name+w.Level(), "func(y, "+strings.Join(append(matrices, constants...), ", ")+" *float32, rows, c int"+numbers+")")
	Doc(name + w.Level() + " is " + name + " for c columns; neither rows nor c is zero.")
	var b bounds
	if cut {
		b = loadBounds(w)
	}
	y, from := vec.Pointer("y"), make([]Mem, len(matrices))
	for i, name := range matrices {
		from[i] = vec.Pointer(name)
	}
	sizes := map[vec.Width][]int{vec.ZMM: {64, 32, 16}, vec.YMM: {16}}[w]
	eachChunk(w, sizes, func(columns int, at Register) (func(Register), func()) {
		vectors := columns / w.Lanes()
		load := func(m Mem, at Register, i int) VecVirtual {
			v := w.Register()
			w.Load(m.Idx(at, 1).Offset(i*w.Bytes()), v)
			return v
		}
		ks := make([][]VecVirtual, vectors)
		for _, name := range constants {
			k := vec.Pointer(name)
			for i := range ks {
				ks[i] = append(ks[i], load(k, at, i))
			}
		}
		row := func(at Register) {
			for i, k := range ks {
				var v []VecVirtual
				for _, m := range from {
					v = append(v, load(m, at, i))
				}
				w.Store(f(v, k, b), y.Idx(at, 1).Offset(i*w.Bytes()))
			}
		}
		return row, func() {}
	})
}
