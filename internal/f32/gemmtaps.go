package f32

import "math"

// Ends are what the sums of a product begin with, and where they are cut in the
// end. The zero value is a plain product.
type Ends struct {
	From []float32 // element (i, j) begins with From[i·Row+j]; nil means with 0
	Row  int       // from one row of From to the next, in floats; 0 means that all rows begin alike

	Low, High float32 // as Clamp cuts; both 0 means not at all
}

// Cuts says whether the sums are cut.
func (e Ends) Cuts() bool { return e.Low != 0 || e.High != 0 }

// bounds are where the sums are cut.
func (e Ends) bounds() (low, high float32) {
	if !e.Cuts() {
		return float32(math.Inf(-1)), float32(math.Inf(1))
	}
	return e.Low, e.High
}

// at are the ends of the columns from j on.
func (e Ends) at(j int) Ends {
	if e.From != nil {
		e.From = e.From[j:]
	}
	return e
}

// GemmTaps computes C = Σ_t A_t·B_t for matrices A_t that lie in one slice, each
// beginning at its tap, with the ends that are given:
//
//	c[i·ldc+j] = Σ_t Σ_p a[taps[t]+i·rsa+p·csa]·b[(t·k+p)·ldb+j]    for i < m, j < n, p < k
//
// It is a convolution where channels lie last: i counts the pixels of a row of
// the output, p the input's channels, j the filters, and the taps are where the
// kernel's pixels lie. Its gradient by the kernel is another: there i counts the
// input's channels, p the pixels of a row of the output, and the taps are rows.
// The matrices A_t may overlap. Strides are in floats, and ldc is at least n
// where m > 1.
//
// The sum runs over t and, for each t, over p in order, from what it begins
// with, and with AVX2 and AVX-512 every step of it is one fused multiplication
// and addition. So an element's bits do not depend on how the caller cuts m, n
// or, going on from C, the taps into pieces.
//
// It panics where a slice is too short for its shape, a stride negative, a tap
// outside A, or Low not at most High. C must not overlap A or B; it may be From,
// element by element.
func GemmTaps(c []float32, ldc int, a []float32, rsa, csa int, taps []int, b []float32, ldb, m, n, k int, e Ends) {
	check(m >= 0 && n >= 0 && k >= 0, "GemmTaps: negative size")
	check(ldc >= 0 && rsa >= 0 && csa >= 0 && ldb >= 0 && e.Row >= 0, "GemmTaps: negative stride")
	check(e.Low <= e.High, "GemmTaps: want low at most high")
	if m == 0 || n == 0 {
		return
	}
	check(m == 1 || ldc >= n, "GemmTaps: rows of C overlap")
	check((m-1)*ldc+n <= len(c), "GemmTaps: C too short")
	check(e.From == nil || (m-1)*e.Row+n <= len(e.From), "GemmTaps: From too short")
	if k == 0 || len(taps) == 0 {
		gemmTapsGo(c, ldc, nil, 0, 0, nil, nil, 0, m, n, 0, e)
		return
	}
	checkTaps("GemmTaps", taps, (m-1)*rsa+(k-1)*csa+1, a)
	check((len(taps)*k-1)*ldb+n <= len(b), "GemmTaps: B too short")
	gemmTaps(c, ldc, a, rsa, csa, taps, b, ldb, m, n, k, e)
}

func gemmTapsGo(c []float32, ldc int, a []float32, rsa, csa int, taps []int, b []float32, ldb, m, n, k int, e Ends) {
	for i := range m {
		row := c[i*ldc:][:n]
		if e.From == nil {
			clear(row)
		} else {
			copy(row, e.From[i*e.Row:])
		}
		for t, tap := range taps {
			for p := range k {
				s := a[tap+i*rsa+p*csa]
				for j, v := range b[(t*k+p)*ldb:][:len(row)] {
					row[j] += s * v
				}
			}
		}
		if e.Cuts() {
			clampGo(row, e.Low, e.High)
		}
	}
}
