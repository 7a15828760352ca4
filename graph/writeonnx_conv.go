package graph

import (
	"euryale/internal/ir"
	"euryale/internal/onnx"
)

// takesBias reports whether the operator of a product takes a bias too.
func takesBias(v *ir.Value) bool {
	switch v.Op.(type) {
	case ir.Conv, ir.ConvTranspose:
		return true
	case ir.MatMul:
		return len(v.Shape) == 1 // a Gemm's
	}
	return false
}

// product writes what multiplies by weights, and the bias behind it unless it is nil.
func (e *exporter) product(v, bias *ir.Value) {
	e.at = v
	inputs := []string{e.name(v.In[0]), e.name(v.In[1])}
	if bias != nil {
		inputs = append(inputs, e.name(bias))
	}
	switch o := v.Op.(type) {
	case ir.Conv:
		e.node("Conv", inputs, append(windowAttributes(o.Window), onnx.IntAttr("group", max(o.Groups, 1)))...)
	case ir.ConvTranspose:
		attributes := append(windowAttributes(o.Window), onnx.IntAttr("group", max(o.Groups, 1)))
		if o.Lengthen != [2]int{} {
			attributes = append(attributes, onnx.IntsAttr("output_padding", o.Lengthen[:]...))
		}
		e.node("ConvTranspose", inputs, attributes...)
	case ir.MatMul:
		if bias == nil {
			e.node("MatMul", inputs)
		} else {
			e.node("Gemm", inputs)
		}
	}
}

// windowAttributes are those of convolutions and pools.
func windowAttributes(w ir.Window) []onnx.Attribute {
	all := []onnx.Attribute{
		onnx.IntsAttr("kernel_shape", w.Kernel[:]...), onnx.IntsAttr("strides", w.Stride[:]...),
		onnx.IntsAttr("pads", w.Before[0], w.Before[1], w.After[0], w.After[1]),
	}
	if w.Dilation != [2]int{1, 1} {
		all = append(all, onnx.IntsAttr("dilations", w.Dilation[:]...))
	}
	return all
}

// bias goes with the product before it where that may be, and else to the channels.
func (e *exporter) bias(v *ir.Value) {
	if x := e.in(v, 0); e.biased[x] {
		e.product(x, v.In[1])
		return
	}
	e.node("Add", []string{e.name(v.In[0]), e.perChannel(v.In[1], len(v.Shape))})
}

// perChannel is a parameter of a number for each channel, as an operand for samples of
// so many axes.
func (e *exporter) perChannel(p *ir.Value, axes int) string {
	dims := make([]int, axes)
	for i := range dims {
		dims[i] = 1
	}
	dims[0] = p.Shape.TotalSize()
	return e.param(p, dims...)
}

// matMuls has as many axes of both, since ONNX takes a missing one for the batch.
func (e *exporter) matMuls(v *ir.Value) {
	axes := len(v.Shape)
	e.node("MatMul", []string{e.aligned(v.In[0], axes), e.aligned(v.In[1], axes)})
}
