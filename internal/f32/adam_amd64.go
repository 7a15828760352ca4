//go:build !purego

package f32

func adam(w, g, m, v []float32, s AdamStep) {
	switch n := len(w); current {
	case AVX512:
		adamAVX512(&w[0], &g[0], &m[0], &v[0], n/16, n%16, s.Rate, s.Beta1, s.Beta2, s.C1, s.C2, s.Epsilon)
	case AVX2:
		adamAVX2(&w[0], &g[0], &m[0], &v[0], n/8, n%8, s.Rate, s.Beta1, s.Beta2, s.C1, s.C2, s.Epsilon)
	default:
		adamGo(w, g, m, v, s)
	}
}
