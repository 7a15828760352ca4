package engine_test

import (
	"math"
	"testing"

	G "gorgonia.org/gorgonia"

	"euryale/internal/engine"
)

// TestWinogradDeviation holds the block, which computes with Winograd's
// transformation, and Gorgonia's direct sums against sums in float64, at the
// size of the lesson's second convolution.
func TestWinogradDeviation(t *testing.T) {
	const n, c, f, side = 3, 64, 64, 13
	x, w, b := random(1, n, c, side, side), random(2, f, c, 3, 3), random(3, f)
	want := exactBlock(x.Float32s(), w.Float32s(), b.Float32s(), n, c, f, side)
	deviation := func(declare declaration) float64 {
		y, _ := differentiated(t, declare, x, w, b)
		var worst, largest float64
		for i, v := range y.Float32s() {
			worst = max(worst, math.Abs(float64(v)-want[i]))
			largest = max(largest, want[i])
		}
		return worst / largest
	}
	block := deviation(func(x *G.Node, w ...*G.Node) (*G.Node, error) {
		return engine.Planar(G.Must(engine.Block(x, w[0], w[1], engine.BlockConfig{InputGrad: true})), f)
	})
	direct := deviation(opByOp(f))
	t.Logf("largest deviation from float64, of the largest value: Winograd %.2g, direct %.2g", block, direct)
	if block > 1e-6 {
		t.Errorf("the block deviates by %.2g of the largest value, want at most 1e-6", block)
	}
}

// exactBlock is the block in float64, planar.
func exactBlock(x, w, b []float32, n, c, f, side int) []float64 {
	out := (side - 2) / 2
	y := make([]float64, n*f*out*out)
	conv := func(i, k, row, col int) float64 {
		sum := float64(b[k])
		for ch := range c {
			for tap := range 9 {
				sum += float64(w[(k*c+ch)*9+tap]) * float64(x[((i*c+ch)*side+row+tap/3)*side+col+tap%3])
			}
		}
		return sum
	}
	for at := range y {
		i, k, row, col := at/(f*out*out), at/(out*out)%f, at/out%out*2, at%out*2
		y[at] = max(0, conv(i, k, row, col), conv(i, k, row, col+1), conv(i, k, row+1, col), conv(i, k, row+1, col+1))
	}
	return y
}
