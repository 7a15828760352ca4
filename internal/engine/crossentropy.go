package engine

import (
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
// (softmax(x) - onehot(labels))/N; labels have none. It is the ClassesLoss that
// has nothing besides.
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
	return ClassesLoss(logits, labels, nil, ClassesConfig{})
}
