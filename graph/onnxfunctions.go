package graph

import "math"

// onnxFunctions make the layers of functions of one value, of their attributes.
var onnxFunctions = map[string]func(*reading) Chain{
	"Relu": plainly(ReLU), "Sigmoid": plainly(Sigmoid), "Tanh": plainly(Tanh), "Softplus": plainly(Softplus), "Softsign": plainly(Softsign),
	"HardSwish": plainly(HardSwish), "Mish": plainly(Mish), "Abs": plainly(Abs), "Neg": plainly(Negative), "Sqrt": plainly(Sqrt),
	"Exp": plainly(Exp), "Log": plainly(Log), "Erf": plainly(Erf), "Reciprocal": plainly(Reciprocal),

	"LeakyRelu":       withAlpha(0.01, func(a float64) Layer { return LeakyReLU{Slope: a} }),
	"ThresholdedRelu": withAlpha(1, func(a float64) Layer { return ThresholdedReLU{Alpha: a} }),
	"Elu":             withAlpha(1, func(a float64) Layer { return ELU{Alpha: orNone(a, 1)} }),
	"Celu":            withAlpha(1, func(a float64) Layer { return CELU{Alpha: orNone(a, 1)} }),
	"Swish":           withAlpha(1, swish),
	"Selu":            selu,
	"HardSigmoid":     hardSigmoid,
	"Gelu":            gelu,
	"Clip":            clip,
}

func plainly(l Layer) func(*reading) Chain {
	return func(*reading) Chain { return Chain{l} }
}

// orNone is 0 for what a field means by it.
func orNone(v, zero float64) float64 {
	if v == zero {
		return 0
	}
	return v
}

// withAlpha makes a layer of the attribute of that name. An alpha of 0, by which our
// fields mean their default, makes a ReLU of those that have one.
func withAlpha(missing float32, layer func(alpha float64) Layer) func(*reading) Chain {
	return func(o *reading) Chain {
		a := o.Float("alpha", missing)
		if a == 0 && (o.op.OpType == "Elu" || o.op.OpType == "Celu") {
			return Chain{ReLU}
		}
		return Chain{layer(short32(a))}
	}
}

func swish(alpha float64) Layer {
	switch alpha {
	case 0:
		return Rescaling{Scale: 0.5}
	case 1:
		return SiLU
	}
	return Swish{Alpha: alpha}
}

// selu is gamma·x above 0 and gamma·alpha·(exp(x)-1) elsewhere: SELU by its paper's
// constants, else an ELU times gamma.
func selu(o *reading) Chain {
	alpha, gamma := o.Float("alpha", 1.6732632), o.Float("gamma", 1.050701)
	if math.Abs(float64(alpha)-1.6732632423543772) < 1e-4 && math.Abs(float64(gamma)-1.0507009873554805) < 1e-4 {
		return Chain{SELU}
	}
	if gamma == 0 || alpha < 0 {
		o.refuse("want a gamma other than 0 and an alpha of at least 0")
	}
	var l Layer = ELU{Alpha: short32(alpha)}
	if alpha == 0 {
		l = ReLU
	}
	return Chain{l, Rescaling{Scale: short32(gamma)}}
}

// hardSigmoid is min(max(alpha·x + beta, 0), 1).
func hardSigmoid(o *reading) Chain {
	alpha, beta := o.Float("alpha", 0.2), o.Float("beta", 0.5)
	switch {
	case beta == 0.5 && alpha == float32(1)/6:
		return Chain{HardSigmoid{}}
	case beta == 0.5 && alpha > 0:
		return Chain{HardSigmoid{Slope: short32(alpha)}}
	case alpha == 0:
		o.refuse("want an alpha other than 0")
	}
	return Chain{Rescaling{Scale: short32(alpha), Offset: short32(beta)}, Clip{High: 1}}
}

func gelu(o *reading) Chain {
	if o.Text("approximate", "none") == "tanh" {
		return Chain{GELUTanh}
	}
	return Chain{GELU}
}

func clip(o *reading) Chain {
	return Chain{clipping(o.Float("min", float32(math.Inf(-1))), o.Float("max", float32(math.Inf(1))))}
}

// clipping is what clips to low and high: low above high gives high, as ONNX has it.
func clipping(low, high float32) Layer {
	switch low = min(low, high); {
	case low == 0 && high == 6:
		return ReLU6
	case low == 0 && math.IsInf(float64(high), 1):
		return ReLU
	}
	return Clip{Low: short32(low), High: short32(high)}
}

// function puts a function behind its operand.
func (o *reading) function() imported {
	layers := onnxFunctions[o.op.OpType](o)
	return o.chain(o.in(0), layers)
}
