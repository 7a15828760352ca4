package onnx

import (
	"math"
	"slices"
)

// unaryDefaults are the attributes of functions of one value.
var unaryDefaults = map[string][]Attribute{
	"LeakyRelu": {FloatAttr("alpha", 0.01)}, "Elu": {FloatAttr("alpha", 1)}, "Celu": {FloatAttr("alpha", 1)},
	"ThresholdedRelu": {FloatAttr("alpha", 1)}, "Swish": {FloatAttr("alpha", 1)},
	"Selu":        {FloatAttr("alpha", 1.67326319217681884765625), FloatAttr("gamma", 1.05070102214813232421875)},
	"HardSigmoid": {FloatAttr("alpha", 0.2), FloatAttr("beta", 0.5)},
}

// unaryFunctions are those that are evaluated.
var unaryFunctions = map[string]func(float64) float64{
	"Abs": math.Abs, "Neg": func(x float64) float64 { return -x }, "Sqrt": math.Sqrt, "Exp": math.Exp, "Log": math.Log,
	"Floor": math.Floor, "Ceil": math.Ceil, "Erf": math.Erf, "Reciprocal": func(x float64) float64 { return 1 / x },
}

func foldUnary(c *call) error {
	x := c.x()
	if c.mayFold(x.typ, x.shape, x) {
		if k, ok, err := unary(c.n.OpType, x.known); ok {
			return c.evaluated(k, err)
		}
	}
	var attributes []Attribute
	for _, a := range unaryDefaults[c.n.OpType] {
		attributes = append(attributes, FloatAttr(a.Name, c.Float(a.Name, a.Float)))
	}
	return c.remain(x.shape, attributes...)
}

// unary evaluates a function, if it is one that is evaluated for that type.
func unary(op string, k *known) (out *known, ok bool, err error) {
	f := unaryFunctions[op]
	switch {
	case k.typ.IsFloat() && k.sym == nil && f != nil:
		raw := make([]byte, 0, len(k.raw))
		for _, x := range k.floats() {
			raw = appendFloat(raw, k.typ, f(x))
		}
		return &known{typ: k.typ, dims: k.dims, raw: raw}, true, nil
	case k.typ.IsFloat() && (op == "Floor" || op == "Ceil"):
		return k, true, nil // sizes are whole
	case op != "Abs" && op != "Neg" && op != "Not":
		return nil, false, nil
	}
	v, err := k.whole()
	if err != nil {
		return nil, true, err
	}
	v = slices.Clone(v)
	for i, d := range v {
		switch {
		case op == "Not":
			v[i] = Fixed(1 - d.B)
		case op == "Neg":
			v[i], _ = Dim{}.minus(d)
		case d.A < 0 || d.A == 0 && d.B < 0:
			v[i], _ = Dim{}.minus(d)
		}
	}
	return knownDims(k.typ, k.dims, v), true, nil
}

func foldGelu(c *call) error {
	approximate := c.Text("approximate", "none")
	if approximate != "none" && approximate != "tanh" {
		return c.malformed("attribute 'approximate': want none or tanh, got %q", approximate)
	}
	return c.remain(c.x().shape, StringAttr("approximate", approximate))
}

func foldClip(c *call) error {
	low, high := float32(math.Inf(-1)), float32(math.Inf(1))
	if c.version < 11 {
		low, high = c.Float("min", low), c.Float("max", high)
	}
	for i, bound := range []*float32{&low, &high} {
		if c.version < 11 || !c.has(1+i) {
			continue
		}
		v, err := c.number(1+i, []string{"min", "max"}[i])
		if err != nil {
			return err
		}
		*bound = v
	}
	if c.version < 11 && len(c.in) > 1 {
		return c.malformed("want 1 input, got %d", len(c.in))
	}
	if math.IsInf(float64(low), -1) && math.IsInf(float64(high), 1) {
		return c.set(0, c.x())
	}
	return c.emit(0, "Clip", c.x().shape, c.in[:1], FloatAttr("min", low), FloatAttr("max", high))
}
