package f32

// MostParts is how many parts a sum of GemmParts may have.
const MostParts = 8

// GemmParts computes C = A·B, each element part by part:
//
//	c[i·ldc+j] = Σ_t Σ_p a[i·rsa+p·csa]·b[p·ldb+j]    for i < m, j < n
//
// where part t has the next parts[t] of the p, in order from zero, and the parts
// are added two by two, as the leaves of a tree: of five, ((0+1)+(2+3))+4. So
// whoever has some parts' products can add them up to the same bits. It is the
// gradient by the weights of a dense layer, whose p are samples. The rest is as in
// Gemm; there are 1 to MostParts parts of at least 1.
func GemmParts(c []float32, ldc int, a []float32, rsa, csa int, b []float32, ldb, m, n int, parts []int) {
	check(m >= 0 && n >= 0, "GemmParts: negative size")
	check(ldc >= 0 && rsa >= 0 && csa >= 0 && ldb >= 0, "GemmParts: negative stride")
	check(len(parts) > 0 && len(parts) <= MostParts, "GemmParts: want 1 to 8 parts")
	k := 0
	for _, n := range parts {
		check(n > 0, "GemmParts: empty part")
		k += n
	}
	if m == 0 || n == 0 {
		return
	}
	check(m == 1 || ldc >= n, "GemmParts: rows of C overlap")
	check((m-1)*ldc+n <= len(c), "GemmParts: C too short")
	check((m-1)*rsa+(k-1)*csa < len(a), "GemmParts: A too short")
	check((k-1)*ldb+n <= len(b), "GemmParts: B too short")
	gemmParts(c, ldc, a, rsa, csa, b, ldb, m, n, parts)
}

// partsDepth is how many sums of parts ever wait: of four, of two, and one.
const partsDepth = 3

func gemmPartsGo(c []float32, ldc int, a []float32, rsa, csa int, b []float32, ldb, m, n int, parts []int) {
	const wide = 64
	var stack [partsDepth][wide]float32
	for i := range m {
		for j := 0; j < n; j += wide {
			row := c[i*ldc+j:][:min(wide, n-j)]
			p, high := 0, 0
			for t, k := range parts {
				clear(row)
				for end := p + k; p < end; p++ {
					addRow(row, b[p*ldb+j:], a[i*rsa+p*csa])
				}
				for pairs := t + 1; pairs%2 == 0; pairs /= 2 {
					high--
					addToGo(row, stack[high][:len(row)])
				}
				if t+1 < len(parts) {
					copy(stack[high][:], row)
					high++
				}
			}
			for ; high > 0; high-- {
				addToGo(row, stack[high-1][:len(row)])
			}
		}
	}
}
