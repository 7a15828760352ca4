package graph

import (
	"math"

	"euryale/internal/ir"
	"euryale/internal/onnx"
)

// maxPool has what Ceil adds as padding, which is never the largest.
func (e *exporter) maxPool(v *ir.Value, o ir.MaxPool) {
	x := e.name(v.In[0])
	if !narrowPads(o.Window) {
		x = e.padded(x, o.Before, o.After, math.Inf(-1))
		o.Before, o.After = [2]int{}, [2]int{}
	}
	e.node("MaxPool", []string{x}, windowAttributes(o.Window)...)
}

// narrowPads reports whether the padding is as narrow as runtimes want it: less than
// the window's side, dilated or not.
func narrowPads(w ir.Window) bool {
	for d := range 2 {
		if max(w.Before[d], w.After[d]) >= w.Kernel[d] {
			return false
		}
	}
	return true
}

// padded surrounds images with a value.
func (e *exporter) padded(x string, before, after [2]int, value float64) string {
	inputs := []string{x, e.ints("pads", 0, 0, before[0], before[1], 0, 0, after[0], after[1])}
	if value != 0 {
		inputs = append(inputs, e.scalar("value", value))
	}
	return e.node("Pad", inputs, onnx.StringAttr("mode", "constant"))
}

// averagePool counts zeros that are really there and, where padding counts and some
// beyond it does not, has the first be there: programs differ in ceil_mode.
func (e *exporter) averagePool(v *ir.Value, o ir.AveragePool) {
	x, w := e.name(v.In[0]), o.Window
	if !o.Counted && !narrowPads(w) || w.Dilation != [2]int{1, 1} && !e.knows(19) {
		e.averageByConv(v, o)
		return
	}
	counts := o.Counted && (w.Before != [2]int{} || w.After != [2]int{})
	if counts && (o.Beyond != [2]int{} || !narrowPads(w)) {
		counted := [2]int{w.After[0] - o.Beyond[0], w.After[1] - o.Beyond[1]}
		x = e.padded(x, w.Before, counted, 0)
		w.Before, w.After, counts = [2]int{}, o.Beyond, false
		if !narrowPads(w) {
			e.averageByConv(v, o)
			return
		}
	}
	attributes := windowAttributes(w)
	if counts {
		attributes = append(attributes, onnx.IntAttr("count_include_pad", 1))
	}
	e.node("AveragePool", []string{x}, attributes...)
}

// averageByConv is the sum of each window, by a convolution of each channel with ones,
// over how many pixels of it count.
func (e *exporter) averageByConv(v *ir.Value, o ir.AveragePool) {
	c := v.Shape[0]
	ones := e.filled("ones", 1, c, 1, o.Kernel[0], o.Kernel[1])
	sums := e.node("Conv", []string{e.name(v.In[0]), ones}, append(windowAttributes(o.Window), onnx.IntAttr("group", c))...)
	var counts []float32
	in := v.In[0].Shape
	for i := range v.Shape[1] {
		for j := range v.Shape[2] {
			counts = append(counts, float32(counting(o, 0, in[1], i)*counting(o, 1, in[2], j)))
		}
	}
	e.node("Div", []string{sums, e.constant("counts", onnx.Floats([]int{v.Shape[1], v.Shape[2]}, counts))})
}

// counting is how many of n pixels along axis d, and of the padding that counts, the
// window sees in its i-th place.
func counting(o ir.AveragePool, d, n, i int) int {
	first, end := 0, n
	if o.Counted {
		first, end = -o.Before[d], n+o.After[d]-o.Beyond[d]
	}
	count := 0
	for u := range o.Kernel[d] {
		if at := i*o.Stride[d] - o.Before[d] + u*o.Dilation[d]; at >= first && at < end {
			count++
		}
	}
	return count
}
