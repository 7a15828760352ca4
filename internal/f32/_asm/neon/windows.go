package main

import "fmt"

// windows writes the kernels that slide a window over a row of pixels whose channels
// lie last, each channel for itself. They take sixteen channels at a time, which is what
// channels are padded to a multiple of.
func windows() {
	maxPool()
	maxPoolGrad()
	depthwise()
	depthwiseGrad()
}

// four vectors are the channels that are taken at a time.
const four = 4

// eachPlace ends a function over windows: for each place of the window it goes through
// the channels, which f handles. pixel is where these channels of the place lie in x.
func eachPlace(f func(pixel general)) {
	x, step, cols := integer("x"), stride("stride"), integer("cols")
	label("column")
	pixel, n := newGeneral(), integer("c")
	move(x, pixel)
	label("channels")
	f(pixel)
	advance(pixel, 16*four)
	advance(n, -4*four)
	ifNot(n, "channels")
	add(step, x)
	again(cols, "column")
	end()
}

// maxPool keeps the largest values so far, and the codes of their taps, in registers
// over the taps.
func maxPool() {
	begin("maxPoolNEON", "func(y *float32, arg *uint8, x *float32, taps *int, codes *uint8, count, cols, stride, c int)",
		"maxPoolNEON is maxPool for count taps; none of the sizes is zero.")
	y, arg := integer("y"), integer("arg")
	eachPlace(func(pixel general) {
		taps, codes, count := integer("taps"), integer("codes"), integer("count")
		largest, codesOf := newVectors(four), newVectors(four)
		next := func() (from general, code vector) {
			from, code = scaled(pixel, at(taps, 0), 2), everyByte(codes)
			advance(taps, 8)
			advance(codes, 1)
			return from, code
		}
		from, code := next()
		loads(from, 0, largest...)
		for _, c := range codesOf {
			copyTo(code, c)
		}
		advance(count, -1)
		ifZero(count, "store")
		label("tap")
		from, code = next()
		v := newVectors(four)
		loads(from, 0, v...)
		for i := range v {
			takeLarger(v[i], code, largest[i], codesOf[i])
		}
		again(count, "tap")
		label("store")
		stores(y, 0, largest...)
		store(bytesOf(codesOf), arg, 0)
		advance(y, 16*four)
		advance(arg, 4*four)
	})
}

// takeLarger replaces the largest value so far, and its code, where v is larger or NaN.
func takeLarger(v, code, largest, codeOf vector) {
	more := made(ornTo, made(fcmgtTo, v, largest), made(fcmeqTo, v, v))
	insert(v, more, largest)
	insert(code, more, codeOf)
}

// maxPoolGrad adds the gradient of the channels of a pixel to what lies at each tap,
// where the code is the tap's.
func maxPoolGrad() {
	begin("maxPoolGradNEON", "func(x, grad *float32, arg *uint8, taps *int, codes *uint8, count, cols, stride, c int)",
		"maxPoolGradNEON is maxPoolGrad, by x, for count taps; none of the sizes is zero.")
	grad, arg := integer("grad"), integer("arg")
	eachPlace(func(pixel general) {
		taps, codes, count := integer("taps"), integer("codes"), integer("count")
		g, codesOf := newVectors(four), newVector()
		loads(grad, 0, g...)
		load(arg, 0, codesOf)
		label("tap")
		to := scaled(pixel, at(taps, 0), 2)
		here := spread(made(equalBytes, codesOf, everyByte(codes)))
		v := newVectors(four)
		loads(to, 0, v...)
		for i := range v {
			insert(made(faddTo, v[i], g[i]), here[i], v[i])
		}
		stores(to, 0, v...)
		advance(taps, 8)
		advance(codes, 1)
		again(count, "tap")
		advance(grad, 16*four)
		advance(arg, 4*four)
	})
}

// sizeOfTap is that of f32.Tap: X, then W.
const sizeOfTap = 16

// depthwise keeps the channels of several pixels in registers from the bias over the
// taps to the cut: each tap's weights are loaded once for all of them.
func depthwise() {
	const most = 6
	begin("depthwiseNEON", "func(y, x, weights, bias *float32, taps *int, count, pixels, tall, short, rows, xRow, xPixel, yRow, yPixel, c int, low, high float32)",
		fmt.Sprintf("depthwiseNEON is depthwise for count taps, in each row: tall tiles of pixels pixels, 1 to %d,", most),
		"and after them short of one pixel less. count, tall, rows and c are at least 1.")
	rows := integer("rows")
	label("row")
	x, y, left, pixels := integer("x"), integer("y"), integer("tall"), integer("pixels")
	for n := 1; n < most; n++ {
		ifEqual(pixels, n, fmt.Sprintf("tiles%d", n))
	}
	for n := most; n > 0; n-- {
		part := func(name string) string { return fmt.Sprintf("%s%d", name, n) }
		label(part("tiles"))
		channel, c, xPixel, yPixel := number(0), stride("c"), stride("xPixel"), stride("yPixel")
		label(part("channels"))
		sums := make([][]vector, n)
		for i := range sums {
			sums[i] = newVectors(four)
		}
		loads(begins("bias", channel), 0, sums[0]...)
		for _, row := range sums[1:] {
			for i, sum := range row {
				copyTo(sums[0][i], sum)
			}
		}
		taps, count, weights, pixel := integer("taps"), integer("count"), begins("weights", channel), sum(x, channel)
		label(part("tap"))
		w, from := newVectors(four), scaled(pixel, at(taps, 0), 2)
		loads(scaled(weights, at(taps, 8), 2), 0, w...)
		for i, row := range sums {
			if i > 0 {
				add(xPixel, from)
			}
			for half := 0; half < four; half += 2 {
				v := newVectors(2)
				loads(from, 16*half, v...)
				fmla(v[0], w[half], row[half])
				fmla(v[1], w[half+1], row[half+1])
			}
		}
		advance(taps, sizeOfTap)
		again(count, part("tap"))

		low, high, to := broadcast("low"), broadcast("high"), sum(y, channel)
		for i, row := range sums {
			if i > 0 {
				add(yPixel, to)
			}
			for _, sum := range row {
				cut(sum, low, high)
			}
			stores(to, 0, row...)
		}
		advance(channel, 16*four)
		ifBelow(channel, c, part("channels"))
		add(times(n, xPixel), x)
		add(times(n, yPixel), y)
		again(left, part("tiles"))
		if n == 1 {
			break
		}
		compare(pixels, n, "BNE", "nextRow") // else these were the short ones
		reload("short", left)
		ifZero(left, "nextRow")
	}
	label("nextRow")
	for _, operand := range []string{"x", "y"} {
		p := integer(operand)
		add(stride(operand+"Row"), p)
		keep(p, operand)
	}
	again(rows, "row")
	end()
}

// depthwiseGrad keeps the gradients of the weights of the channels, for some taps, in
// registers over the pixels.
func depthwiseGrad() {
	const most = 6
	begin("depthwiseGradNEON", "func(weights, x, grad *float32, taps *int, count, rows, cols, xStep, xPixel, yStep, yPixel, c int)",
		fmt.Sprintf("depthwiseGradNEON is depthwiseGrad, by the weights, for count taps, 1 to %d. The steps lead from", most),
		"the end of a row of cols to the next. rows, cols and c are at least 1.")
	channel, count := number(0), integer("count")
	for n := 1; n < most; n++ {
		ifEqual(count, n, fmt.Sprintf("taps%d", n))
	}
	for n := most; n > 0; n-- {
		part := func(name string) string { return fmt.Sprintf("%s%d", name, n) }
		label(part("taps"))
		sums := make([][]vector, n)
		eachTap := func(f func(weights general, sums []vector)) {
			taps, weights := integer("taps"), begins("weights", channel)
			for t := range sums {
				f(scaled(weights, at(taps, t*sizeOfTap+8), 2), sums[t])
			}
		}
		for t := range sums {
			sums[t] = newVectors(four)
		}
		eachTap(func(weights general, sums []vector) { loads(weights, 0, sums...) })
		taps, x := integer("taps"), begins("x", channel)
		var from []general
		for t := range sums {
			from = append(from, scaled(x, at(taps, t*sizeOfTap), 2))
		}
		grad, rows, xPixel, yPixel := begins("grad", channel), integer("rows"), stride("xPixel"), stride("yPixel")
		label(part("row"))
		cols := integer("cols")
		label(part("pixel"))
		g := newVectors(four)
		loads(grad, 0, g...)
		for t, row := range sums {
			for half := 0; half < four; half += 2 {
				v := newVectors(2)
				loads(from[t], 16*half, v...)
				fmla(v[0], g[half], row[half])
				fmla(v[1], g[half+1], row[half+1])
			}
			add(xPixel, from[t])
		}
		add(yPixel, grad)
		again(cols, part("pixel"))
		xStep := stride("xStep")
		for _, p := range from {
			add(xStep, p)
		}
		add(stride("yStep"), grad)
		again(rows, part("row"))
		eachTap(func(weights general, sums []vector) { stores(weights, 0, sums...) })
		advance(channel, 16*four)
		ifBelow(channel, stride("c"), part("taps"))
		end()
	}
}
