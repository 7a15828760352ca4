//go:build !purego

package f32

func rectify(y []float32) {
	switch n := len(y); current {
	case NEON:
		rectifyNEON(&y[0], n/4, n%4)
	default:
		rectifyGo(y)
	}
}

func unrectify(dst, g, y []float32) {
	switch n := len(y); current {
	case NEON:
		unrectifyNEON(&dst[0], &g[0], &y[0], n/4, n%4)
	default:
		unrectifyGo(dst, g, y)
	}
}

func addTo(y, x []float32) {
	switch n := len(y); current {
	case NEON:
		addToNEON(&y[0], &x[0], n/4, n%4)
	default:
		addToGo(y, x)
	}
}

func clamp(y []float32, low, high float32) {
	switch n := len(y); current {
	case NEON:
		clampNEON(&y[0], n/4, n%4, low, high)
	default:
		clampGo(y, low, high)
	}
}

func unclamp(dst, g, y []float32, low, high float32) {
	switch n := len(y); current {
	case NEON:
		unclampNEON(&dst[0], &g[0], &y[0], n/4, n%4, low, high)
	default:
		unclampGo(dst, g, y, low, high)
	}
}

func drop(y, x []float32, words []uint32, threshold uint32, scale float32) {
	switch n := len(y); current {
	case NEON:
		dropNEON(&y[0], &x[0], &words[0], n/4, n%4, threshold, scale)
	default:
		dropGo(y, x, words, threshold, scale)
	}
}
