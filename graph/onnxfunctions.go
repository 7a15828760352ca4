package graph

import (
	"math"

	"euryale/internal/onnx"
)

// onnxFunctions make the layers of functions of one value, of their attributes.
var onnxFunctions = map[string]func(op *onnx.Op) (Chain, error){
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

func plainly(l Layer) func(*onnx.Op) (Chain, error) {
	return func(*onnx.Op) (Chain, error) { return Chain{l}, nil }
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
func withAlpha(missing float32, layer func(alpha float64) Layer) func(*onnx.Op) (Chain, error) {
	return func(op *onnx.Op) (Chain, error) {
		a, err := op.Float("alpha", missing)
		if a == 0 && (op.OpType == "Elu" || op.OpType == "Celu") {
			return Chain{ReLU}, err
		}
		return Chain{layer(short32(a))}, err
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
func selu(op *onnx.Op) (Chain, error) {
	alpha, err := op.Float("alpha", 1.6732632)
	if err != nil {
		return nil, err
	}
	gamma, err := op.Float("gamma", 1.050701)
	if math.Abs(float64(alpha)-1.6732632423543772) < 1e-4 && math.Abs(float64(gamma)-1.0507009873554805) < 1e-4 {
		return Chain{SELU}, err
	}
	if gamma == 0 || alpha < 0 {
		return nil, unknown{"want a gamma other than 0 and an alpha of at least 0"}
	}
	var l Layer = ELU{Alpha: short32(alpha)}
	if alpha == 0 {
		l = ReLU
	}
	return Chain{l, Rescaling{Scale: short32(gamma)}}, err
}

// hardSigmoid is min(max(alpha·x + beta, 0), 1).
func hardSigmoid(op *onnx.Op) (Chain, error) {
	alpha, err := op.Float("alpha", 0.2)
	if err != nil {
		return nil, err
	}
	beta, err := op.Float("beta", 0.5)
	switch {
	case err != nil:
		return nil, err
	case beta == 0.5 && alpha == float32(1)/6:
		return Chain{HardSigmoid{}}, nil
	case beta == 0.5 && alpha > 0:
		return Chain{HardSigmoid{Slope: short32(alpha)}}, nil
	case alpha == 0:
		return nil, unknown{"want an alpha other than 0"}
	}
	return Chain{Rescaling{Scale: short32(alpha), Offset: short32(beta)}, Clip{High: 1}}, nil
}

func gelu(op *onnx.Op) (Chain, error) {
	approximate, err := op.Text("approximate", "none")
	if approximate == "tanh" {
		return Chain{GELUTanh}, err
	}
	return Chain{GELU}, err
}

func clip(op *onnx.Op) (Chain, error) {
	low, err := op.Float("min", float32(math.Inf(-1)))
	if err != nil {
		return nil, err
	}
	high, err := op.Float("max", float32(math.Inf(1)))
	return Chain{clipping(low, high)}, err
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
func (r *importer) function(op *onnx.Op) (imported, error) {
	layers, err := onnxFunctions[op.OpType](op)
	if err != nil {
		return imported{}, err
	}
	x, err := r.in(op, 0)
	if err != nil {
		return imported{}, err
	}
	last := len(layers) - 1
	return r.only(op, x.Then(layers[:last]...), layers[last])
}
