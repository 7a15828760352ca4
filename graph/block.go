package graph

import "fmt"

// Residual adds x, or what Shortcut makes of it, to what Body makes of it: He
// et al., arXiv:1512.03385. The two must have one shape.
//
// Input as Body takes it; output as Body's.
type Residual struct {
	Body       Chain
	Shortcut   Chain // nil means x itself
	Activation Layer // of the sum; nil means none
}

func (r Residual) String() string { return Literal(r) }

// Build joins the two ways.
func (r Residual) Build(_ *Scope, x *Value) *Value {
	y := Join(Sum, x.Then(r.Body...), x.Then(r.Shortcut...))
	if r.Activation == nil {
		return y
	}
	return y.Then(r.Activation)
}

// Branches gives x to each layer of Of, and joins what they make.
type Branches struct {
	Join Joiner // such as Concat
	Of   []Layer
}

func (b Branches) String() string { return Literal(b) }

// Build joins the branches in their order.
func (b Branches) Build(s *Scope, x *Value) *Value {
	switch {
	case isNil(b.Join):
		return s.Fail(badField("Join", "that is not nil", "nil"))
	case len(b.Of) == 0:
		return s.Fail(badField("Of", "of at least one layer", "none"))
	}
	var y []*Value
	for i, l := range b.Of {
		if isNil(l) {
			return s.Fail(badField(fmt.Sprintf("Of[%d]", i), "that is not nil", "nil"))
		}
		y = append(y, x.Then(l))
	}
	return Join(b.Join, y...)
}
