//go:build !purego

package f32

func gemmParts(c []float32, ldc int, a []float32, rsa, csa int, b []float32, ldb, m, n int, parts []int) {
	switch current {
	case AVX512:
		gemmPartsAVX512(c, ldc, a, rsa, csa, b, ldb, m, n, parts)
	case AVX2:
		gemmPartsAVX2(c, ldc, a, rsa, csa, b, ldb, m, n, parts)
	default:
		gemmPartsGo(c, ldc, a, rsa, csa, b, ldb, m, n, parts)
	}
}

// gemmPartsAVX512 cuts C as gemmAVX512 does.
func gemmPartsAVX512(c []float32, ldc int, a []float32, rsa, csa int, b []float32, ldb, m, n int, parts []int) {
	var stack [partsDepth * 24 * 16]float32 // a tile has 24 vectors at most
	for j := 0; j < n; {
		vectors, lanes := column(n - j)
		c, b := &c[j], &b[j]
		switch vectors {
		case 4:
			rows, tall, short := tiles(m, 6)
			gemmParts6x4AVX512(c, 4*ldc, &a[0], rsa, csa, b, ldb, &parts[0], len(parts), &stack[0], rows, tall, short, lanes)
		case 3:
			rows, tall, short := tiles(m, 8)
			gemmParts8x3AVX512(c, 4*ldc, &a[0], rsa, csa, b, ldb, &parts[0], len(parts), &stack[0], rows, tall, short, lanes)
		case 2:
			rows, tall, short := tiles(m, 12)
			gemmParts12x2AVX512(c, 4*ldc, &a[0], rsa, csa, b, ldb, &parts[0], len(parts), &stack[0], rows, tall, short, lanes)
		case 1:
			rows, tall, short := tiles(m, 12)
			gemmParts12x1AVX512(c, 4*ldc, &a[0], rsa, csa, b, ldb, &parts[0], len(parts), &stack[0], rows, tall, short, lanes)
		}
		j += 16 * vectors
	}
}

// gemmPartsAVX2 cuts C as gemmAVX2 does.
func gemmPartsAVX2(c []float32, ldc int, a []float32, rsa, csa int, b []float32, ldb, m, n int, parts []int) {
	var stack [partsDepth * 12 * 8]float32
	for j := 0; j < n; {
		c, b := &c[j], &b[j]
		if n-j >= 16 {
			rows, tall, short := tiles(m, 6)
			gemmParts6x2AVX2(c, 4*ldc, &a[0], rsa, csa, b, ldb, &parts[0], len(parts), &stack[0], rows, tall, short, 8)
			j += 16
			continue
		}
		rows, tall, short := tiles(m, 12)
		gemmParts12x1AVX2(c, 4*ldc, &a[0], rsa, csa, b, ldb, &parts[0], len(parts), &stack[0], rows, tall, short, min(8, n-j))
		j += 8
	}
}
