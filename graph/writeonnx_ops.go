package graph

import (
	"fmt"

	"github.com/pkg/errors"

	"euryale/internal/ir"
)

// op writes what an op computes in inference. Each op has one form here.
func (e *exporter) op(v *ir.Value) error {
	switch o := v.Op.(type) {
	case ir.Conv, ir.ConvTranspose, ir.MatMul:
		e.product(v, nil)
	case ir.Bias:
		e.bias(v)
	case ir.MatMuls:
		e.matMuls(v)
	case ir.MaxPool:
		e.maxPool(v, o)
	case ir.AveragePool:
		e.averagePool(v, o)
	case ir.MeanImage:
		e.reshape(e.node("GlobalAveragePool", []string{e.name(v.In[0])}), v.Shape...)
	case ir.MaxImage:
		e.reshape(e.node("GlobalMaxPool", []string{e.name(v.In[0])}), v.Shape...)
	case ir.Unary:
		return e.function(v, o)
	case ir.PReLU:
		e.prelu(v)
	case ir.Softmax:
		e.softmax(v, 0, false)
	case ir.LogSoftmax:
		e.softmax(v, 0, true)
	case ir.SoftmaxAlong:
		e.softmax(v, o.Axis, o.Log)
	case ir.Norm:
		e.norm(v, o)
	case ir.SampleNorm:
		e.sampleNorm(v, o)
	case ir.ResponseNorm:
		e.responseNorm(v, o)
	case ir.Join:
		return e.join(v, o.By, false)
	case ir.Broadcast:
		return e.join(v, o.By, o.Reversed)
	case ir.Concat:
		e.concat(v, o)
	case ir.Reduce:
		return e.reduce(v, o)
	case ir.Reshape:
		e.reshape(e.name(v.In[0]), o.To...)
	case ir.Transpose:
		e.transpose(e.name(v.In[0]), o.Axes...)
	case ir.Slice:
		e.slice(v, o)
	case ir.Pad:
		e.zeroPad(v, o)
	case ir.Crop:
		e.crop(v, o)
	case ir.Select:
		e.selected(v, o)
	case ir.Upsample:
		e.upsample(v, o)
	case ir.Resize:
		e.resized(v, o)
	case *ir.Opaque:
		e.refuse(v)
	default:
		return errors.Errorf("the op %v has no form in ONNX", fmt.Sprint(v.Op))
	}
	return nil
}
