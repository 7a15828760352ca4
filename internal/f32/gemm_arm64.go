//go:build !purego

package f32

// gemmDepth is how far through k one pass over C goes. So many rows of a column
// of tiles of B stay in the first-level cache while all the tiles are computed.
const gemmDepth = 128

func gemm(c []float32, ldc int, a []float32, rsa, csa int, b []float32, ldb, m, n, k int, add bool) {
	if current == Generic {
		gemmGo(c, ldc, a, rsa, csa, b, ldb, m, n, k, add)
		return
	}
	for p := 0; p < k; p += gemmDepth {
		gemmNEON(c, ldc, &a[p*csa], rsa, csa, b[p*ldb:], ldb, m, n, min(gemmDepth, k-p), add || p > 0)
	}
}

// gemmNEON cuts C into columns of tiles of nearly the same width, at most 16, and
// one of what is less than a vector.
func gemmNEON(c []float32, ldc int, a *float32, rsa, csa int, b []float32, ldb, m, n, k int, add bool) {
	for j := 0; j < n; {
		vectors, lanes := columnNEON(n - j)
		rows, tall, short := tiles(m, tileRows(vectors))
		c, b := &c[j], &b[j]
		switch {
		case vectors == 4:
			gemm6x4NEON(c, ldc, a, rsa, csa, b, ldb, k, rows, tall, short, add)
		case vectors == 3:
			gemm8x3NEON(c, ldc, a, rsa, csa, b, ldb, k, rows, tall, short, add)
		case vectors == 2:
			gemm12x2NEON(c, ldc, a, rsa, csa, b, ldb, k, rows, tall, short, add)
		case lanes == 4:
			gemm12x1NEON(c, ldc, a, rsa, csa, b, ldb, k, rows, tall, short, add)
		case lanes == 3:
			gemm12Lanes3NEON(c, ldc, a, rsa, csa, b, ldb, k, rows, tall, short, add)
		case lanes == 2:
			gemm12Lanes2NEON(c, ldc, a, rsa, csa, b, ldb, k, rows, tall, short, add)
		default:
			gemm12Lanes1NEON(c, ldc, a, rsa, csa, b, ldb, k, rows, tall, short, add)
		}
		j += 4*(vectors-1) + lanes
	}
}

// columnNEON is the next column of tiles of n columns of C: its vectors, and the
// lanes of each of these, less than four only of a single one.
func columnNEON(n int) (vectors, lanes int) {
	if n < 4 {
		return 1, n
	}
	return ceil(n/4, ceil(n/4, 4)), 4
}

// tileRows is how high a tile of so many vectors is at most.
func tileRows(vectors int) int {
	switch vectors {
	case 4:
		return 6
	case 3:
		return 8
	}
	return 12
}
