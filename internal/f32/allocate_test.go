package f32

import "testing"

// No kernel makes garbage, nor sends what it is given to the heap.
func TestAllocate(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, kernel := range []struct {
			name string
			run  func()
		}{
			{"GemmTaps", func() {
				var c, a, b [16]float32
				taps := [2]int{0, 4}
				GemmTaps(c[:], 4, a[:], 2, 1, taps[:], b[:], 4, 2, 4, 1, Ends{})
			}},
			{"Transpose", func() {
				var x, y [32]float32
				Transpose(y[:], 4, x[:], 8, 4, 8)
			}},
			{"elements", func() {
				var x, y, z [17]float32
				Rectify(y[:])
				Unrectify(z[:], x[:], y[:])
				Clamp(y[:], 0, 6)
				Unclamp(z[:], x[:], y[:], 0, 6)
				AddTo(x[:], y[:])
			}},
			{"windows", func() {
				var x, y, w [64]float32
				var arg [64]uint8
				taps, codes := [2]int{0, 16}, [2]uint8{0, 1}
				pair, grid := [2]Tap{{0, 0}, {16, 16}}, Grid{1, 2, 0, 16, 0, 16}
				MaxPool(y[:], arg[:], x[:], taps[:], codes[:], 2, 16, 16)
				MaxPoolGrad(x[:], y[:], arg[:], taps[:], codes[:], 2, 16, 16)
				Depthwise(y[:], x[:], w[:], w[:], pair[:], grid, 16, 0, 6)
				DepthwiseGrad(w[:], x[:], y[:], pair[:], grid, 16)
			}},
			{"columns", func() {
				var x, g, y, k [32]float32
				var sum, product, mean [32]float64
				AddColumns(k[:], x[:])
				ColumnSums(sum[:], x[:])
				ColumnSpread(sum[:], x[:], mean[:])
				l := Lines{k[:], k[:], k[:], 0, 6}
				ColumnProducts(sum[:], product[:], g[:], x[:], mean[:], l)
				Affine(y[:], x[:], g[:], l)
				AffineGrad(y[:], g[:], x[:], l, k[:], k[:])
			}},
			{"Winograd's tiles", func() {
				var x, v [36 * 16]float32
				F4.Input(v[:], 16, x[:], 6*16, 16, 1)
				F4.Output(x[:], 4*16, v[:], 16, x[:16], true, 3, 3, 16)
				F4.OutputGrad(v[:], 16, x[:], 4*16, 16, 1)
				F4.Filter(v[:], 16, x[:], 16, 16)
				F4.FilterGrad(x[:], 16, v[:], 16, 16)
			}},
		} {
			if n := testing.AllocsPerRun(10, kernel.run); n != 0 {
				t.Errorf("%s: %v allocations", kernel.name, n)
			}
		}
	})
}
