package graph

import (
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
	case ir.ConvTranspose:
		return planes(o, in, nil, false, true)
	case ir.MaxPool:
		return stockMaxPool(o, in[0])
	case ir.AveragePool:
		return stockAveragePool(o, in[0])
	case ir.MaxImage:
		return engine.MaxImage(in[0])
	case ir.Upsample:
		return upsample(o, in[0])
	case ir.Pad:
		return zeroPad(o, in[0])
	case ir.Crop:
		return crop(o, in[0])
	case ir.Transpose:
		return transpose(o, in[0])
	case ir.Slice:
		return slice(o, in[0])
	case ir.MatMul:
		return rows(in[0], func(x *G.Node) (*G.Node, error) { return G.Mul(x, in[1]) })
	case ir.Bias:
		return addBias(in[0], in[1])
	case ir.Unary:
		return b.unary(o, in[0])
	case ir.PReLU:
		return engine.PReLU(in[0], in[1])
	case ir.Softmax:
		return softmax(in[0])
	case ir.LogSoftmax:
		return engine.LogSoftMax(in[0])
	case ir.Reshape:
		return G.Reshape(in[0], batched(b.config.Batch, o.To))
	case ir.MeanImage:
		return b.meanImage(in[0])
	case ir.Join:
		return b.join(v, o, in)
	case ir.Broadcast:
		return b.broadcast(v, o, in)
	case ir.MatMuls:
		return matMuls(in[0], in[1])
	case ir.Select:
		return chosen(o, in[0])
	case ir.Reduce:
		return reduceAxes(v, o, in[0])
	case ir.SoftmaxAlong:
		return softmaxAlong(o, in[0])
	case ir.ResponseNorm:
		return engine.ResponseNorm(in[0], engine.ResponseNormConfig{Size: o.Size, Alpha: o.Alpha, Beta: o.Beta, Bias: o.Bias})
	case ir.Resize:
		return resize(o, in[0])
	case ir.Concat:
		// The gradient of Gorgonia's is made of slices, which it tells apart by
		// their bounds modulo 256.
		return concat(o, in)
	case ir.Norm:
		return b.norm(v, o, in)
	case ir.Shuffle:
		return shuffled(o, in[0])
	case ir.SampleNorm:
		return b.sampleNorm(o, in)
	case ir.FoldedWeights:
		return b.foldedWeights(o, in)
	case ir.FoldedBias:
		return b.foldedBias(o, in)
	case ir.Dropout:
		return b.dropout(v, o, in[0])
	case ir.Noise:
		return b.noise(v, o, in[0])
	case *ir.Opaque:
		return b.declareOpaque(v, in)
	case ir.CrossEntropy, ir.DenseCrossEntropy, ir.BinaryCrossEntropy, ir.Difference:
		return stockLoss(o, in)
	case ir.Penalty:
		return engine.Penalty(in[0], o.L1, o.L2)
	case ir.Total:
		return total(o, in)
	}
	return nil, errors.Errorf("nothing declares the op %v", v.Op)
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
