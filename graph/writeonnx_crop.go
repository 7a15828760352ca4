package graph

import (
	"math"
	"slices"

	"euryale/internal/ir"
	"euryale/internal/onnx"
)

// cropAndResize is a Resize, or the pixels within the image with a Pad around them:
// where the opset's Resize cannot be told the output's sides without the batch's, or
// where one computed in float32 may see a pixel on the other side of an edge.
func (e *exporter) cropAndResize(v *ir.Value, o ir.Resize) {
	in := v.In[0].Shape
	var at [2][]float64
	ok := true
	for d, out := range []int{o.H, o.W} {
		n := in[d+1]
		at[d] = places(o, d, n, out)
		as := places32(o, d, n, out)
		ok = ok && slices.Equal(orOutside(at[d], n), strictly(at[d], n)) && slices.Equal(orOutside(at[d], n), strictly(as, n)) &&
			(o.By != ir.Nearest || slices.Equal(rounded(at[d], o.Rounding, n), rounded(as, o.Rounding, n)))
	}
	if ok && e.knows(18) {
		roi := e.constant("roi", onnx.Floats([]int{4}, []float32{
			e.number(o.Region[0][0]), e.number(o.Region[1][0]), e.number(o.Region[0][1]), e.number(o.Region[1][1]),
		}))
		e.node("Resize", []string{e.name(v.In[0]), roi, "", e.ints("sizes", o.H, o.W)},
			append(e.method(o), onnx.IntsAttr("axes", 2, 3), e.float("extrapolation_value", o.Extrapolation))...)
		return
	}
	e.cropAndPad(v, o, at)
}

func (e *exporter) cropAndPad(v *ir.Value, o ir.Resize, at [2][]float64) {
	in := v.In[0].Shape
	var before, after [2]int
	for d := range 2 {
		within := orOutside(at[d], in[d+1])
		out := func(i int) bool { return i < 0 }
		before[d] = slices.IndexFunc(within, func(i int) bool { return !out(i) })
		count := len(within) - len(slices.DeleteFunc(slices.Clone(within), func(i int) bool { return !out(i) }))
		after[d] = len(within) - before[d] - count
		at[d] = at[d][before[d] : before[d]+count]
	}
	x := e.name(v.In[0])
	if o.By == ir.Nearest {
		for d := range 2 {
			x = e.gather(x, d+1, rounded(at[d], o.Rounding, in[d+1]))
		}
	} else {
		x = e.byWeights(v, o, at)
	}
	if before != [2]int{} || after != [2]int{} {
		e.padded(x, before, after, o.Extrapolation)
	}
}

// strictly is orOutside of programs that have no word for near.
func strictly(at []float64, n int) []int {
	all := make([]int, len(at))
	for i, x := range at {
		if all[i] = i; x < 0 || x > float64(n-1) || math.IsNaN(x) {
			all[i] = -1
		}
	}
	return all
}
