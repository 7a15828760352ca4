//go:build !purego

package f32

// gemmParts cuts C as gemmNEON does.
func gemmParts(c []float32, ldc int, a []float32, rsa, csa int, b []float32, ldb, m, n int, parts []int) {
	if current == Generic {
		gemmPartsGo(c, ldc, a, rsa, csa, b, ldb, m, n, parts)
		return
	}
	var stack [partsDepth * 24 * 4]float32 // a tile has 24 vectors at most
	for j := 0; j < n; {
		vectors, lanes := columnNEON(n - j)
		rows, tall, short := tiles(m, tileRows(vectors))
		c, b := &c[j], &b[j]
		switch {
		case vectors == 4:
			gemmParts6x4NEON(c, ldc, &a[0], rsa, csa, b, ldb, &parts[0], len(parts), &stack[0], rows, tall, short)
		case vectors == 3:
			gemmParts8x3NEON(c, ldc, &a[0], rsa, csa, b, ldb, &parts[0], len(parts), &stack[0], rows, tall, short)
		case vectors == 2:
			gemmParts12x2NEON(c, ldc, &a[0], rsa, csa, b, ldb, &parts[0], len(parts), &stack[0], rows, tall, short)
		case lanes == 4:
			gemmParts12x1NEON(c, ldc, &a[0], rsa, csa, b, ldb, &parts[0], len(parts), &stack[0], rows, tall, short)
		case lanes == 3:
			gemmParts12Lanes3NEON(c, ldc, &a[0], rsa, csa, b, ldb, &parts[0], len(parts), &stack[0], rows, tall, short)
		case lanes == 2:
			gemmParts12Lanes2NEON(c, ldc, &a[0], rsa, csa, b, ldb, &parts[0], len(parts), &stack[0], rows, tall, short)
		default:
			gemmParts12Lanes1NEON(c, ldc, &a[0], rsa, csa, b, ldb, &parts[0], len(parts), &stack[0], rows, tall, short)
		}
		j += 4*(vectors-1) + lanes
	}
}
