package graph

import (
	"math"
	"testing"

	"euryale/internal/f32"
	"euryale/internal/ir"
)

// functionsOfOne are functions as ops, those with parameters with several.
func functionsOfOne() []ir.Unary {
	all := []ir.Unary{
		{F: ir.ReLU},
		{F: ir.ReLU, Slope: 0.3},
		{F: ir.ReLU, Slope: -1},
		{F: ir.ELU, Slope: 0.5},
		{F: ir.HardSigmoid, Slope: 0.2},
		{F: ir.CELU, Slope: 2},
		{F: ir.Threshold, Slope: 0.5},
		{F: ir.Threshold, Slope: -0.5},
		{F: ir.Swish, Slope: 1.7},
		{F: ir.Swish, Slope: -1},
		{F: ir.Power, Slope: 2},
		{F: ir.Power, Slope: 0.5},
		{F: ir.Power},
		{F: ir.Power, Slope: -1},
		{F: ir.Line, Slope: 2},
		{F: ir.Line, Slope: -2},
		{F: ir.Line, Slope: 1, Offset: 1},
		{F: ir.Clip, Slope: -1, Offset: 1},
		{F: ir.Clip, Slope: 0.5, Offset: 1},
		{F: ir.Clip, Slope: -2, Offset: -1},
		{F: ir.Clip, Slope: math.Inf(-1), Offset: 3},
	}
	for f := range curves {
		all = append(all, ir.Unary{F: f})
	}
	return all
}

// TestFunctionsAreAsTheOpsSay: layouts rely on what keeps 0, and max-pools on what
// never falls.
func TestFunctionsAreAsTheOpsSay(t *testing.T) {
	kept, rising := 0, 0
	for _, o := range functionsOfOne() {
		c, ok := curveOf(o)
		if o.F == ir.ReLU {
			c, ok = f32.Leaky(o.Slope), true
		}
		if !ok {
			t.Fatalf("nothing computes %v", o)
		}
		if o.KeepsZero() {
			kept++
			if y, s := c.At(0), c.Slope(0); y != 0 || s-s != 0 {
				t.Errorf("%v: 0 becomes %v with a slope of %v, want 0 and a finite one", o, y, s)
			}
		}
		if !o.Rises() {
			continue
		}
		rising++
		for x := -20.; x < 20; x += 0.125 {
			if !(c.At(x) <= c.At(x+0.125)) {
				t.Errorf("%v falls from %v to %v behind %v", o, c.At(x), c.At(x+0.125), x)
				break
			}
		}
	}
	if kept < 15 || rising < 10 {
		t.Errorf("%d functions keep 0 and %d rise, want at least 15 and 10", kept, rising)
	}
}
