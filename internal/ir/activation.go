package ir

import (
	"fmt"
	"slices"
)

// Function is one of a single number.
type Function string

// The functions. Package graph tells what they compute.
const (
	ReLU        Function = "ReLU" // x where x > 0, else Slope·x
	ReLU6       Function = "ReLU6"
	ELU         Function = "ELU" // α is Slope, what is left of it at 0
	SELU        Function = "SELU"
	GELU        Function = "GELU"
	GELUTanh    Function = "GELU by tanh"
	SiLU        Function = "SiLU"
	Mish        Function = "Mish"
	Sigmoid     Function = "sigmoid"
	HardSigmoid Function = "hard sigmoid" // min(max(Slope·x + 0.5, 0), 1)
	HardSwish   Function = "hard swish"
	Tanh        Function = "tanh"
	Softplus    Function = "softplus"
	Softsign    Function = "softsign"

	Sqrt       Function = "square root"
	Exp        Function = "exp"
	Log        Function = "log"
	Abs        Function = "absolute value"
	Negative   Function = "negative"
	Reciprocal Function = "reciprocal"
	Erf        Function = "erf"
	CELU       Function = "CELU"      // α is Slope
	Threshold  Function = "threshold" // x where x > Slope, else 0
	Swish      Function = "swish"     // x/(1+exp(-Slope·x))
	Power      Function = "power"     // x^Slope
	Line       Function = "line"      // Slope·x + Offset
	Clip       Function = "clip"      // from Slope to Offset
)

// Unary applies a function to each number.
type Unary struct {
	F      Function
	Slope  float64 // of ReLU, ELU and HardSigmoid, and of those that say so
	Offset float64 // of Line and Clip
}

func (u Unary) String() string {
	switch {
	case u.F == Line:
		return fmt.Sprintf("%.4g·x %+.4g", u.Slope, u.Offset)
	case u.F == Clip:
		return fmt.Sprintf("%s %.4g to %.4g", u.F, u.Slope, u.Offset)
	case u.Slope == 0:
		return string(u.F)
	case u.F == ReLU:
		return fmt.Sprintf("leaky %s %v", u.F, u.Slope)
	}
	return fmt.Sprintf("%s %.4g", u.F, u.Slope)
}

// KeepsZero says whether the function of 0 is 0, and its slope there finite.
func (u Unary) KeepsZero() bool {
	switch u.F {
	case Sigmoid, HardSigmoid, Softplus, Sqrt, Exp, Log, Reciprocal, Power:
		return false
	case Line:
		return u.Offset == 0
	case Clip:
		return u.Slope <= 0 && u.Offset >= 0
	}
	return true
}

// Rises reports whether the function of a number is never less than that of a
// smaller one.
func (u Unary) Rises() bool {
	switch u.F {
	case GELU, GELUTanh, SiLU, Mish, HardSwish, Sqrt, Log, Abs, Negative, Reciprocal, Swish, Power:
		return false
	case Clip:
		return true
	}
	return u.Slope >= 0
}

// Infer keeps the shape.
func (Unary) Infer(in []Shape) (Shape, error) { return same(in) }

// PReLU is x where x > 0, else slope·x: its inputs are x and the slopes, one,
// one a channel, or one a value of x.
type PReLU struct{}

func (PReLU) String() string { return "PReLU" }

// Infer wants slopes that fit.
func (PReLU) Infer(in []Shape) (Shape, error) {
	if n := in[1].TotalSize(); n != 1 && n != in[0][0] && !slices.Equal(in[1], in[0]) {
		return nil, mismatch(fmt.Sprintf("values for %d slopes", n), in[0])
	}
	return same(in)
}

// Softmax makes probabilities of a vector, or of the channels of each pixel.
type Softmax struct{}

func (Softmax) String() string { return "softmax" }

// Infer wants channels.
func (Softmax) Infer(in []Shape) (Shape, error) { return overChannels("Softmax", in) }

// LogSoftmax is the logarithm of Softmax.
type LogSoftmax struct{}

func (LogSoftmax) String() string { return "log softmax" }

// Infer wants channels.
func (LogSoftmax) Infer(in []Shape) (Shape, error) { return overChannels("LogSoftmax", in) }

func overChannels(name string, in []Shape) (Shape, error) {
	if len(in[0]) != 1 && len(in[0]) != 3 {
		return nil, mismatch("vectors (N, K) or an image (N, C, H, W) for "+name, in[0])
	}
	return same(in)
}
