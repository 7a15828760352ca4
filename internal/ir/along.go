package ir

import "fmt"

// SoftmaxAlong is Softmax along any axis of a sample, or its logarithm.
type SoftmaxAlong struct {
	Axis int
	Log  bool
}

func (s SoftmaxAlong) String() string {
	if s.Log {
		return fmt.Sprintf("log softmax along axis %d", s.Axis)
	}
	return fmt.Sprintf("softmax along axis %d", s.Axis)
}

// Infer wants the axis.
func (s SoftmaxAlong) Infer(in []Shape) (Shape, error) {
	if s.Axis >= len(in[0]) {
		return nil, mismatch(fmt.Sprintf("samples with an axis %d", s.Axis), in[0])
	}
	return same(in)
}
