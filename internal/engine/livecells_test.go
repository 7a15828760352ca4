package engine_test

import (
	"fmt"
	"math"
	"testing"

	"gorgonia.org/tensor"
)

// TestConvLastPoolInfinity: the zeros that a max-pool leaves of a gradient, times a
// weight or a pixel that is not finite, are not numbers.
func TestConvLastPoolInfinity(t *testing.T) {
	q := wide{
		n: 2, c: 3, f: 4, h: 8, w: 8, groups: 1, kernel: [2]int{3, 3}, stride: [2]int{1, 1}, dilation: [2]int{1, 1},
		before: [2]int{1, 1}, after: [2]int{1, 1}, bias: true,
	}
	finite := func(v float32) bool { return !math.IsNaN(float64(v)) && !math.IsInf(float64(v), 0) }
	operands := func() []*tensor.Dense {
		return []*tensor.Dense{random(1, q.n, q.c, q.h, q.w), random(2, q.f, q.c, 3, 3), random(3, q.f)}
	}
	for _, special := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		t.Run(fmt.Sprint(special), func(t *testing.T) {
			in := operands()
			in[1].Float32s()[(2*q.c+1)*9+4] = float32(special) // filter 2, channel 1, in the middle: over each pixel
			_, grads := differentiated(t, q.pooledBy(0, []int{2, 2}), in...)
			for i, v := range grads[0].Float32s() {
				if ch := i / 64 % q.c; finite(v) != (ch != 1) {
					t.Fatalf("a weight: got %v in the gradient by channel %d, pixel %d", v, ch, i%64)
				}
			}
			in = operands()
			in[0].Float32s()[q.c*64+64+4*8+4] = float32(special) // image 1, channel 1, at (4, 4)
			_, grads = differentiated(t, q.pooledBy(0, []int{2, 2}), in...)
			for i, v := range grads[1].Float32s() {
				if ch := i / 9 % q.c; finite(v) != (ch != 1) {
					t.Fatalf("a pixel: got %v in the gradient by channel %d of filter %d", v, ch, i/9/q.c)
				}
			}
		})
	}
}
