package f32

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestLiveFilters(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(45, 46))
		for i := range 200 {
			fp := (1 + i%6) * Lanes
			stride := rng.IntN(1000)
			gy, arg := gradients(rng, fp), places(rng, fp)
			switch i / 6 % 8 {
			case 0: // all at one place
				for i := range arg {
					gy[i], arg[i] = 1, arg[0]
				}
			case 1:
				clear(gy)
			}
			grad, checkGrad := guarded[float32](t, 4*fp, i%4, 77)
			at, checkAt := guarded[int32](t, 4*fp, i%5, 77)
			wantGrad, wantAt := make([]float32, 4*fp), make([]int32, 4*fp)
			var counts, wantCounts [4]int32
			liveFiltersGo(wantGrad, wantAt, &wantCounts, gy, arg, stride)
			LiveFilters(grad, at, &counts, gy, arg, stride)
			what := fmt.Sprintf("%d filters", fp)
			checkGrad(what)
			checkAt(what)
			if counts != wantCounts {
				t.Fatalf("%s: counts are %d, want %d", what, counts, wantCounts)
			}
			for p, count := range counts {
				begin, end := p*fp, p*fp+int(count)
				if !same(grad[begin:end], wantGrad[begin:end]) || !slices.Equal(at[begin:end], wantAt[begin:end]) {
					t.Fatalf("%s: got another list of place %d than Go", what, p)
				}
			}
		}
	})
}
