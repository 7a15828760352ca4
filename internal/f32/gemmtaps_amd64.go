//go:build !purego

package f32

func gemmTaps(c []float32, ldc int, a []float32, rsa, csa int, taps []int, b []float32, ldb, m, n, k int, e Ends) {
	switch current {
	case AVX512:
		gemmTapsAVX512(c, ldc, a, rsa, csa, taps, b, ldb, m, n, k, e)
	case AVX2:
		gemmTapsAVX2(c, ldc, a, rsa, csa, taps, b, ldb, m, n, k, e)
	default:
		gemmTapsGo(c, ldc, a, rsa, csa, taps, b, ldb, m, n, k, e)
	}
}

// gemmTapsAVX512 cuts C into columns of tiles two vectors wide, of which one
// tile is often as high as C: so B is read once. Few rows are better off with
// wider tiles, and an odd number of vectors with one column of three.
func gemmTapsAVX512(c []float32, ldc int, a []float32, rsa, csa int, taps []int, b []float32, ldb, m, n, k int, e Ends) {
	low, high := e.bounds()
	for j := 0; j < n; {
		vectors := ceil(n-j, 16)
		if m > 6 {
			vectors = min(vectors, 2+vectors%2)
		} else {
			vectors = ceil(vectors, ceil(vectors, 4))
		}
		lanes := min(16, n-j-16*(vectors-1))
		c, b, e := &c[j], &b[j], e.At(j)
		switch vectors {
		case 4:
			rows, tall, short := tiles(m, 6)
			gemmTaps6x4AVX512(c, ldc, &a[0], rsa, 4*csa, &taps[0], len(taps), b, ldb, k, rows, tall, short, lanes, first(e.From), 4*e.Row, low, high)
		case 3:
			rows, tall, short := tiles(m, 8)
			gemmTaps8x3AVX512(c, ldc, &a[0], rsa, 4*csa, &taps[0], len(taps), b, ldb, k, rows, tall, short, lanes, first(e.From), 4*e.Row, low, high)
		case 2:
			rows, tall, short := tiles(m, 14)
			gemmTaps14x2AVX512(c, ldc, &a[0], rsa, 4*csa, &taps[0], len(taps), b, ldb, k, rows, tall, short, lanes, first(e.From), 4*e.Row, low, high)
		case 1:
			rows, tall, short := tiles(m, 16)
			gemmTaps16x1AVX512(c, ldc, &a[0], rsa, 4*csa, &taps[0], len(taps), b, ldb, k, rows, tall, short, lanes, first(e.From), 4*e.Row, low, high)
		}
		j += 16 * vectors
	}
}

// gemmTapsAVX2 cuts C into columns of tiles 16 wide and, for what is left, 8
// wide.
func gemmTapsAVX2(c []float32, ldc int, a []float32, rsa, csa int, taps []int, b []float32, ldb, m, n, k int, e Ends) {
	low, high := e.bounds()
	for j := 0; j < n; {
		c, b, e := &c[j], &b[j], e.At(j)
		if n-j >= 16 {
			rows, tall, short := tiles(m, 6)
			gemmTaps6x2AVX2(c, ldc, &a[0], rsa, 4*csa, &taps[0], len(taps), b, ldb, k, rows, tall, short, 8, first(e.From), 4*e.Row, low, high)
			j += 16
			continue
		}
		rows, tall, short := tiles(m, 12)
		gemmTaps12x1AVX2(c, ldc, &a[0], rsa, 4*csa, &taps[0], len(taps), b, ldb, k, rows, tall, short, min(8, n-j), first(e.From), 4*e.Row, low, high)
		j += 8
	}
}
