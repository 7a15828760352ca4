package graph

import (
	"math"

	"euryale/internal/engine"
	"euryale/internal/ir"
)

// taps are how the pixels at places along axis d are made of n.
func taps(o ir.Resize, d int, at []float64, n int) engine.Taps {
	wide := 1.0
	if o.Antialias {
		wide = max(1/o.Scale[d], 1)
	}
	if o.By == ir.Bilinear && wide == 1 {
		return between(at, n)
	}
	k := kernel{of: triangle, reach: wide, wide: wide, exclude: o.ExcludeOutside}
	if o.By == ir.Bicubic {
		k.of, k.reach = cubic(o.Coefficient), 2*wide
	}
	all := make(engine.Taps, len(at))
	for i, x := range at {
		all[i] = k.taps(x, n)
	}
	return all
}

// kernel gives the pixels around a place their weights, by their distance from it.
type kernel struct {
	of      func(t float64) float64
	reach   float64 // beyond which a weight is 0, in pixels
	wide    float64 // pixels to one of t
	exclude bool    // what is outside
}

// taps of the place x among n pixels have weights that sum to 1.
func (k kernel) taps(x float64, n int) []engine.Tap {
	x = min(max(x, -1), float64(n)) // no place that is taken lies further out
	var taps []engine.Tap
	sum := 0.0
	for i := int(math.Ceil(x - k.reach)); i <= int(math.Floor(x+k.reach)); i++ {
		weight, at := k.of(math.Abs(float64(i)-x)/k.wide), min(max(i, 0), n-1)
		if weight == 0 || at != i && k.exclude {
			continue
		}
		sum += weight
		if last := len(taps) - 1; last >= 0 && taps[last].From == at {
			taps[last].Weight += weight
			continue
		}
		taps = append(taps, engine.Tap{From: at, Weight: weight})
	}
	if sum == 0 { // of an odd coefficient
		return nil
	}
	for i := range taps {
		taps[i].Weight /= sum
	}
	return taps
}

func triangle(t float64) float64 { return max(1-t, 0) }

// cubic is Keys' kernel, which has the value 1 at 0 and 0 at 1 and 2.
func cubic(a float64) func(t float64) float64 {
	return func(t float64) float64 {
		switch {
		case t <= 1:
			return ((a+2)*t-(a+3))*t*t + 1
		case t < 2:
			return a * (((t-5)*t+8)*t - 4)
		}
		return 0
	}
}
