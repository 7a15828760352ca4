package onnx

// comparisons have truth values as their result.
var comparisons = map[string]bool{"Equal": true, "Less": true, "Greater": true, "LessOrEqual": true, "GreaterOrEqual": true}

// foldedOnly are the operators that no Op has.
var foldedOnly = map[string]bool{
	"Mod": true, "Equal": true, "Less": true, "Greater": true, "LessOrEqual": true, "GreaterOrEqual": true,
	"And": true, "Or": true, "Not": true, "Floor": true, "Ceil": true, "ReduceProd": true,
}

const onlyKnown = "it is evaluated only where its inputs are known when the model is loaded"

// remain emits the node as it is, unless it is one that only folds.
func (c *call) remain(out Shape, attributes ...Attribute) error {
	if c.n.OpType == "Greater" && c.x().typ.IsFloat() {
		return c.compared(out)
	}
	if foldedOnly[c.n.OpType] {
		return c.unsupported(onlyKnown)
	}
	return c.emit(0, c.n.OpType, out, c.in, attributes...)
}

// evaluated makes output 0 a known value, or refuses the node.
func (c *call) evaluated(k *known, err error) error {
	if err == errNotDim {
		return c.unsupported("%v", err)
	}
	if err != nil {
		return c.malformed("%v", err)
	}
	return c.constant(0, k)
}

func (c *call) broadcast(in ...*value) (Shape, error) {
	out := in[0].shape
	for _, v := range in[1:] {
		both, ok := broadcast(out, v.shape)
		if !ok {
			return nil, c.malformed("want shapes that broadcast, got %v and %v", out, v.shape)
		}
		out = both
	}
	return out, nil
}

func foldBinary(c *call) error {
	out, err := c.broadcast(c.in...)
	if err != nil {
		return err
	}
	a, b, typ := c.in[0], c.in[1], c.in[0].typ
	if comparisons[c.n.OpType] {
		typ = Bool
	}
	name := c.n.OpType
	if name == "Mod" && c.Flag("fmod", 0) == 1 {
		name = "fmod" // as in C: with the sign of what is divided
	}
	if c.mayFold(typ, out, a, b) {
		if a.typ != b.typ && c.n.OpType != "Pow" {
			return c.malformed("want operands of one type, got %v and %v", a.typ, b.typ)
		}
		return c.evaluated(operate(name, a.known, b.known, out.At(1), typ))
	}
	return c.remain(out)
}

// foldVariadic folds Sum, Max and Min.
func foldVariadic(c *call) error {
	for i, v := range c.in {
		if v == nil {
			return c.malformed("input %d is missing", i)
		}
	}
	out, err := c.broadcast(c.in...)
	if err != nil {
		return err
	}
	if len(c.in) == 1 {
		return c.set(0, c.x())
	}
	if !c.mayFold(c.x().typ, out, c.in...) {
		return c.remain(out)
	}
	k := c.x().known
	for _, v := range c.in[1:] {
		if v.typ != k.typ {
			return c.malformed("want operands of one type, got %v and %v", k.typ, v.typ)
		}
		dims, _ := broadcast(FixedShape(k.dims...), v.shape)
		if k, err = operate(c.n.OpType, k, v.known, dims.At(1), k.typ); err != nil {
			return c.evaluated(nil, err)
		}
	}
	return c.constant(0, k)
}

func foldPRelu(c *call) error {
	out, err := c.broadcast(c.in...)
	if err != nil {
		return err
	}
	if !out.Equal(c.x().shape) {
		return c.malformed("slope: want a shape that broadcasts to %v, got %v", c.x().shape, c.in[1].shape)
	}
	return c.remain(out)
}
