package filters

import (
	"context"
	"encoding/binary"
	"image"
	"math"
	"testing"
)

// TestHalvesGoUp: a value in the middle of two levels is rounded up, at 16 bits
// too, and explained so. All values of this row are such; numpy 2.4.6's
// floor(v + 0.5) gave what is wanted.
func TestHalvesGoUp(t *testing.T) {
	m := image.NewGray16(image.Rect(0, 0, 12, 1))
	for x := range 12 {
		binary.BigEndian.PutUint16(m.Pix[2*x:], uint16(x*5461))
	}
	want := []int{2731, 8192, 13653, 19114, 24575, 30036, 35497, 40958, 46419, 51880, 57341}
	for _, f := range []Filter{
		{Matrix: Matrix{{1, 1, 0}}, Factor: 0.5},
		{Matrix: Matrix{{.5, .5, 0}}},
		{Matrix: Matrix{{5, 5, 0}}, Factor: 0.1}, // not exact in float32
		{Matrix: Matrix{{.05, .05, 0}}, Factor: 10},
		{Matrix: Matrix{{1e5, 1e5, 0}}, Factor: 5e-6},
	} {
		got, err := f.Apply(context.Background(), m, Wrap)
		if err != nil {
			t.Fatal(err)
		}
		for x, v := range want {
			if g := got.(*image.Gray16).Gray16At(x+1, 0).Y; int(g) != v {
				t.Errorf("%v · %v: pixel %d: want %d, got %d", f.Matrix, f.Factor, x+1, v, g)
			}
			a, err := f.Explain(m, x+1, 0, Wrap)
			if err != nil {
				t.Fatal(err)
			}
			if g := a[0].Result * 257; math.Abs(g-float64(v)) > 1e-9 {
				t.Errorf("%v · %v: pixel %d: want %d explained, got %v", f.Matrix, f.Factor, x+1, v, g)
			}
		}
	}
}

// TestWeightsThatCancel: what is left of large weights is not lost in float32.
func TestWeightsThatCancel(t *testing.T) {
	f := Filter{Name: "own", Matrix: Matrix{{1e6, 1, -1e6}}}
	m := image.NewGray(image.Rect(0, 0, 9, 9))
	for i := range m.Pix {
		m.Pix[i] = 100
	}
	got, err := f.Apply(context.Background(), m, Wrap)
	if err != nil {
		t.Fatal(err)
	}
	maps, err := Chain{Filters: []Filter{f}, Pool: Pool{Size: 2}}.Apply(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	a, err := f.Explain(m, 4, 4, Wrap)
	if err != nil {
		t.Fatal(err)
	}
	if g := got.(*image.Gray).Pix[40]; g != 100 || maps.Peak() != 100 || a[0].Result != 100 {
		t.Errorf("want 100 three times, got %d, %v in a chain and %v explained", g, maps.Peak(), a[0].Result)
	}
}

func TestDoubt(t *testing.T) {
	for _, tt := range []struct {
		name    string
		weights []float64
		bias    float64
		top     float64
		exact   bool
	}{
		{"sobel", []float64{-1, 0, 1, -2, 0, 2, -1, 0, 1}, 0, 65535, true},
		{"gaussian", []float64{1. / 16, 2. / 16, 4. / 16}, 128, 65535, true},
		{"the mean of 65,536", []float64{1. / 65536}, 0, 255, true},
		{"a fifth", []float64{0.2}, 0, 255, false},
		{"bias", []float64{1}, 0.1, 255, false},
		{"more than float32 has digits for", []float64{1 << 17, 1}, 0, 255, false},
	} {
		if d := doubt(tt.weights, tt.bias, tt.top); (d == 0) != tt.exact || d < 0 {
			t.Errorf("%s: want exact: %v, got a doubt of %v", tt.name, tt.exact, d)
		}
	}
}
