//go:build !purego

package f32

func adam(w, g, m, v []float32, s AdamStep) {
	switch n := len(w); current {
	case NEON:
		adamNEON(&w[0], &m[0], &v[0], &g[0], n/4, n%4, s.Rate, s.Beta1, s.Beta2, s.C1, s.C2, s.Epsilon)
	default:
		adamGo(w, g, m, v, s)
	}
}
