//go:build (amd64 || arm64) && !purego

package f32

// rmspropKernels are those of a level, by what a step keeps besides the mean square.
type rmspropKernels struct {
	lanes    int // of a vector
	plain    func(w, v, g *float32, vectors, lanes int, rate, rho, rest, epsilon, beta float32)
	centred  func(w, v, mean, g *float32, vectors, lanes int, rate, rho, rest, epsilon, beta float32)
	momentum func(w, v, m, g *float32, vectors, lanes int, rate, rho, rest, epsilon, beta float32)
	both     func(w, v, m, mean, g *float32, vectors, lanes int, rate, rho, rest, epsilon, beta float32)
}

func (k *rmspropKernels) step(w, g, v, m, mean []float32, s RMSpropStep) {
	vectors, lanes := len(w)/k.lanes, len(w)%k.lanes
	switch {
	case m != nil && mean != nil:
		k.both(&w[0], &v[0], &m[0], &mean[0], &g[0], vectors, lanes, s.Rate, s.Rho, s.Rest, s.Epsilon, s.Beta)
	case m != nil:
		k.momentum(&w[0], &v[0], &m[0], &g[0], vectors, lanes, s.Rate, s.Rho, s.Rest, s.Epsilon, s.Beta)
	case mean != nil:
		k.centred(&w[0], &v[0], &mean[0], &g[0], vectors, lanes, s.Rate, s.Rho, s.Rest, s.Epsilon, s.Beta)
	default:
		k.plain(&w[0], &v[0], &g[0], vectors, lanes, s.Rate, s.Rho, s.Rest, s.Epsilon, s.Beta)
	}
}
