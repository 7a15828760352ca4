//go:build !purego

package f32

func transformSquares(m Minimal, by int, dst, src square, tiles, n int, e ending) {
	switch {
	case m == F2By5:
		transformSquaresGo(m, by, dst, src, tiles, n, e)
	case current == NEON:
		transformNEON(m, by, dst, src, tiles, n, e)
	default:
		transformSquaresGo(m, by, dst, src, tiles, n, e)
	}
}

func transformNEON(m Minimal, by int, dst, src square, tiles, n int, e ending) {
	d, s := &dst.data[0], &src.data[0]
	switch by + transformCount*int(m/F4) {
	case byInput:
		input2NEON(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n)
	case byFilter:
		filter2NEON(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n)
	case byOutput:
		output2NEON(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n, &e.bias[0], e.floor, e.high, e.wide)
	case byOutputGrad:
		outputGrad2NEON(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n)
	case byFilterGrad:
		filterGrad2NEON(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n)
	case transformCount + byInput:
		input4NEON(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n)
	case transformCount + byFilter:
		filter4NEON(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n)
	case transformCount + byOutput:
		output4NEON(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n, &e.bias[0], e.floor, e.high, e.wide)
	case transformCount + byOutputGrad:
		outputGrad4NEON(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n)
	case transformCount + byFilterGrad:
		filterGrad4NEON(d, dst.row, dst.col, dst.tile, s, src.row, src.col, src.tile, tiles, n)
	}
}
