package drawn

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestGaussian(t *testing.T) {
	for _, sigma := range []float64{0.3, 1, 4} {
		k := gaussian(sigma)
		sum := -k[0]
		for i, v := range k {
			sum += 2 * v
			if want := k[0] * math.Exp(-float64(i*i)/(2*sigma*sigma)); math.Abs(v-want) > 1e-12 {
				t.Errorf("sigma %g, tap %d: want %g, got %g", sigma, i, want, v)
			}
		}
		if math.Abs(sum-1) > 1e-12 {
			t.Errorf("sigma %g: the kernel sums to %g, want 1", sigma, sum)
		}
	}
}

// slowSmooth is smooth as a convolution with the two-dimensional kernel.
func slowSmooth(field []float64, kernel []float64) []float64 {
	out := make([]float64, len(field))
	m := len(kernel) - 1
	for y := range Side {
		for x := range Side {
			for j := max(-m, -y); j <= min(m, Side-1-y); j++ {
				for i := max(-m, -x); i <= min(m, Side-1-x); i++ {
					k := kernel[max(i, -i)] * kernel[max(j, -j)]
					out[y*Side+x] += k * field[(y+j)*Side+x+i]
				}
			}
		}
	}
	return out
}

func TestSmooth(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, sigma := range []float64{0.4, 1.5, 4} {
		var field, work [Side * Side]float64
		for i := range field {
			field[i] = r.NormFloat64()
		}
		want := slowSmooth(field[:], gaussian(sigma))
		smooth(&field, &work, gaussian(sigma))
		if diff := cmp.Diff(want, field[:], cmpopts.EquateApprox(0, 1e-12)); diff != "" {
			t.Errorf("sigma %g: -want +got:\n%s", sigma, diff)
		}
	}
}
