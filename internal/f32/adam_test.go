package f32

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

var adamStep = AdamStep{Rate: 1e-2, Beta1: 0.9, Beta2: 0.999, C1: 1 - 0.9, C2: 1 - 0.999, Epsilon: 1e-7}

// adamState is what Adam works on.
type adamState struct{ w, g, m, v []float32 }

func newAdamState(rng *rand.Rand, n, offset int) adamState {
	s := adamState{random(rng, n, offset), random(rng, n, offset), random(rng, n, offset), random(rng, n, offset)}
	for i, v := range s.v {
		s.v[i] = v * v
	}
	return s
}

func (s adamState) clone() adamState {
	return adamState{slices.Clone(s.w), slices.Clone(s.g), slices.Clone(s.m), slices.Clone(s.v)}
}

// slice is the state of the weights from i to j.
func (s adamState) slice(i, j int) adamState {
	return adamState{s.w[i:j:j], s.g[i:j:j], s.m[i:j:j], s.v[i:j:j]}
}

func (s adamState) step() { Adam(s.w, s.g, s.m, s.v, adamStep) }

func (s adamState) sameBits(o adamState) bool {
	return sameBits(s.w, o.w) && sameBits(s.g, o.g) && sameBits(s.m, o.m) && sameBits(s.v, o.v)
}

// slowAdam is one weight's step in double precision.
func slowAdam(w, g, m, v float64, s AdamStep) (w2, m2, v2 float64) {
	m2 = float64(s.Beta1)*m + float64(s.C1)*g
	v2 = float64(s.Beta2)*v + float64(s.C2)*g*g
	return w - float64(s.Rate)*m2/(math.Sqrt(v2)+float64(s.Epsilon)), m2, v2
}

func TestAdam(t *testing.T) {
	const tolerance = 8 * 0x1p-24
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(1, 2))
		for n := range 200 {
			offset := n % 5
			// The weights lie between guards.
			whole := newAdamState(rng, 16+n+16, offset)
			before := whole.clone()
			whole.slice(16, 16+n).step()
			for i := range whole.w {
				if i < 16 || i >= 16+n {
					if !whole.slice(i, i+1).sameBits(before.slice(i, i+1)) {
						t.Fatalf("n = %d: element %d of the surroundings changed", n, i-16)
					}
					continue
				}
				w, m, v := slowAdam(float64(before.w[i]), float64(before.g[i]), float64(before.m[i]), float64(before.v[i]), adamStep)
				// What m's terms lose in cancelling each other counts against
				// their size.
				size := math.Abs(float64(before.m[i])) + math.Abs(float64(before.g[i]))
				for _, x := range []struct {
					name             string
					got              float32
					want, proportion float64
				}{
					{"w", whole.w[i], w, math.Abs(float64(before.w[i])) + math.Abs(w) + float64(adamStep.Rate)*size/math.Sqrt(v)},
					{"m", whole.m[i], m, size},
					{"v", whole.v[i], v, v},
				} {
					if !(math.Abs(float64(x.got)-x.want) <= tolerance*x.proportion) {
						t.Fatalf("n = %d: %s[%d] = %v, want %v", n, x.name, i-16, x.got, x.want)
					}
				}
			}
			if !sameBits(whole.g, before.g) {
				t.Fatalf("n = %d: the gradient changed", n)
			}
		}
	})
}

func TestAdamCutAnywhere(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(3, 4))
		const n = 75
		start := newAdamState(rng, n, 1)
		whole := start.clone()
		whole.step()
		for cut := range n + 1 {
			pieces := start.clone()
			pieces.slice(0, cut).step()
			pieces.slice(cut, n).step()
			if !pieces.sameBits(whole) {
				t.Fatalf("other bits when cut at %d", cut)
			}
		}
	})
}

func TestAdamSpecialValues(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	eachLevel(t, func(t *testing.T) {
		for _, n := range []int{1, 16, 21} {
			s := adamState{make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)}
			s.step()
			if s.w[n-1] != 0 || s.m[n-1] != 0 || s.v[n-1] != 0 {
				t.Errorf("n = %d: no gradient, but w, m, v = %v, %v, %v", n, s.w[n-1], s.m[n-1], s.v[n-1])
			}
			s.g[n-1] = inf
			s.step()
			if w := s.w[n-1]; w == w || s.m[n-1] != inf || s.v[n-1] != inf {
				t.Errorf("n = %d: infinite gradient, but w, m, v = %v, %v, %v", n, w, s.m[n-1], s.v[n-1])
			}
			s.g[0] = nan
			s.step()
			if s.w[0] == s.w[0] || s.m[0] == s.m[0] || s.v[0] == s.v[0] {
				t.Errorf("n = %d: gradient not a number, but w, m, v = %v, %v, %v", n, s.w[0], s.m[0], s.v[0])
			}
		}
	})
}

// Both levels of assembly round alike.
func TestAdamSameOnAVX2(t *testing.T) {
	if Best() < AVX512 {
		t.Skip("needs AVX-512")
	}
	narrow := newAdamState(rand.New(rand.NewPCG(5, 6)), 999, 0)
	wide := narrow.clone()
	defer Use(Use(AVX2))
	narrow.step()
	Use(AVX512)
	wide.step()
	if !narrow.sameBits(wide) {
		t.Error("AVX2 and AVX-512 differ")
	}
}

func TestAdamPanics(t *testing.T) {
	defer func() {
		if got := recover(); got != "f32: Adam: lengths differ" {
			t.Errorf("panicked with %v", got)
		}
	}()
	x := make([]float32, 4)
	Adam(x, x[:3], x, x, adamStep)
}

func BenchmarkAdam(b *testing.B) {
	const weights = 243786
	for _, level := range Levels() {
		b.Run(level.String(), func(b *testing.B) {
			defer Use(Use(level))
			s := newAdamState(rand.New(rand.NewPCG(1, 2)), weights, 0)
			for b.Loop() {
				s.step()
			}
			// Four slices are read and three written.
			b.ReportMetric(7*4*weights*float64(b.N)/b.Elapsed().Seconds()/1e9, "GB/s")
		})
	}
}
