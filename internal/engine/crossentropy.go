package engine

import (
	"hash"
	"math"

	"github.com/chewxy/hm"
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// SoftmaxCrossEntropy is the mean over a batch of the cross-entropy between the
// softmax of the logits x and integer labels:
//
//	L = 1/N Σ_n log Σ_k exp(x[n,k]) - x[n,labels[n]]
//
// logits has shape (N, K); labels shape (N) and type Int, each in [0, K). The
// result is a scalar, finite for any finite logits. Its gradient is
// (softmax(x) - onehot(labels))/N; labels have none.
func SoftmaxCrossEntropy(logits, labels *G.Node) (*G.Node, error) {
	if logits == nil || labels == nil {
		return nil, errors.New("SoftmaxCrossEntropy: want nodes, got nil")
	}
	ls, ts := logits.Shape(), labels.Shape()
	if ls.Dims() != 2 || ts.Dims() != 1 || ls[0] != ts[0] {
		return nil, errors.Errorf("SoftmaxCrossEntropy: want logits (N, K) and labels (N), got %v and %v", ls, ts)
	}
	if labels.Dtype() != tensor.Int {
		return nil, errors.Errorf("SoftmaxCrossEntropy: want labels of type int, got %v", labels.Dtype())
	}
	return G.ApplyOp(crossEntropyOp{}, logits, labels)
}

// labelType is the type of N labels.
var labelType = G.TensorType{Dims: 1, Of: tensor.Int}

type crossEntropyOp struct{ pure }

var _ G.SDOp = crossEntropyOp{}

func (op crossEntropyOp) Arity() int            { return 2 }
func (op crossEntropyOp) Type() hm.Type         { return hm.NewFnType(tensorOf(2), labelType, a) }
func (op crossEntropyOp) String() string        { return "engine.SoftmaxCrossEntropy" }
func (op crossEntropyOp) WriteHash(h hash.Hash) { writeHash(h, op) }
func (op crossEntropyOp) Hashcode() uint32      { return hashcode(op) }
func (op crossEntropyOp) DiffWRT(int) []bool    { return []bool{true, false} }

func (op crossEntropyOp) InferShape(...G.DimSizer) (tensor.Shape, error) {
	return tensor.ScalarShape(), nil
}

func (op crossEntropyOp) SymDiff(in G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	d, err := G.ApplyOp(crossEntropyGradOp{}, in[0], in[1], grad)
	return G.Nodes{d, nil}, err
}

func (op crossEntropyOp) Do(in ...G.Value) (G.Value, error) {
	x, labels, err := logitsAndLabels(in)
	if err != nil {
		return nil, err
	}
	switch d := x.Data().(type) {
	case []float32:
		return scalar(tensor.Float32, math.Min(crossEntropy(d, labels), math.MaxFloat32))
	case []float64:
		return scalar(tensor.Float64, math.Min(crossEntropy(d, labels), math.MaxFloat64))
	}
	return nil, errors.Errorf("SoftmaxCrossEntropy: want float32 or float64, got %v", x.Dtype())
}

// logitsAndLabels checks what the two ops of the cross-entropy are given.
func logitsAndLabels(in []G.Value) (*tensor.Dense, []int, error) {
	x, err := dense(in[0])
	if err != nil {
		return nil, nil, err
	}
	labels, ok := in[1].Data().([]int)
	if !ok {
		return nil, nil, errors.Errorf("SoftmaxCrossEntropy: want labels of type []int, got %T", in[1].Data())
	}
	k := x.Shape()[1]
	for i, l := range labels {
		if l < 0 || l >= k {
			return nil, nil, errors.Errorf("label %d of the batch: want 0 to %d, got %d", i, k-1, l)
		}
	}
	return x, labels, nil
}

// crossEntropy is the mean loss, summed in float64.
func crossEntropy[T float](x []T, labels []int) float64 {
	k := len(x) / len(labels)
	var total float64
	for i, l := range labels {
		row := x[i*k : (i+1)*k]
		top := maximum(row)
		total += (math.Log(sumExp(row, top)) + (top - float64(row[l]))) / float64(len(labels))
	}
	return total
}

// sumExp is Σ exp(row[j] - top).
func sumExp[T float](row []T, top float64) float64 {
	var sum float64
	for _, v := range row {
		sum += math.Exp(float64(v) - top)
	}
	return sum
}

// crossEntropyGradOp computes the gradient of the loss by the logits from
// logits, labels and the gradient of the loss.
type crossEntropyGradOp struct{ pure }

func (op crossEntropyGradOp) Arity() int { return 3 }
func (op crossEntropyGradOp) Type() hm.Type {
	return hm.NewFnType(tensorOf(2), labelType, a, tensorOf(2))
}
func (op crossEntropyGradOp) String() string        { return "SoftmaxCrossEntropyGrad" }
func (op crossEntropyGradOp) WriteHash(h hash.Hash) { writeHash(h, op) }
func (op crossEntropyGradOp) Hashcode() uint32      { return hashcode(op) }

func (op crossEntropyGradOp) InferShape(ds ...G.DimSizer) (tensor.Shape, error) {
	return shapeOf(ds[0])
}

func (op crossEntropyGradOp) Do(in ...G.Value) (G.Value, error) {
	x, labels, err := logitsAndLabels(in)
	if err != nil {
		return nil, err
	}
	g, err := scalarValue(in[2])
	if err != nil {
		return nil, err
	}
	dx := like(x, x.Shape())
	switch d := x.Data().(type) {
	case []float32:
		crossEntropyGrad(dx.Data().([]float32), d, labels, g)
	case []float64:
		crossEntropyGrad(dx.Data().([]float64), d, labels, g)
	default:
		return nil, errors.Errorf("SoftmaxCrossEntropy: want float32 or float64, got %v", x.Dtype())
	}
	return dx, nil
}

func crossEntropyGrad[T float](dx, x []T, labels []int, g float64) {
	k := len(x) / len(labels)
	scale := g / float64(len(labels))
	for i, l := range labels {
		row, out := x[i*k:(i+1)*k], dx[i*k:(i+1)*k]
		top := maximum(row)
		sum := sumExp(row, top)
		for j, v := range row {
			p := math.Exp(float64(v)-top) / sum
			if j == l {
				p--
			}
			out[j] = T(p * scale)
		}
	}
}
