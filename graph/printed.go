package graph

import (
	"fmt"

	"euryale/internal/decimal"
	"euryale/internal/ir"
)

// String is such as conv2d_1/kernel (32, 1, 3, 3) trained.
func (p Param) String() string {
	if p.Value == nil {
		return fmt.Sprintf("%s without a value, %v", p.Name, p.Role)
	}
	return fmt.Sprintf("%s %v %v", p.Name, p.Value.Shape(), p.Role)
}

// String is what makes the value, an input's name or a layer's code, and its
// shape: Flatten{} (N, 784). Of a value that could not be made it is the error.
func (v *Value) String() string {
	switch {
	case v == nil:
		return "<nil>"
	case v.err != nil:
		return v.err.Error()
	case v.v == nil:
		return "value of nothing"
	}
	switch o := v.v.Op.(type) {
	case ir.Input:
		return o.Name + " " + printShape("N", v.v.Shape)
	case ir.Param:
		return fmt.Sprintf("%s %v", o.Name, v.v.Shape)
	}
	name := v.v.Op.String()
	for c := v.v.Call; c != nil && c.Out == v.v; c = c.Parent { // the outermost that is finished
		name = fmt.Sprint(c.Layer)
	}
	return name + " " + printShape("N", v.v.Shape)
}

// String is what the program is for and its shapes: program of lesson, training,
// batch 32, input (N, 1, 28, 28) → dense_2 (N, 10).
func (p *Program) String() string {
	if p == nil || p.net == nil {
		return "program of nothing"
	}
	name := p.net.config.Name
	if name == "" {
		name = "a network"
	}
	what := "inference"
	if p.config.Mode == Training {
		what = "training"
	}
	text := fmt.Sprintf("program of %s, %s, batch %s", name, what, decimal.Group(int64(p.config.Batch)))
	for _, in := range p.net.Inputs() {
		text += ", " + in.Name + " " + printShape("N", in.Shape)
	}
	text += " →"
	for i, out := range p.net.Outputs() {
		if i > 0 {
			text += ","
		}
		text += " " + out.Name + " " + printShape("N", out.Shape)
	}
	return text
}

// String is such as scope of Dense{Units: 10}.
func (s *Scope) String() string {
	if s == nil || s.call == nil {
		return "scope of nothing"
	}
	return "scope of " + fmt.Sprint(s.call.Layer)
}
