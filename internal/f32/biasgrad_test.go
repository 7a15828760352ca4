package f32

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestBiasGrad(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(29, 30))
		for i, m := range images() {
			n := m.cells() * m.fp
			gy, arg := integers(rng, n, 3, i%3), places(rng, n)
			for i := range gy {
				if arg[i] == Dead {
					gy[i] = float32(math.NaN())
				}
			}
			f0 := rng.IntN(m.fp/Lanes+1) * Lanes
			f1 := f0 + rng.IntN((m.fp-f0)/Lanes+1)*Lanes
			db, check := guarded[float32](t, m.fp, i%5, 77)
			copy(db, integers(rng, len(db), 3, 0))
			want := slices.Clone(db)
			biasGradGo(want, gy, arg, m.cells(), m.fp, f0, f1)
			BiasGrad(db, gy, arg, m.cells(), m.fp, f0, f1)
			check(m)
			if !same(db, want) {
				t.Fatalf("%+v: filters %d to %d: got other values than Go", m, f0, f1)
			}
		}
	})
}
