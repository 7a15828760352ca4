package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/vec"
)

// depthwise keeps one vector of channels of several pixels in registers over
// the taps: each tap's weights are loaded once for all of them. The tiles are as
// high as the sums and the weights fit.
func depthwise(w vec.Width) {
	most := 14
	if w == vec.YMM {
		most = 12
	}
	name := "depthwise" + w.Level()
	vec.Function(name, "func(y, x, weights *float32, taps *int, count, pixels, tall, short, stride, c int)")
	Doc(
		fmt.Sprintf("%s is depthwise for count taps: tall tiles of pixels pixels, 1 to %d, and after", name, most),
		"them short of one pixel less. count, tall and c are at least 1.",
	)
	d := depthwiseOperands{
		width: w,
		y:     Load(Param("y"), GP64()), x: Load(Param("x"), GP64()), stride: vec.Stride("stride"), c: vec.Stride("c"),
	}
	d.stride3 = vec.Triple(d.stride)
	pixels := Load(Param("pixels"), GP64())
	for n := 1; n < most; n++ {
		CMPQ(pixels, U8(n))
		JEQ(LabelRef(fmt.Sprintf("tiles%d", n)))
	}
	for n := most; n > 0; n-- {
		d.tiles(n)
	}
	Label("done")
	vec.Return()
}

// depthwiseOperands are depthwise's arguments; strides are in bytes.
type depthwiseOperands struct {
	width              vec.Width
	y, x               Register // the next tile's
	stride, stride3, c Register
}

// tiles computes the tall tiles. The code for those of one pixel less follows
// it.
func (d depthwiseOperands) tiles(pixels int) {
	label := func(part string) string { return fmt.Sprintf("%s%d", part, pixels) }
	at := GP64() // where the channels lie in a pixel
	Label(label("tiles"))
	XORQ(at, at)
	Label(label("channels"))
	sums := d.width.Registers(pixels)
	d.eachPixel(at, func(i int, y Mem) { d.width.Load(y, sums[i]) }, pixels)

	taps, count := vec.Pointer("taps"), Load(Param("count"), GP64())
	weights := vec.Pointer("weights")
	ADDQ(at, weights.Base)
	Label(label("tap"))
	from := tap(Mem{Base: d.x}, taps)
	ADDQ(at, from.Base)
	v := d.width.Register()
	d.width.Load(weights, v)
	for i, sum := range sums {
		if i > 0 && i%4 == 0 {
			LEAQ(from.Idx(d.stride, 4), from.Base)
		}
		d.width.FMA(vec.Line(from, d.stride, d.stride3, i%4), v, sum)
	}
	ADDQ(d.c, weights.Base)
	ADDQ(U8(8), taps.Base)
	DECQ(count)
	JNZ(LabelRef(label("tap")))

	d.eachPixel(at, func(i int, y Mem) { d.width.Store(sums[i], y) }, pixels)
	ADDQ(I32(d.width.Bytes()), at)
	CMPQ(at, d.c)
	JLT(LabelRef(label("channels")))

	step := GP64()
	IMUL3Q(I32(pixels), d.c, step)
	ADDQ(step, d.y)
	IMUL3Q(I32(pixels), d.stride, step)
	ADDQ(step, d.x)
	DECQ(vec.Param("tall"))
	JNZ(LabelRef(label("tiles")))
	if pixels == 1 {
		return
	}
	short := Load(Param("short"), GP64())
	TESTQ(short, short)
	JZ(LabelRef("done"))
	MOVQ(short, vec.Param("tall"))
	MOVQ(I32(0), vec.Param("short"))
}

// eachPixel calls f with where some channels of the tile's pixels lie in y.
func (d depthwiseOperands) eachPixel(at Register, f func(i int, y Mem), pixels int) {
	y := Mem{Base: GP64()}
	LEAQ(Mem{Base: d.y, Index: at, Scale: 1}, y.Base)
	for i := range pixels {
		f(i, y)
		if i+1 < pixels {
			ADDQ(d.c, y.Base)
		}
	}
}

// depthwiseGrad keeps the gradients of the weights of some channels, for some
// taps, in registers over the pixels.
func depthwiseGrad(w vec.Width) {
	most, chunks := 9, []int{2, 1}
	if w == vec.YMM {
		most, chunks = 5, []int{2}
	}
	name := "depthwiseGrad" + w.Level()
	vec.Function(name, "func(weights, x, grad *float32, taps *int, count, cols, stride, c int)")
	Doc(
		fmt.Sprintf("%s is depthwiseGrad, by the weights, for count taps, 1 to %d; cols and c", name, most),
		"are at least 1.",
	)
	perPixel, c := vec.Stride("stride"), vec.Stride("c")
	at := GP64() // where the channels lie in a pixel
	XORQ(at, at)
	count := Load(Param("count"), GP64())
	for n := 1; n < most; n++ {
		CMPQ(count, U8(n))
		JEQ(LabelRef(fmt.Sprintf("taps%d", n)))
	}

	for n := most; n > 0; n-- {
		Label(fmt.Sprintf("taps%d", n))
		if len(chunks) > 1 {
			rest := GP64()
			MOVQ(c, rest)
			SUBQ(at, rest)
			CMPQ(rest, I32(chunks[0]*w.Bytes()))
			JLT(LabelRef(fmt.Sprintf("taps%dvectors%d", n, chunks[1])))
		}
		for _, vectors := range chunks {
			label := fmt.Sprintf("taps%dvectors%d", n, vectors)
			Label(label)
			sums, from := make([][]VecVirtual, n), make([]Mem, n)
			eachTap := func(f func(t, i int, weights Mem)) {
				weights := vec.Pointer("weights")
				ADDQ(at, weights.Base)
				for t := range sums {
					for i := range vectors {
						f(t, i, weights.Offset(i*w.Bytes()))
					}
					if t+1 < n {
						ADDQ(c, weights.Base)
					}
				}
			}
			for t := range sums {
				sums[t] = w.Registers(vectors)
			}
			eachTap(func(t, i int, weights Mem) { w.Load(weights, sums[t][i]) })
			taps := vec.Pointer("taps")
			for t := range from {
				from[t] = Mem{Base: GP64()}
				MOVQ(taps.Offset(8*t), from[t].Base)
				SHLQ(U8(2), from[t].Base)
				ADDQ(vec.Param("x"), from[t].Base)
				ADDQ(at, from[t].Base)
			}
			grad, pixel, cols := vec.Pointer("grad"), GP64(), Load(Param("cols"), GP64())
			ADDQ(at, grad.Base)
			XORQ(pixel, pixel)
			Label(label + "pixel")
			grads := w.Registers(vectors)
			for i, v := range grads {
				w.Load(grad.Offset(i*w.Bytes()), v)
			}
			for t := range sums {
				for i, sum := range sums[t] {
					w.FMA(from[t].Idx(pixel, 1).Offset(i*w.Bytes()), grads[i], sum)
				}
			}
			ADDQ(perPixel, pixel)
			ADDQ(c, grad.Base)
			DECQ(cols)
			JNZ(LabelRef(label + "pixel"))

			eachTap(func(t, i int, weights Mem) { w.Store(sums[t][i], weights) })
			ADDQ(I32(vectors*w.Bytes()), at)
			CMPQ(at, c)
			JLT(LabelRef(fmt.Sprintf("taps%d", n)))
			vec.Return()
		}
	}
}
