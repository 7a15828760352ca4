package f32

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestAddColumns(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(67, 68))
		for n := 1; n < 300; n++ {
			rows := n % 6
			sum, check := surrounded(t, rng, n, n%5)
			x, checkX := surrounded(t, rng, rows*n, n%3)
			if n%2 == 0 { // without what a sum cannot leave again
				copy(sum, random(rng, len(sum), 0))
				copy(x, random(rng, len(x), 0))
			}
			want := slices.Clone(sum)
			for r := range rows {
				for j := range want {
					want[j] += x[r*n+j]
				}
			}
			AddColumns(sum, x)
			what := fmt.Sprintf("%d×%d", rows, n)
			wantSame(t, what, sum, want)
			check(what)
			checkX(what)
		}
	})
}
