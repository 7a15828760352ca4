package graph

import (
	"fmt"

	"euryale/internal/ir"
)

// Dropout makes 0 of a share of its input's values, drawn anew in each training
// step and for each sample, and multiplies the others by 1/(1-Rate), so that
// their expectation stays: Srivastava et al., JMLR 15 (2014).
//
//	y = x/(1-Rate) with probability 1-Rate, else 0
//
// In inference, and below a Frozen, y = x, and no step of the program does it.
// What is dropped is 0 also where x is not finite.
//
// What is drawn is a function of Config.Seed, the layer's name, the step, the
// sample's number in the batch, and the value's place: see [Network.Steps]. It
// does not hang on how many cores or workers draw it. A Shared Dropout draws
// anew in each of its places.
//
// Input (N, …); output the same. Rate is Keras' rate and PyTorch's p.
type Dropout struct {
	Rate float64 // the share that is dropped, from 0, which is none, to below 1
}

var _ Explainer = Dropout{}

func (d Dropout) String() string { return Literal(d) }

// Build takes any shape.
func (d Dropout) Build(s *Scope, x *Value) *Value { return dropped(s, x, ir.Dropout{Rate: d.Rate}) }

// Explain shows what is dropped.
func (d Dropout) Explain(in Shape) Arithmetic {
	return whatIsDropped(values(in.TotalSize(), "value"), d.Rate)
}

// dropped is x with something dropped.
func dropped(s *Scope, x *Value, op ir.Dropout) *Value {
	switch {
	case !(op.Rate >= 0 && op.Rate < 1):
		return s.Fail(badField("Rate", "from 0 to below 1", op.Rate))
	case op.Rate == 0:
		return x
	}
	return s.op(op, x)
}

func whatIsDropped(of string, rate float64) Arithmetic {
	if rate == 0 {
		return Arithmetic{Lines: []string{"nothing is dropped"}}
	}
	return Arithmetic{Lines: []string{fmt.Sprintf("in training each of %s is 0 with probability %v, else times %.4g", of, rate, 1/(1-rate))}}
}

// values is a number of things in words.
func values(n int, of string) string {
	if n != 1 {
		of += "s"
	}
	return group(n) + " " + of
}
