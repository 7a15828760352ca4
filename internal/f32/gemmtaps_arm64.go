//go:build !purego

package f32

func gemmTaps(c []float32, ldc int, a []float32, rsa, csa int, taps []int, b []float32, ldb, m, n, k int, e Ends) {
	if current == Generic {
		gemmTapsGo(c, ldc, a, rsa, csa, taps, b, ldb, m, n, k, e)
		return
	}
	low, high := e.bounds()
	for j := 0; j < n; {
		vectors, lanes := columnNEON(n - j)
		rows, tall, short := tiles(m, tileRows(vectors))
		c, b, e := &c[j], &b[j], e.At(j)
		from, ldf := first(e.From), 4*e.Row
		switch {
		case vectors == 4:
			gemmTaps6x4NEON(c, ldc, &a[0], rsa, csa, &taps[0], len(taps), b, ldb, k, rows, tall, short, from, ldf, low, high)
		case vectors == 3:
			gemmTaps8x3NEON(c, ldc, &a[0], rsa, csa, &taps[0], len(taps), b, ldb, k, rows, tall, short, from, ldf, low, high)
		case vectors == 2:
			gemmTaps12x2NEON(c, ldc, &a[0], rsa, csa, &taps[0], len(taps), b, ldb, k, rows, tall, short, from, ldf, low, high)
		case lanes == 4:
			gemmTaps12x1NEON(c, ldc, &a[0], rsa, csa, &taps[0], len(taps), b, ldb, k, rows, tall, short, from, ldf, low, high)
		case lanes == 3:
			gemmTaps12Lanes3NEON(c, ldc, &a[0], rsa, csa, &taps[0], len(taps), b, ldb, k, rows, tall, short, from, ldf, low, high)
		case lanes == 2:
			gemmTaps12Lanes2NEON(c, ldc, &a[0], rsa, csa, &taps[0], len(taps), b, ldb, k, rows, tall, short, from, ldf, low, high)
		default:
			gemmTaps12Lanes1NEON(c, ldc, &a[0], rsa, csa, &taps[0], len(taps), b, ldb, k, rows, tall, short, from, ldf, low, high)
		}
		j += 4*(vectors-1) + lanes
	}
}
