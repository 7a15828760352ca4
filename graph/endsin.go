package graph

import "euryale/internal/ir"

// EndsInSigmoid reports whether output i, in the order of Outputs, is a Sigmoid:
// its values then are probabilities, and may be a loss's logits otherwise.
func (n *Network) EndsInSigmoid(i int) bool {
	return unshaped(n.outputs[i]).Op == ir.Op(ir.Unary{F: ir.Sigmoid})
}

// EndsIn are the activations that output i ends in, the last one first: "softmax",
// "sigmoid", "ReLU". It is empty where something else comes last, such as a Dense
// without one. A Reshape is none, and not looked at.
func (n *Network) EndsIn(i int) []string {
	var ends []string
	for v := n.outputs[i]; ; v = v.In[0] {
		switch v.Op.(type) {
		case ir.Reshape:
		case ir.Unary, ir.PReLU, ir.Softmax, ir.SoftmaxAlong, ir.LogSoftmax:
			ends = append(ends, v.Op.String())
		default:
			return ends
		}
	}
}
