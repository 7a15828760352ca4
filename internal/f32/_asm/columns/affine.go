package main

import (
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/vec"
)

func affine(w vec.Width) {
	rowwise(w, "affine", []string{"x"}, []string{"mean", "factor", "offset"}, func(v, k []VecVirtual) VecVirtual {
		x, mean, factor, offset := v[0], k[0], k[1], k[2]
		w.Sub(x, mean, x)
		VFMADD213PS(offset, factor, x)
		return x
	})
}

func affineGrad(w vec.Width) {
	matrices, constants := []string{"grad", "x"}, []string{"mean", "factor", "level", "slope"}
	rowwise(w, "affineGrad", matrices, constants, func(v, k []VecVirtual) VecVirtual {
		grad, x, mean, factor, level, slope := v[0], v[1], k[0], k[1], k[2], k[3]
		w.Sub(x, mean, x)
		w.Sub(grad, level, grad)
		VFNMADD231PS(slope, x, grad)
		w.Mul(factor, grad, grad)
		return grad
	})
}

// rowwise generates a function that writes to y what f makes of the vectors of
// matrices and, the same for each row, of constants. These stay in registers
// over the rows.
func rowwise(w vec.Width, name string, matrices, constants []string, f func(v, k []VecVirtual) VecVirtual) {
	vec.Function(name+w.Level(), "func(y, "+strings.Join(append(matrices, constants...), ", ")+" *float32, rows, c int)")
	Doc(name + w.Level() + " is " + name + " for c columns; neither rows nor c is zero.")
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
				w.Store(f(v, k), y.Idx(at, 1).Offset(i*w.Bytes()))
			}
		}
		return row, func() {}
	})
}
