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

// gemmPartsGo takes two rows of C at a time, as gemmTapsGo does, which computes the
// parts.
func gemmPartsGo(c []float32, ldc int, a []float32, rsa, csa int, b []float32, ldb, m, n int, parts []int) {
	const high, wide = 2, 64
	var stack [partsDepth][high][wide]float32
	for i := 0; i < m; i += high {
		for j := 0; j < n; j += wide {
			rows, cols := min(high, m-i), min(wide, n-j)
			c := c[i*ldc+j:]
			addTop := func(top int) {
				for r := range rows {
					addToGo(c[r*ldc:][:cols], stack[top][r][:cols])
				}
			}
			p, waiting := 0, 0
			for t, k := range parts {
				gemmTapsGo(c, ldc, a[i*rsa+p*csa:], rsa, csa, oneTap, b[p*ldb+j:], ldb, rows, cols, k, Ends{})
				p += k
				for pairs := t + 1; pairs%2 == 0; pairs /= 2 {
					waiting--
					addTop(waiting)
				}
				if t+1 < len(parts) {
					for r := range rows {
						copy(stack[waiting][r][:], c[r*ldc:][:cols])
					}
					waiting++
				}
			}
			for ; waiting > 0; waiting-- {
				addTop(waiting - 1)
			}
		}
	}
}
