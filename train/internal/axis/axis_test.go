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
		{math.NaN(), 1, 5, "0.0 0.2 0.4 0.6 0.8 1.0"},
		{math.Inf(-1), math.Inf(1), 2, "-1e+305 0 1e+305"},
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

func TestWithin(t *testing.T) {
	for _, tt := range []struct {
		lo, hi float64
		n      int
		want   string // labels
	}{
		{0.9612, 0.9941, 8, "0.965 0.970 0.975 0.980 0.985 0.990"},
		{-0.01, 0.52, 8, "0.0 0.1 0.2 0.3 0.4 0.5"},
		{0, 2.3, 8, "0.0 0.5 1.0 1.5 2.0"},
		{3, 95, 8, "20 40 60 80"},
		{0, 0.8, 8, "0.0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8"},
		{5, 5, 8, "5.0 5.2 5.4 5.6 5.8 6.0"},
		{math.NaN(), math.Inf(1), 8, "0 2e+304 4e+304 6e+304 8e+304 1e+305"},
	} {
		a := Within(tt.lo, tt.hi, tt.n)
		var labels []string
		for _, tick := range a.Ticks() {
			labels = append(labels, a.Label(tick))
			if tt.lo < tt.hi && (tick < tt.lo-1e-9 || tick > tt.hi+1e-9) {
				t.Errorf("%v to %v: got a tick at %v", tt.lo, tt.hi, tick)
			}
		}
		if diff := cmp.Diff(tt.want, strings.Join(labels, " ")); diff != "" {
			t.Errorf("%v to %v in %d (-want +got):\n%s", tt.lo, tt.hi, tt.n, diff)
		}
	}
}

func TestEpochs(t *testing.T) {
	for n, want := range map[int][]int{
		0:    nil,
		1:    {1},
		3:    {1, 2, 3},
		10:   {1, 2, 3, 4, 5, 6, 7, 8, 9, 10},
		11:   {1, 2, 4, 6, 8, 10},
		50:   {1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50},
		1000: {1, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000},
	} {
		if diff := cmp.Diff(want, Epochs(n)); diff != "" {
			t.Errorf("%d epochs (-want +got):\n%s", n, diff)
		}
	}
}

func TestRange(t *testing.T) {
	inf := math.Inf(1)
	for _, tt := range []struct {
		values []float64
		lo, hi float64
	}{
		{nil, 0, 0},
		{[]float64{inf, math.NaN(), -inf}, 0, 0},
		{[]float64{inf, 3, math.NaN(), 2, -inf}, 2, 3},
	} {
		if lo, hi := Range(tt.values...); lo != tt.lo || hi != tt.hi {
			t.Errorf("%v: want %v to %v, got %v to %v", tt.values, tt.lo, tt.hi, lo, hi)
		}
	}
}
