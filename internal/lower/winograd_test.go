package lower

import (
	"testing"

	"euryale/internal/f32"
	"euryale/internal/ir"
)

// convOf is a convolution of c channels of h × w pixels by f filters.
func convOf(o ir.Conv, c, f, h, w int) *ir.Value {
	x, k := &ir.Value{Shape: ir.Shape{c, h, w}}, &ir.Value{Shape: ir.Shape{f, c, o.Kernel[0], o.Kernel[1]}}
	y := &ir.Value{Op: o, In: []*ir.Value{x, k}}
	var err error
	if y.Shape, err = o.Infer([]ir.Shape{x.Shape, k.Shape}); err != nil {
		panic(err)
	}
	return y
}

// TestProduct holds the choice against what was measured to be fastest, or
// nearly so, where the difference is clear.
func TestProduct(t *testing.T) {
	same := ir.Conv{Window: ir.Square(3, 1, 1, 1)}
	for _, c := range []struct {
		channels, side      int
		training, inference Kernel
	}{
		{15, 32, Taps, Taps},
		{16, 56, Winograd4, Winograd4},
		{16, 32, Winograd4, Winograd4},
		{16, 14, Winograd4, Winograd4},
		{32, 16, Winograd4, Winograd4},
		{64, 14, Winograd4, Winograd4},
		{64, 8, Winograd4, Winograd4},
		{64, 6, Winograd2, Winograd2},
		{64, 4, Winograd4, Winograd2},
		{64, 2, Winograd2, Taps},
		{128, 16, Winograd4, Winograd4},
		{128, 8, Winograd4, Winograd2},
		{128, 4, Winograd2, Winograd2},
		{256, 14, Winograd4, Winograd2},
		{256, 4, Winograd2, Taps},
		{512, 7, Winograd4, Taps},
	} {
		for training, want := range map[bool]Kernel{true: c.training, false: c.inference} {
			p := &program{Options: Options{Training: training}}
			if got := p.product(convOf(same, c.channels, c.channels, c.side, c.side)); got != want {
				t.Errorf("%d channels, %d×%d, training %v: got %q, want %q", c.channels, c.side, c.side, training, got, want)
			}
		}
	}
}

// TestProductOfFive: kernels of 5×5 are filtered in generic Go alone.
func TestProductOfFive(t *testing.T) {
	defer f32.Use(f32.Current())
	same := ir.Conv{Window: ir.Square(5, 1, 1, 2)}
	for _, level := range f32.Levels() {
		f32.Use(level)
		for _, c := range []struct {
			channels, filters, side int
			generic                 Kernel
		}{
			{15, 64, 14, AlongRows},
			{1, 6, 28, AlongRows},
			{6, 15, 10, AlongRows},
			{6, 15, 5, Taps}, // two tiles of four
			{32, 15, 14, Taps},
			{16, 16, 14, Winograd2By5},
			{32, 64, 14, Winograd2By5},
			{64, 64, 1, Taps},
		} {
			want := Taps
			if level == f32.Generic {
				want = c.generic
			}
			for _, training := range []bool{true, false} {
				p := &program{Options: Options{Training: training}}
				if got := p.product(convOf(same, c.channels, c.filters, c.side, c.side)); got != want {
					t.Errorf("%v: %+v, training %v: got %q, want %q", level, c, training, got, want)
				}
			}
		}
	}
}

// TestProductFits: what the minimal filtering does not compute is left alone.
func TestProductFits(t *testing.T) {
	p := &program{Options: Options{Training: true}}
	fits := ir.Conv{Window: ir.Square(3, 1, 1, 2)}
	if got := p.product(convOf(fits, 64, 64, 32, 32)); got != Winograd4 {
		t.Fatalf("padded by 2: got %q", got)
	}
	lopsided := fits
	lopsided.Before[1], lopsided.Dilation = 3, [2]int{1, 1}
	tall := fits
	tall.Kernel[0] = 5
	for name, o := range map[string]ir.Conv{
		"stride":   {Window: ir.Square(3, 2, 1, 1)},
		"dilation": {Window: ir.Square(3, 1, 2, 1)},
		"1×1":      {Window: ir.Square(1, 1, 1, 0)},
		"5×3":      tall,
		"padding":  lopsided,
		"groups":   {Window: ir.Square(3, 1, 1, 1), Groups: 2},
	} {
		if got := p.product(convOf(o, 64, 64, 32, 32)); got != Taps {
			t.Errorf("%s: got %q, want %q", name, got, Taps)
		}
	}
}
