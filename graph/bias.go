package graph

import G "gorgonia.org/gorgonia"

// addBias adds one trainable number to each channel of y (N, K, …).
func addBias(s *Scope, y *G.Node) (*G.Node, error) {
	shape := y.Shape()
	b, err := s.Weight("bias", Shape{shape[1]}, Zeros)
	if err != nil {
		return nil, err
	}
	// Every axis but the channels' is repeated over.
	ones, axes := Shape{1, shape[1]}, []byte{0}
	for axis := 2; axis < len(shape); axis++ {
		ones, axes = append(ones, 1), append(axes, byte(axis))
	}
	if b, err = G.Reshape(b, ones); err != nil {
		return nil, err
	}
	return G.BroadcastAdd(y, b, nil, axes)
}
