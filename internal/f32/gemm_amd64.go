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
		depth := min(gemmDepth, k-p)
		if current == AVX512 {
			gemmAVX512(c, ldc, &a[p*csa], rsa, csa, b[p*ldb:], ldb, m, n, depth, add || p > 0)
		} else {
			gemmAVX2(c, ldc, &a[p*csa], rsa, csa, b[p*ldb:], ldb, m, n, depth, add || p > 0)
		}
	}
}

// gemmAVX512 cuts C into columns of tiles of nearly the same width, at most 64.
func gemmAVX512(c []float32, ldc int, a *float32, rsa, csa int, b []float32, ldb, m, n, k int, add bool) {
	for j := 0; j < n; {
		vectors, lanes := column(n - j)
		c, b := &c[j], &b[j]
		switch vectors {
		case 4:
			rows, tall, short := tiles(m, 6)
			gemm6x4AVX512(c, ldc, a, rsa, csa, b, ldb, k, rows, tall, short, lanes, add)
		case 3:
			rows, tall, short := tiles(m, 8)
			gemm8x3AVX512(c, ldc, a, rsa, csa, b, ldb, k, rows, tall, short, lanes, add)
		case 2:
			rows, tall, short := tiles(m, 12)
			gemm12x2AVX512(c, ldc, a, rsa, csa, b, ldb, k, rows, tall, short, lanes, add)
		case 1:
			rows, tall, short := tiles(m, 12)
			gemm12x1AVX512(c, ldc, a, rsa, csa, b, ldb, k, rows, tall, short, lanes, add)
		}
		j += 16 * vectors
	}
}

// gemmAVX2 cuts C into columns of tiles 16 wide and, for what is left, 8 wide.
func gemmAVX2(c []float32, ldc int, a *float32, rsa, csa int, b []float32, ldb, m, n, k int, add bool) {
	for j := 0; j < n; {
		c, b := &c[j], &b[j]
		if n-j >= 16 {
			rows, tall, short := tiles(m, 6)
			gemm6x2AVX2(c, ldc, a, rsa, csa, b, ldb, k, rows, tall, short, 8, add)
			j += 16
			continue
		}
		rows, tall, short := tiles(m, 12)
		gemm12x1AVX2(c, ldc, a, rsa, csa, b, ldb, k, rows, tall, short, min(8, n-j), add)
		j += 8
	}
}

// column is the next column of tiles of n columns of C: its vectors, and the lanes
// of the last of these.
func column(n int) (vectors, lanes int) {
	vectors = ceil(n, 16*ceil(n, 64))
	return vectors, min(16, n-16*(vectors-1))
}
