package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"euryale/internal/f32/_asm/vec"
)

// sizeOfTap is that of f32.Tap: X, then W.
const sizeOfTap = 16

// depthwise keeps one vector of channels of several pixels in registers from the
// bias over the taps to the cut: each tap's weights are loaded once for all of
// them. The tiles are as high as the sums, the weights and the bounds fit.
func depthwise(w vec.Width) {
	most := 14
	if w == vec.YMM {
		most = 12
	}
	name := "depthwise" + w.Level()
	vec.Function(name, "func(y, x, weights, bias *float32, taps *int, count, pixels, tall, short, rows, xRow, xPixel, yRow, yPixel, c int, low, high float32)")
	Doc(
		fmt.Sprintf("%s is depthwise for count taps, in each row: tall tiles of pixels pixels, 1 to %d,", name, most),
		"and after them short of one pixel less. count, tall, rows and c are at least 1.",
	)
	d := depthwiseOperands{
		width: w, low: w.Register(), high: w.Register(),
		y: GP64(), x: GP64(), xPixel: vec.Stride("xPixel"), yPixel: vec.Stride("yPixel"), left: GP64(),
	}
	d.xPixel3 = vec.Triple(d.xPixel)
	for _, row := range []string{"c", "xRow", "yRow"} {
		SHLQ(U8(2), vec.Param(row))
	}
	w.Broadcast(vec.Param("low"), d.low)
	w.Broadcast(vec.Param("high"), d.high)
	Label("row")
	Load(Param("y"), d.y)
	Load(Param("x"), d.x)
	Load(Param("tall"), d.left)
	for n := 1; n < most; n++ {
		CMPQ(vec.Param("pixels"), U8(n))
		JEQ(LabelRef(fmt.Sprintf("tiles%d", n)))
	}
	for n := most; n > 0; n-- {
		d.tiles(n)
	}
	Label("nextRow")
	for _, operand := range []string{"x", "y"} {
		step := Load(Param(operand+"Row"), GP64())
		ADDQ(step, vec.Param(operand))
	}
	DECQ(vec.Param("rows"))
	JNZ(LabelRef("row"))
	vec.Return()
}

// depthwiseOperands are depthwise's arguments; strides are in bytes.
type depthwiseOperands struct {
	width                   vec.Width
	y, x                    Register // the next tile's
	left                    Register // how many tiles of its height the row still has
	xPixel, xPixel3, yPixel Register
	low, high               Register
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
	d.width.Load(vec.Pointer("bias").Idx(at, 1), sums[0])
	for _, sum := range sums[1:] {
		VMOVAPS(sums[0], sum)
	}

	taps, count := vec.Pointer("taps"), Load(Param("count"), GP64())
	weights := vec.Pointer("weights")
	ADDQ(at, weights.Base)
	from := Mem{Base: GP64()}
	Label(label("tap"))
	MOVQ(taps.Offset(8), from.Base)
	v := d.width.Register()
	d.width.Load(weights.Idx(from.Base, 4), v)
	MOVQ(taps, from.Base)
	LEAQ(Mem{Base: d.x, Index: from.Base, Scale: 4}, from.Base)
	ADDQ(at, from.Base)
	for i, sum := range sums {
		if i > 0 && i%4 == 0 {
			LEAQ(from.Idx(d.xPixel, 4), from.Base)
		}
		d.width.FMA(vec.Line(from, d.xPixel, d.xPixel3, i%4), v, sum)
	}
	ADDQ(U8(sizeOfTap), taps.Base)
	DECQ(count)
	JNZ(LabelRef(label("tap")))

	y := Mem{Base: GP64()}
	LEAQ(Mem{Base: d.y, Index: at, Scale: 1}, y.Base)
	for i, sum := range sums {
		d.width.Max(d.low, sum, sum) // the second where neither is larger
		VMINPS(sum, d.high, sum)
		d.width.Store(sum, y)
		if i+1 < pixels {
			ADDQ(d.yPixel, y.Base)
		}
	}
	ADDQ(I32(d.width.Bytes()), at)
	CMPQ(at, vec.Param("c"))
	JLT(LabelRef(label("channels")))

	step := GP64()
	IMUL3Q(I32(pixels), d.yPixel, step)
	ADDQ(step, d.y)
	IMUL3Q(I32(pixels), d.xPixel, step)
	ADDQ(step, d.x)
	DECQ(d.left)
	JNZ(LabelRef(label("tiles")))
	if pixels == 1 {
		return
	}
	CMPQ(vec.Param("pixels"), U8(pixels)) // else these were the short ones
	JNE(LabelRef("nextRow"))
	Load(Param("short"), d.left)
	TESTQ(d.left, d.left)
	JZ(LabelRef("nextRow"))
}

// depthwiseGrad keeps the gradients of the weights of some channels, for some
// taps, in registers over the pixels.
func depthwiseGrad(w vec.Width) {
	most, chunks := 9, []int{2, 1}
	if w == vec.YMM {
		most, chunks = 5, []int{2}
	}
	name := "depthwiseGrad" + w.Level()
	vec.Function(name, "func(weights, x, grad *float32, taps *int, count, rows, cols, xStep, xPixel, yStep, yPixel, c int)")
	Doc(
		fmt.Sprintf("%s is depthwiseGrad, by the weights, for count taps, 1 to %d. The steps lead from", name, most),
		"the end of a row of cols to the next. rows, cols and c are at least 1.",
	)
	xPixel, at := vec.Stride("xPixel"), GP64() // where the channels lie in a pixel
	XORQ(at, at)
	for _, stride := range []string{"c", "xStep", "yStep", "yPixel"} {
		SHLQ(U8(2), vec.Param(stride))
	}
	count := Load(Param("count"), GP64())
	for n := 1; n < most; n++ {
		CMPQ(count, U8(n))
		JEQ(LabelRef(fmt.Sprintf("taps%d", n)))
	}

	for n := most; n > 0; n-- {
		Label(fmt.Sprintf("taps%d", n))
		if len(chunks) > 1 {
			rest := Load(Param("c"), GP64())
			SUBQ(at, rest)
			CMPQ(rest, I32(chunks[0]*w.Bytes()))
			JLT(LabelRef(fmt.Sprintf("taps%dvectors%d", n, chunks[1])))
		}
		for _, vectors := range chunks {
			label := fmt.Sprintf("taps%dvectors%d", n, vectors)
			Label(label)
			sums, from := make([][]VecVirtual, n), make([]Mem, n)
			eachTap := func(f func(t, i int, weights Mem)) {
				taps, weights, tap := vec.Pointer("taps"), vec.Pointer("weights"), GP64()
				ADDQ(at, weights.Base)
				for t := range sums {
					MOVQ(taps.Offset(t*sizeOfTap+8), tap)
					for i := range vectors {
						f(t, i, weights.Idx(tap, 4).Offset(i*w.Bytes()))
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
				MOVQ(taps.Offset(t*sizeOfTap), from[t].Base)
				SHLQ(U8(2), from[t].Base)
				ADDQ(vec.Param("x"), from[t].Base)
				ADDQ(at, from[t].Base)
			}
			grad, pixel, cols := vec.Pointer("grad"), GP64(), GP64()
			ADDQ(at, grad.Base)
			XORQ(pixel, pixel)
			rows := Load(Param("rows"), GP64())
			MOVQ(rows, vec.Param("count")) // of which there are fewer registers
			Label(label + "row")
			Load(Param("cols"), cols)
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
			ADDQ(xPixel, pixel)
			ADDQ(vec.Param("yPixel"), grad.Base)
			DECQ(cols)
			JNZ(LabelRef(label + "pixel"))
			ADDQ(vec.Param("xStep"), pixel)
			ADDQ(vec.Param("yStep"), grad.Base)
			DECQ(vec.Param("count"))
			JNZ(LabelRef(label + "row"))

			eachTap(func(t, i int, weights Mem) { w.Store(sums[t][i], weights) })
			ADDQ(I32(vectors*w.Bytes()), at)
			CMPQ(at, vec.Param("c"))
			JLT(LabelRef(fmt.Sprintf("taps%d", n)))
			vec.Return()
		}
	}
}
