package f32

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestFirstBlockGrad(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(27, 28))
		for i, m := range images() {
			n := m.cells() * m.fp
			x, gy, arg := integers(rng, m.c*m.h*m.w, 3, i%4), integers(rng, n, 3, i%3), places(rng, n)
			f0 := rng.IntN(m.fp/Lanes+1) * Lanes
			f1 := f0 + rng.IntN((m.fp-f0)/Lanes+1)*Lanes
			if i%8 == 0 {
				f0, f1 = 0, m.fp
			}
			for i := range gy { // where no gradient passes, it does not matter what it is
				if arg[i] == Dead && rng.IntN(2) == 0 {
					gy[i] = float32(math.NaN())
				}
			}
			dk, checkK := guarded[float32](t, 9*m.c*m.fp, i%4, 77)
			db, checkB := guarded[float32](t, m.fp, i%5, 77)
			copy(dk, integers(rng, len(dk), 3, 0))
			copy(db, integers(rng, len(db), 3, 0))
			wantK, wantB := slices.Clone(dk), slices.Clone(db)
			firstBlockGradGo(wantK, wantB, gy, arg, x, m.c, m.h, m.w, m.fp, f0, f1)
			FirstBlockGrad(dk, db, gy, arg, x, m.c, m.h, m.w, m.fp, f0, f1)
			what := fmt.Sprintf("%+v, filters %d to %d", m, f0, f1)
			checkK(what)
			checkB(what)
			if !same(dk, wantK) || !same(db, wantB) {
				t.Fatalf("%s: got other values than Go", what)
			}
		}
	})
}
