// Package formula has the arithmetic of functions and of optimisers' steps, written
// once for all kinds of vector: a Machine turns each operation into instructions.
// So they all round alike.
package formula

// Value is what a Machine holds of a vector of floats.
type Value any

// Lanes are some of a vector.
type Lanes any

// Power is a power of two, 2ⁿ.
type Power struct {
	Float Value // n
	Bits  Value // n as a 32-bit integer
}

// Predicate compares b with a.
type Predicate int

// The predicates. None holds of NaN but the last two.
const (
	IsAbove     Predicate = iota // b > a
	IsBelow                      // b < a
	IsAtLeast                    // b >= a
	IsAtMost                     // b <= a
	IsNotAbove                   // !(b > a)
	IsUnordered                  // either is NaN
)

// Machine writes instructions. Each operation has a register of its own for its
// result and leaves its operands as they are. Constants may be the operands that the
// comments name, as they lie in memory; elsewhere In loads them.
type Machine interface {
	C(v float64) Value // a constant
	In(a Value) Value  // a register that holds it

	Add(a, b Value) Value     // a + b; a may be a constant
	Sub(a, b Value) Value     // a - b; b may be a constant
	Mul(a, b Value) Value     // a·b; a may be a constant
	Div(a, b Value) Value     // a/b; b may be a constant
	Sqrt(a Value) Value       // √a
	FMA(a, b, c Value) Value  // a·b + c, rounded once; a and c may be constants
	FMS(a, b, c Value) Value  // a·b - c, rounded once; a and c may be constants
	FNMA(a, b, c Value) Value // c - a·b, rounded once; a and c may be constants

	Polynomial(x Value, c ...float64) Value // Σ c[i]·x^i

	Max(x Value, c float64) Value       // the larger of both; NaN stays
	Min(x Value, c float64) Value       // the smaller of both; NaN stays
	Least(x, y Value) Value             // the smaller of both; NaN of x stays
	Within(x Value, most float64) Value // x, cut at ±most; most where it is NaN; x is used up

	Abs(x Value) Value       // |x|
	Negative(x Value) Value  // -|x|
	Signed(x, s Value) Value // x, none of which is negative, with the sign of s

	Negatives(x Value) Lanes             // in which x has its sign bit set
	Where(p Predicate, a, b Value) Lanes // in which b compares with a, which may be a constant
	Choose(in Lanes, a, b Value) Value   // a in some lanes and b in the others; a may be a constant
	Only(in Lanes, x Value) Value        // x in some lanes, of those by comparison, and 0 in the others
	Integer(shifted, magic Value) Value  // shifted - magic, as integers; magic is a constant
	PowerOf(n Value) Value               // 2ⁿ for integers n from -126 to 127
	PowerOnly(in Lanes, n Power) Power   // n in some lanes and 0 in the others
	Times(n Power, x Value) Value        // x·2ⁿ, rounded once: where it is infinite or denormal too
}

// On writes formulas by a machine.
type On struct{ Machine }

// Parameters are a function's three numbers, in all lanes. Those that it does not
// ask for are not loaded.
type Parameters struct{ P, Q, R func() Value }

// Function makes y of x.
type Function func(e On, x Value, with Parameters) Value

// Functions are y = f(x), in the order of their kernels, and Gradients dx = f(x)·grad.
var (
	Functions = []struct {
		Name string
		F    Function
	}{
		{"exp", On.Exp},
		{"scale", On.Scale},
		{"tanh", On.Tanh},
		{"sigmoid", On.Sigmoid},
		{"silu", On.Silu},
		{"gelu", On.Gelu},
		{"geluTanh", On.GeluTanh},
		{"mish", On.Mish},
		{"softplus", On.Softplus},
		{"elu", On.Elu},
		{"softsign", On.Softsign},
		{"line", On.Line},
		{"hardSwish", On.HardSwish},
		{"leaky", On.Leaky},
	}
	Gradients = []struct {
		Name string
		F    Function
	}{
		{"tanhGrad", On.TanhSlope},
		{"sigmoidGrad", On.SigmoidSlope},
		{"siluGrad", On.SiluSlope},
		{"geluGrad", On.GeluSlope},
		{"geluTanhGrad", On.GeluTanhSlope},
		{"mishGrad", On.MishSlope},
		{"softplusGrad", On.Sigmoid},
		{"eluGrad", On.EluSlope},
		{"softsignGrad", On.SoftsignSlope},
		{"hardSwishGrad", On.HardSwishSlope},
	}
)
