package onnx

import "slices"

// greater is a Greater of values that are not known, which foldWhere may know what
// to make of.
type greater struct {
	a, b    *value
	refused *unsupportedNode // where nothing is made of it
}

// unsupportedNode is named once, however many read its output.
type unsupportedNode struct {
	Unsupported
	named bool
}

// compared leaves it to who reads a Greater to refuse it.
func (c *call) compared(out Shape) error {
	return c.set(0, &value{name: firstOf(c.n.Outputs), typ: Bool, shape: out, compared: &greater{
		c.in[0], c.in[1],
		&unsupportedNode{Unsupported: Unsupported{c.what(), c.n.Name, onlyKnown}},
	}})
}

// refuseComparison refuses the node that made v, if it is a comparison.
func (f *folder) refuseComparison(v *value) bool {
	if v == nil || v.compared == nil {
		return false
	}
	if r := v.compared.refused; !r.named {
		r.named = true
		f.unsupported = append(f.unsupported, r.Unsupported)
	}
	return true
}

// refusesComparison refuses the comparisons among a node's inputs, but for a Where that
// is a softplus.
func (f *folder) refusesComparison(c *call) (refused bool) {
	if c.n.OpType == "Where" && len(c.in) == 3 && !slices.Contains(c.in, nil) && c.thresholdedSoftplus() {
		return false
	}
	for _, v := range c.in {
		refused = f.refuseComparison(v) || refused
	}
	return refused
}

// straight is from where on softplus(x) is x in float32, to a unit in the last place:
// its log(1+exp(-x)) is then less than half of one.
const straight = 16

// thresholdedSoftplus makes Where(β·x > threshold, x, softplus(β·x)/β), as PyTorch's
// exporter writes Softplus, the softplus alone, where the threshold is such that there
// is no difference. Of another Where it is not.
func (c *call) thresholdedSoftplus() bool {
	condition, x, y := c.in[0].compared, c.in[1], c.in[2]
	if condition == nil {
		return false
	}
	threshold, ok := scalarOf(condition.b)
	if !ok || threshold < straight || !y.shape.Equal(condition.a.shape) {
		return false
	}
	soft := y
	if by, of, ok := c.scaledBy(y, "Div"); ok {
		beta, inner, ok := c.scaledBy(condition.a, "Mul")
		if !ok || beta != by || inner != x.name {
			return false
		}
		soft = &value{name: of}
	} else if condition.a.name != x.name {
		return false
	}
	op := c.f.made(soft.name)
	return op != nil && op.OpType == "Softplus" && op.Inputs[0] == condition.a.name
}

// scaledBy is the number that an operation made v with, and the name of what of.
func (c *call) scaledBy(v *value, opType string) (by float64, of string, ok bool) {
	op := c.f.made(v.name)
	if op == nil || op.OpType != opType {
		return 0, "", false
	}
	t := c.f.g.Constants[op.Inputs[1]]
	if t == nil {
		return 0, "", false
	}
	by, ok = scalarOf(&value{known: knownTensor(t)})
	return by, op.Inputs[0], ok && by > 0
}

// made is the operation that makes a value.
func (f *folder) made(name string) *Op {
	for i := len(f.g.Ops) - 1; i >= 0; i-- {
		if f.g.Ops[i].Outputs[0] == name {
			return f.g.Ops[i]
		}
	}
	return nil
}

// scalarOf is the one floating-point number that v is known to be.
func scalarOf(v *value) (float64, bool) {
	if v.known == nil || v.known.sym != nil || !v.known.typ.IsFloat() || v.known.len() != 1 {
		return 0, false
	}
	return v.known.floats()[0], true
}
