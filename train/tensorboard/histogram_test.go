package tensorboard

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHistogram(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, tt := range []struct {
		name   string
		values []float64
		want   histogram // without limits and counts
		counts map[int]float64
	}{
		{"none", nil, histogram{}, nil},
		{"none that is finite", []float64{nan, inf, -inf}, histogram{}, nil},
		{"all equal", []float64{2, 2, 2}, histogram{min: 2, max: 2, num: 3, sum: 6, sumSquares: 12}, map[int]float64{0: 3}},
		{"some not finite", []float64{nan, 0, inf, 3, -inf}, histogram{min: 0, max: 3, num: 2, sum: 3, sumSquares: 9}, map[int]float64{0: 1, 29: 1}},
		{"spread", []float64{-15, -14.5, 0.5, 14.5, 15, 15}, histogram{min: -15, max: 15, num: 6, sum: 15.5, sumSquares: 3*225 + 2*14.5*14.5 + 0.25}, map[int]float64{0: 2, 15: 1, 29: 3}},
		{"as wide as may be", []float64{-math.MaxFloat64, 1, math.MaxFloat64}, histogram{min: -math.MaxFloat64, max: math.MaxFloat64, num: 3, sum: 0, sumSquares: inf}, map[int]float64{0: 1, 15: 1, 29: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := newHistogram(tt.values)
			counts := map[int]float64(nil)
			for i, n := range got.counts {
				if i > 0 && !(got.limits[i] > got.limits[i-1]) {
					t.Errorf("want limits that rise, got %v", got.limits)
				}
				if n > 0 {
					if counts == nil {
						counts = map[int]float64{}
					}
					counts[i] = n
				}
			}
			if n := len(got.limits); n > 0 && got.limits[n-1] != got.max {
				t.Errorf("want the last limit %v, got %v", got.max, got.limits[n-1])
			}
			if diff := cmp.Diff(tt.counts, counts); diff != "" {
				t.Errorf("counts (-want +got):\n%s", diff)
			}
			got.limits, got.counts = nil, nil
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(histogram{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
