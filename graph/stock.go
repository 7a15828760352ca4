package graph

import (
	"math"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
	"euryale/internal/ir"
)

// declareOp declares an op alone, by its definition: with Gorgonia's op of that
// name, or with one of ours where Gorgonia has none or a wrong one.
func (b *build) declareOp(v *ir.Value, in G.Nodes) (*G.Node, error) {
	switch o := v.Op.(type) {
	case ir.Conv:
		return stockConv(o, in[0], in[1])
	case ir.MaxPool:
		return stockMaxPool(o, in[0])
	case ir.MatMul:
		return G.Mul(in[0], in[1])
	case ir.Bias:
		return addBias(in[0], in[1])
	case ir.Unary:
		return stockUnary(o, in[0])
	case ir.Softmax:
		return engine.SoftMax(in[0])
	case ir.Reshape:
		return G.Reshape(in[0], batched(b.config.Batch, o.To))
	case ir.MeanImage:
		return b.meanImage(in[0])
	case ir.Join:
		return b.join(o, in)
	case ir.Concat:
		// The gradient of Gorgonia's is made of slices, which it tells apart by
		// their bounds modulo 256.
		return engine.Concat(in...)
	case ir.Norm:
		return b.norm(v, o, in)
	case *ir.Opaque:
		return b.declareOpaque(v, in)
	case ir.CrossEntropy:
		return engine.SoftmaxCrossEntropy(in[0], in[1])
	case ir.SquaredError:
		return squaredError(in[0], in[1])
	case ir.Total:
		return total(o, in)
	}
	return nil, errors.Errorf("nothing declares the op %v", v.Op)
}

// stockConv is Gorgonia's Conv2d, which takes symmetric padding only: where
// Same is lopsided, the image is padded first.
func stockConv(o ir.Conv, x, kernel *G.Node) (*G.Node, error) {
	x, pad, err := padded(o.Window, x, 0)
	if err != nil {
		return nil, err
	}
	return G.Conv2d(x, kernel, o.Kernel[:], pad, o.Stride[:], o.Dilation[:])
}

// stockMaxPool is Gorgonia's MaxPool2D, which pads right on opposite sides
// alike only.
func stockMaxPool(o ir.MaxPool, x *G.Node) (*G.Node, error) {
	x, pad, err := padded(o.Window, x, math.Inf(-1))
	if err != nil {
		return nil, err
	}
	return G.MaxPool2D(x, o.Kernel[:], pad, o.Stride[:])
}

// padded is an image as far as Gorgonia's ops cannot pad it, and the padding
// that is left to them.
func padded(w ir.Window, x *G.Node, fill float64) (*G.Node, []int, error) {
	if w.Symmetric() {
		return x, w.Before[:], nil
	}
	x, err := engine.Pad2D(x, engine.Margins{Top: w.Before[0], Bottom: w.After[0], Left: w.Before[1], Right: w.After[1]}, fill)
	return x, []int{0, 0}, err
}

// addBias adds b to the channels of y (N, K, …).
func addBias(y, b *G.Node) (*G.Node, error) {
	shape := y.Shape()
	// Every axis but the channels' is repeated over.
	ones, axes := Shape{1, shape[1]}, []byte{0}
	for axis := 2; axis < len(shape); axis++ {
		ones, axes = append(ones, 1), append(axes, byte(axis))
	}
	b, err := G.Reshape(b, ones)
	if err != nil {
		return nil, err
	}
	return G.BroadcastAdd(y, b, nil, axes)
}

func stockUnary(o ir.Unary, x *G.Node) (*G.Node, error) {
	switch o.F {
	case ir.ReLU:
		// Gorgonia's Rectify is x·(x ≥ 0): its gradient at 0 is 1,
		// where blank pixels under a zero bias all lie, and it makes
		// NaN of -∞.
		return engine.Rectify(x, o.Slope)
	case ir.Sigmoid:
		return G.Sigmoid(x)
	case ir.Tanh:
		return G.Tanh(x)
	}
	return nil, errors.Errorf("nothing declares the function %q", o.F)
}

// meanImage is the mean of each channel. Gorgonia's mean over two axes at once
// is wrong, over one after the other it is right.
func (b *build) meanImage(x *G.Node) (*G.Node, error) {
	if b.options.Fused {
		return engine.MeanImage(x)
	}
	y, err := G.Mean(x, 3)
	if err != nil {
		return nil, err
	}
	return G.Mean(y, 2)
}

func (b *build) join(o ir.Join, in G.Nodes) (y *G.Node, err error) {
	switch {
	case o.By == ir.Maximum: // Gorgonia has none with a gradient
		return engine.Maximum(in...)
	case b.options.Fused && o.By == ir.Product:
		return engine.Product(in...)
	case b.options.Fused:
		return engine.Sum(in...)
	}
	two := G.Add
	if o.By == ir.Product {
		two = G.HadamardProd
	}
	y = in[0]
	for _, x := range in[1:] {
		if y, err = two(y, x); err != nil {
			return nil, err
		}
	}
	return y, nil
}

// norm normalises by the batch, or by the running statistics in inference and
// below a Frozen.
func (b *build) norm(v *ir.Value, o ir.Norm, in G.Nodes) (*G.Node, error) {
	if b.options.Infers(v) {
		return engine.Affine(in[0], in[1], in[2], in[3], in[4], o.Epsilon)
	}
	return engine.Norm(in[0], in[1], in[2], engine.NormConfig{
		Epsilon: o.Epsilon, Momentum: o.Momentum,
		Mean: b.net.param[v.In[3]].Value, Variance: b.net.param[v.In[4]].Value,
	})
}

func squaredError(output, target *G.Node) (*G.Node, error) {
	d, err := G.Sub(output, target)
	if err != nil {
		return nil, err
	}
	if d, err = G.Square(d); err != nil {
		return nil, err
	}
	return G.Mean(d)
}

// total is the weighted sum of losses.
func total(o ir.Total, in G.Nodes) (sum *G.Node, err error) {
	for i, x := range in {
		if w := o.Weights[i]; w != 1 {
			if x, err = G.Mul(x, constant(x, w)); err != nil {
				return nil, err
			}
		}
		if sum == nil {
			sum = x
			continue
		}
		if sum, err = G.Add(sum, x); err != nil {
			return nil, err
		}
	}
	return sum, nil
}

// constant is the scalar v in x's element type.
func constant(x *G.Node, v float64) *G.Node {
	if x.Dtype() == tensor.Float64 {
		return G.NewConstant(v)
	}
	return G.NewConstant(float32(v))
}
