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
	if allFour(parts) {
		gemmFoursGo(c, ldc, a, rsa, csa, b, ldb, m, n)
		return
	}
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

// allFour says whether there are eight parts of four.
func allFour(parts []int) bool {
	for _, n := range parts {
		if n != 4 {
			return false
		}
	}
	return len(parts) == MostParts
}

// gemmFoursGo is gemmPartsGo for eight parts of four, a batch of 32: two rows of C
// and a part at a time, which is added to what it goes with as it comes.
func gemmFoursGo(c []float32, ldc int, a []float32, rsa, csa int, b []float32, ldb, m, n int) {
	const wide = 64
	var waiting [partsDepth][2][wide]float32 // and spare, for a row below the last
	for j := 0; j < n; j += wide {
		cols := min(wide, n-j)
		for i := 0; i < m; i += 2 {
			x, y, below := c[i*ldc+j:][:cols], waiting[2][1][:cols], 0
			if i+1 < m {
				y, below = c[(i+1)*ldc+j:][:cols], rsa
			}
			x2, y2, x1, y1 := waiting[0][0][:cols], waiting[0][1][:cols], waiting[1][0][:cols], waiting[1][1][:cols]
			for t := range MostParts {
				var s fours
				s.take(a[i*rsa+4*t*csa:], below, csa)
				rows := b[4*t*ldb+j:]
				switch t {
				case 0: // x = 0
					s.set(x, y, rows, ldb)
				case 1: // 0 + 1
					s.add(x, y, rows, ldb)
				case 2, 6:
					s.set(x1, y1, rows, ldb)
				case 3: // (0 + 1) + (2 + 3)
					s.addBoth(x, y, x1, y1, rows, ldb)
				case 4:
					s.set(x2, y2, rows, ldb)
				case 5: // 4 + 5
					s.add(x2, y2, rows, ldb)
				case 7: // (4 + 5) + (6 + 7)
					s.addBoth(x2, y2, x1, y1, rows, ldb)
				}
			}
			addToGo(x, x2)
			addToGo(y, y2)
		}
	}
}

// fours are four factors of each of two rows.
type fours struct{ s, t [4]float32 }

func (f *fours) take(a []float32, below, csa int) {
	for p := range f.s {
		f.s[p], f.t[p] = a[p*csa], a[p*csa+below]
	}
}

// set sets x and y to the sums of four rows of b, times their factors.
func (f *fours) set(x, y, b []float32, ldb int) {
	n := len(x)
	b0, b1, b2, b3 := b[:n], b[ldb:][:n], b[2*ldb:][:n], b[3*ldb:][:n]
	y = y[:n]
	s0, s1, s2, s3 := f.s[0], f.s[1], f.s[2], f.s[3]
	t0, t1, t2, t3 := f.t[0], f.t[1], f.t[2], f.t[3]
	for j := range x {
		v, w := dots(b0, b1, b2, b3, j, s0, s1, s2, s3, t0, t1, t2, t3)
		x[j], y[j] = v, w
	}
}

// add adds them to x and y.
func (f *fours) add(x, y, b []float32, ldb int) {
	n := len(x)
	b0, b1, b2, b3 := b[:n], b[ldb:][:n], b[2*ldb:][:n], b[3*ldb:][:n]
	y = y[:n]
	s0, s1, s2, s3 := f.s[0], f.s[1], f.s[2], f.s[3]
	t0, t1, t2, t3 := f.t[0], f.t[1], f.t[2], f.t[3]
	for j := range x {
		v, w := dots(b0, b1, b2, b3, j, s0, s1, s2, s3, t0, t1, t2, t3)
		x[j], y[j] = x[j]+v, y[j]+w
	}
}

// addBoth adds to x and y what they make with p and q.
func (f *fours) addBoth(x, y, p, q, b []float32, ldb int) {
	n := len(x)
	b0, b1, b2, b3 := b[:n], b[ldb:][:n], b[2*ldb:][:n], b[3*ldb:][:n]
	y = y[:n]
	p, q = p[:n], q[:n]
	s0, s1, s2, s3 := f.s[0], f.s[1], f.s[2], f.s[3]
	t0, t1, t2, t3 := f.t[0], f.t[1], f.t[2], f.t[3]
	for j := range x {
		v, w := dots(b0, b1, b2, b3, j, s0, s1, s2, s3, t0, t1, t2, t3)
		x[j], y[j] = x[j]+(p[j]+v), y[j]+(q[j]+w)
	}
}

// dots are the sums of the numbers in column j of four rows, times their factors in
// each of two others. It takes the rows, to load a number when it multiplies: with
// the numbers as arguments it was slower.
func dots(b0, b1, b2, b3 []float32, j int, s0, s1, s2, s3, t0, t1, t2, t3 float32) (v, w float32) {
	r := b0[j]
	v, w = float32(s0*r), float32(t0*r) // rounded, whichever product the next is fused with
	r = b1[j]
	v, w = v+s1*r, w+t1*r
	r = b2[j]
	v, w = v+s2*r, w+t2*r
	r = b3[j]
	return v + s3*r, w + t3*r
}
