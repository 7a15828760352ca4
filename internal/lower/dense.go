package lower

import "euryale/internal/ir"

// matchDense is a matrix product, with its bias and ReLU.
func matchDense(p *program, v *ir.Value) *Step {
	if _, ok := v.Op.(ir.MatMul); !ok {
		return nil
	}
	c := p.begin(v)
	if len(v.Shape) == 1 { // a bias is one of channels, the first axis
		c.then(isBias)
	}
	c.then(IsReLU)
	return c.end(Tiles)
}
