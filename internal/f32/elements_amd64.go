//go:build !purego

package f32

func rectify(y []float32) {
	switch n := len(y); current {
	case AVX512:
		rectifyAVX512(&y[0], n/16, n%16)
	case AVX2:
		rectifyAVX2(&y[0], n/8, n%8)
	default:
		rectifyGo(y)
	}
}

func unrectify(dst, g, y []float32) {
	switch n := len(y); current {
	case AVX512:
		unrectifyAVX512(&dst[0], &g[0], &y[0], n/16, n%16)
	case AVX2:
		unrectifyAVX2(&dst[0], &g[0], &y[0], n/8, n%8)
	default:
		unrectifyGo(dst, g, y)
	}
}

func addTo(y, x []float32) {
	switch n := len(y); current {
	case AVX512:
		addToAVX512(&y[0], &x[0], n/16, n%16)
	case AVX2:
		addToAVX2(&y[0], &x[0], n/8, n%8)
	default:
		addToGo(y, x)
	}
}

func clamp(y []float32, low, high float32) {
	switch n := len(y); current {
	case AVX512:
		clampAVX512(&y[0], n/16, n%16, low, high)
	case AVX2:
		clampAVX2(&y[0], n/8, n%8, low, high)
	default:
		clampGo(y, low, high)
	}
}

func unclamp(dst, g, y []float32, low, high float32) {
	switch n := len(y); current {
	case AVX512:
		unclampAVX512(&dst[0], &g[0], &y[0], n/16, n%16, low, high)
	case AVX2:
		unclampAVX2(&dst[0], &g[0], &y[0], n/8, n%8, low, high)
	default:
		unclampGo(dst, g, y, low, high)
	}
}

func drop(y, x []float32, words []uint32, threshold uint32, scale float32) {
	switch n := len(y); current {
	case AVX512:
		dropAVX512(&y[0], &x[0], &words[0], n/16, n%16, threshold, scale)
	case AVX2:
		dropAVX2(&y[0], &x[0], &words[0], n/8, n%8, threshold, scale)
	default:
		dropGo(y, x, words, threshold, scale)
	}
}
