package graph

import "euryale/internal/ir"

// EndsInSigmoid reports whether output i, in the order of Outputs, is a Sigmoid:
// its values then are probabilities, and may be a loss's logits otherwise.
func (n *Network) EndsInSigmoid(i int) bool {
	return unshaped(n.outputs[i]).Op == ir.Op(ir.Unary{F: ir.Sigmoid})
}
