package onnx

import (
	"math"
	"slices"

	"github.com/pkg/errors"
)

// errNotDim says that a size is not A·N + B, or that a comparison's result depends on N.
var errNotDim = errors.New("its result depends on the batch size other than as a·N + b")

// floatFunctions are the operators of two numbers; of comparisons, 1 is true.
var floatFunctions = map[string]func(x, y float64) float64{
	"Add": func(x, y float64) float64 { return x + y },
	"Sub": func(x, y float64) float64 { return x - y },
	"Mul": func(x, y float64) float64 { return x * y },
	"Div": func(x, y float64) float64 { return x / y },
	"Pow": math.Pow, "fmod": math.Mod, "Max": math.Max, "Min": math.Min,
	"Mod": func(x, y float64) float64 {
		m := math.Mod(x, y)
		if m != 0 && (m < 0) != (y < 0) {
			m += y
		}
		return m
	},
	"Sum":            func(x, y float64) float64 { return x + y },
	"Equal":          func(x, y float64) float64 { return truth(x == y) },
	"Less":           func(x, y float64) float64 { return truth(x < y) },
	"Greater":        func(x, y float64) float64 { return truth(x > y) },
	"LessOrEqual":    func(x, y float64) float64 { return truth(x <= y) },
	"GreaterOrEqual": func(x, y float64) float64 { return truth(x >= y) },
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func fixedTruth(b bool) Dim { return Fixed(int(truth(b))) }

// intFunctions are the operators of two integers.
var intFunctions = map[string]func(x, y Dim) (Dim, error){
	"Add": arithmetic(func(x, y int) int { return x + y }, Dim.plus),
	"Sub": arithmetic(func(x, y int) int { return x - y }, Dim.minus),
	"Mul": arithmetic(func(x, y int) int { return x * y }, Dim.times),
	"Sum": arithmetic(func(x, y int) int { return x + y }, Dim.plus),
	"Div": divide, "Mod": modulo, "Pow": power,
	"fmod": func(x, y Dim) (Dim, error) {
		if !x.IsFixed() || !y.IsFixed() {
			return Dim{}, errNotDim
		}
		if y.B == 0 {
			return Dim{}, errZero
		}
		return Fixed(x.B % y.B), nil
	},
	"Max": func(x, y Dim) (Dim, error) {
		less, err := compare(x, y)
		if less < 0 {
			x = y
		}
		return x, err
	},
	"Min": func(x, y Dim) (Dim, error) {
		less, err := compare(x, y)
		if less > 0 {
			x = y
		}
		return x, err
	},
	"Equal": func(x, y Dim) (Dim, error) {
		d, ok := x.minus(y)
		equal, certain := d.is(0)
		if !ok || !certain {
			return Dim{}, errNotDim
		}
		return fixedTruth(equal), nil
	},
	"Less":           comparison(func(sign int) bool { return sign < 0 }),
	"Greater":        comparison(func(sign int) bool { return sign > 0 }),
	"LessOrEqual":    comparison(func(sign int) bool { return sign <= 0 }),
	"GreaterOrEqual": comparison(func(sign int) bool { return sign >= 0 }),
	"And":            func(x, y Dim) (Dim, error) { return fixedTruth(x.B != 0 && y.B != 0), nil },
	"Or":             func(x, y Dim) (Dim, error) { return fixedTruth(x.B != 0 || y.B != 0), nil },
}

// arithmetic wraps around on integers, as the operators do; sizes with N do not.
func arithmetic(fixed func(x, y int) int, sizes func(x, y Dim) (Dim, bool)) func(x, y Dim) (Dim, error) {
	return func(x, y Dim) (Dim, error) {
		if x.IsFixed() && y.IsFixed() {
			return Fixed(fixed(x.B, y.B)), nil
		}
		d, ok := sizes(x, y)
		if !ok {
			return d, errNotDim
		}
		return d, nil
	}
}

var errZero = errors.New("division by zero")

func divide(x, y Dim) (Dim, error) {
	if y == Fixed(0) {
		return Dim{}, errZero
	}
	if x.IsFixed() && y.IsFixed() {
		return Fixed(x.B / y.B), nil
	}
	d, ok := x.over(y)
	if !ok {
		return d, errNotDim
	}
	return d, nil
}

// modulo has the sign of the divisor.
func modulo(x, y Dim) (Dim, error) {
	if y == Fixed(0) {
		return Dim{}, errZero
	}
	if !x.IsFixed() || !y.IsFixed() {
		if d, ok := x.over(y); ok && d != Fixed(0) {
			return Fixed(0), nil
		}
		return Dim{}, errNotDim
	}
	m := x.B % y.B
	if m != 0 && (m < 0) != (y.B < 0) {
		m += y.B
	}
	return Fixed(m), nil
}

func power(x, y Dim) (Dim, error) {
	if !x.IsFixed() || !y.IsFixed() {
		return Dim{}, errNotDim
	}
	if y.B < 0 {
		return Dim{}, errors.New("want an exponent of at least 0 of integers")
	}
	result, base := 1, x.B
	for e := y.B; e > 0; e >>= 1 {
		if e&1 == 1 {
			result *= base
		}
		base *= base
	}
	return Fixed(result), nil
}

// compare is below, at or above 0 as x is below, at or above y for every N.
func compare(x, y Dim) (int, error) {
	d, ok := x.minus(y)
	first, ok2 := addInts(d.A, d.B)
	switch {
	case !ok || !ok2:
		return 0, errNotDim
	case d.A == 0:
		return d.B, nil
	case d.A > 0 && first > 0:
		return 1, nil
	case d.A < 0 && first < 0:
		return -1, nil
	}
	return 0, errNotDim
}

func comparison(f func(sign int) bool) func(x, y Dim) (Dim, error) {
	return func(x, y Dim) (Dim, error) {
		sign, err := compare(x, y)
		if err != nil && err == errNotDim {
			return orEqual(x, y, f)
		}
		return fixedTruth(f(sign)), err
	}
}

// orEqual is a comparison of sizes that are equal for one N and differ in one
// direction for all others; f may be the same for both.
func orEqual(x, y Dim, f func(sign int) bool) (Dim, error) {
	d, ok := x.minus(y)
	sign := 0
	switch {
	case ok && d.A > 0 && d.A+d.B >= 0:
		sign = 1
	case ok && d.A < 0 && d.A+d.B <= 0:
		sign = -1
	default:
		return Dim{}, errNotDim
	}
	if f(sign) != f(0) {
		return Dim{}, errNotDim
	}
	return fixedTruth(f(0)), nil
}

// operate evaluates an operator of two known values whose common shape is dims. The
// result is of type out.
func operate(op string, a, b *known, dims []int, out DataType) (*known, error) {
	at, bt := slices.Collect(spread(a.dims, dims)), slices.Collect(spread(b.dims, dims))
	if a.typ.IsFloat() && a.sym == nil && b.sym == nil {
		f := floatFunctions[op]
		if f == nil {
			return nil, errors.Errorf("want integers, got %v", a.typ)
		}
		x, y := a.floats(), b.numbers()
		raw := make([]byte, 0, len(at)*out.Size())
		for i := range at {
			v := f(x[at[i]], y[bt[i]])
			if out.IsFloat() {
				raw = appendFloat(raw, out, v)
			} else {
				raw = appendInt(raw, out, int64(v))
			}
		}
		return &known{typ: out, dims: dims, raw: raw}, nil
	}
	x, err := a.whole()
	if err != nil {
		return nil, err
	}
	y, err := b.whole()
	if err != nil {
		return nil, err
	}
	v := make([]Dim, len(at))
	for i := range v {
		if v[i], err = intFunctions[op](x[at[i]], y[bt[i]]); err != nil {
			return nil, err
		}
	}
	return knownDims(out, dims, v), nil
}

// numbers are the elements of any type.
func (k *known) numbers() []float64 {
	if k.typ.IsFloat() {
		return k.floats()
	}
	t, f := k.tensor(), make([]float64, k.len())
	for i := range f {
		f[i] = float64(t.int(i))
	}
	return f
}
