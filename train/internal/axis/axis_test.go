package axis

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNew(t *testing.T) {
	for _, tt := range []struct {
		lo, hi float64
		n      int
		want   string // labels
	}{
		{0.0345, 0.4321, 5, "0.0 0.1 0.2 0.3 0.4 0.5"},
		{0.0345, 0.4321, 2, "0.0 0.5"},
		{0.93, 0.998, 5, "0.92 0.94 0.96 0.98 1.00"},
		{0.998, 0.9991, 5, "0.9980 0.9985 0.9990 0.9995"},
		{1, 1, 5, "0.0 0.2 0.4 0.6 0.8 1.0"},
		{0.5, 0.5, 5, "0.0 0.1 0.2 0.3 0.4 0.5"},
		{0, 0, 5, "0.0 0.2 0.4 0.6 0.8 1.0"},
		{-3, -3, 5, "-3 -2 -1 0"},
		{0.1, 0.3, 2, "0.1 0.2 0.3"},
		{1, 50, 5, "0 10 20 30 40 50"},
		{1, 2.3e9, 5, "0 5e+08 1e+09 1.5e+09 2e+09 2.5e+09"},
		{0, 2.3e-9, 5, "0 5e-10 1e-09 1.5e-09 2e-09 2.5e-09"},
	} {
		a := New(tt.lo, tt.hi, tt.n)
		var labels []string
		for _, tick := range a.Ticks() {
			labels = append(labels, a.Label(tick))
		}
		if diff := cmp.Diff(tt.want, strings.Join(labels, " ")); diff != "" {
			t.Errorf("%v to %v in %d (-want +got):\n%s", tt.lo, tt.hi, tt.n, diff)
		}
	}
}

// TestCovers tries values of all sizes.
func TestCovers(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	values := []float64{0, math.SmallestNonzeroFloat64, 1e300, -1e300, 1}
	for range 2000 {
		values = append(values, (rng.Float64()-0.3)*math.Pow10(rng.IntN(600)-299))
	}
	for i, lo := range values {
		hi := values[(i+1)%len(values)]
		if i%3 == 0 {
			hi = lo * (1 + 1e-3*rng.Float64())
		}
		lo, hi := min(lo, hi), max(lo, hi)
		for n := 2; n < 7; n++ {
			a := New(lo, hi, n)
			low, high := a.Fraction(lo), a.Fraction(hi)
			if steps := a.To - a.From; steps < 1 || steps > n || low < -1e-6 || high > 1+1e-6 || !(low <= high) {
				t.Fatalf("%v to %v in %d: got %+v with the values at %v and %v", lo, hi, n, a, low, high)
			}
		}
	}
}
