//go:build !purego

package f32

func transformSquares(m Minimal, by int, dst, src square, tiles, n int, e ending) {
	switch {
	case m == F2By5:
		transformSquaresGo(m, by, dst, src, tiles, n, e)
	case current == AVX512:
		transformAVX512(m, by, dst, src, tiles, n, e)
	case current == AVX2:
		transformAVX2(m, by, dst, src, tiles, n, e)
	default:
		transformSquaresGo(m, by, dst, src, tiles, n, e)
	}
}

func transformAVX512(m Minimal, by int, dst, src square, tiles, n int, e ending) {
	d, s := &dst.data[0], &src.data[0]
	switch by + transformCount*int(m/F4) {
	case byInput:
		input2AVX512(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n)
	case byFilter:
		filter2AVX512(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n)
	case byOutput:
		output2AVX512(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n, &e.bias[0], e.floor, e.high, e.wide)
	case byOutputGrad:
		outputGrad2AVX512(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n)
	case byFilterGrad:
		filterGrad2AVX512(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n)
	case transformCount + byInput:
		input4AVX512(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n)
	case transformCount + byFilter:
		filter4AVX512(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n)
	case transformCount + byOutput:
		output4AVX512(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n, &e.bias[0], e.floor, e.high, e.wide)
	case transformCount + byOutputGrad:
		outputGrad4AVX512(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n)
	case transformCount + byFilterGrad:
		filterGrad4AVX512(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n)
	}
}

func transformAVX2(m Minimal, by int, dst, src square, tiles, n int, e ending) {
	d, s := &dst.data[0], &src.data[0]
	switch by + transformCount*int(m/F4) {
	case byInput:
		input2AVX2(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n)
	case byFilter:
		filter2AVX2(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n)
	case byOutput:
		output2AVX2(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n, &e.bias[0], e.floor, e.high, e.wide)
	case byOutputGrad:
		outputGrad2AVX2(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n)
	case byFilterGrad:
		filterGrad2AVX2(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n)
	case transformCount + byInput:
		input4AVX2(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n)
	case transformCount + byFilter:
		filter4AVX2(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n)
	case transformCount + byOutput:
		output4AVX2(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n, &e.bias[0], e.floor, e.high, e.wide)
	case transformCount + byOutputGrad:
		outputGrad4AVX2(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n)
	case transformCount + byFilterGrad:
		filterGrad4AVX2(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n)
	}
}
