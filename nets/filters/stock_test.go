package filters

import (
	"math"
	"math/rand/v2"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// TestAgainstGorgonia holds the programs of filters against Gorgonia's own
// Conv2d, Rectify and MaxPool2D.
func TestAgainstGorgonia(t *testing.T) {
	const channels, h, w = 3, 18, 15
	rng := rand.New(rand.NewPCG(3, 4))
	for _, f := range append(All(), own...) {
		if !f.Convolves() {
			continue
		}
		p, err := convolution(f, units{1, 1}, true, Pool{Size: 2}, channels, h, w)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // a program is used again
			pixels := make([]float32, channels*h*w)
			for i := range pixels {
				pixels[i] = float32(rng.IntN(256))
			}
			copy(p.input(), pixels)
			if err := p.run(); err != nil {
				t.Fatal(err)
			}
			want := stock(t, f, pixels, channels, h, w)
			if len(want) != len(p.output()) {
				t.Fatalf("%v: want %d values, got %d", f, len(want), len(p.output()))
			}
			for i, v := range want {
				if got := p.output()[i]; math.Abs(float64(v-got)) > 1e-2 {
					t.Fatalf("%v: value %d: want %v, got %v", f, i, v, got)
				}
			}
		}
		if err := p.close(); err != nil {
			t.Error(err)
		}
	}
}

// stock is convolution, bias, ReLU and 2×2 max-pooling by Gorgonia's ops.
func stock(t *testing.T, f Filter, pixels []float32, channels, h, w int) []float32 {
	t.Helper()
	kh, kw := f.Matrix.Size()
	g := G.NewGraph()
	x := constant(g, "pixels", pixels, channels, 1, h, w)
	weights := constant(g, "weights", f.Matrix.scaled(f.factor()), 1, 1, kh, kw)
	y := G.Must(G.Conv2d(x, weights, tensor.Shape{kh, kw}, []int{0, 0}, []int{1, 1}, []int{1, 1}))
	y = G.Must(G.Add(y, G.NewConstant(float32(f.Bias))))
	y = G.Must(G.MaxPool2D(G.Must(G.Rectify(y)), tensor.Shape{2, 2}, []int{0, 0}, []int{2, 2}))
	var value G.Value
	G.Read(y, &value)
	vm := G.NewTapeMachine(g)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
	return value.Data().([]float32)
}
