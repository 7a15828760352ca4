package f32

import "math"

// AdamStep is what one step of Adam depends on besides weights, gradient and
// moments.
type AdamStep struct {
	Rate         float32 // the learning rate, with both moments' bias correction
	Beta1, Beta2 float32 // how much of each moment is kept
	C1, C2       float32 // 1-Beta1 and 1-Beta2, rounded by the caller
	Epsilon      float32 // added to the root
}

// Adam takes one step of Adam (Kingma & Ba, arXiv:1412.6980) for weights w with
// gradient g, first moment m and second moment v. For each i
//
//	m[i] = Beta1·m[i] + C1·g[i]
//	v[i] = Beta2·v[i] + C2·g[i]²
//	w[i] -= Rate·m[i] / (√v[i] + Epsilon)
//
// An element's bits do not depend on where it lies in the slices, which must
// not overlap. It panics where their lengths differ.
func Adam(w, g, m, v []float32, s AdamStep) {
	check(len(g) == len(w) && len(m) == len(w) && len(v) == len(w), "Adam: lengths differ")
	if len(w) > 0 {
		adam(w, g, m, v, s)
	}
}

func adamGo(w, g, m, v []float32, s AdamStep) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	for i, grad := range g {
		m[i] = s.Beta1*m[i] + s.C1*grad
		v[i] = s.Beta2*v[i] + s.C2*(grad*grad)
		w[i] -= s.Rate * m[i] / (float32(math.Sqrt(float64(v[i]))) + s.Epsilon)
	}
}
