package lower

import "euryale/internal/ir"

// Options say what kind of program is wanted.
type Options struct {
	Training bool
	Fused    bool                   // use our kernels; else each op is a step of Gorgonia's
	Read     func(*ir.Value) string // why a value is read from outside; "" means it is not
}

// Layout is how the numbers of an image batch lie.
type Layout uint8

// The layouts.
const (
	Planar       Layout = iota // (N, C, H, W), as layers have it
	ChannelsLast               // (N, H, W, C), channels padded to whole vectors
)

// Step is what one op of the program computes: some values, one behind the
// other, of which only the last can be seen.
type Step struct {
	Values    []*ir.Value
	Kernel    Kernel
	Why       []string // what speaks for the kernel, and for the end of the step
	InputGrad bool     // a trained parameter lies before it
	Reads     Layout   // of its first input
	Makes     Layout
}

// Head is the first value of the step.
func (s *Step) Head() *ir.Value { return s.Values[0] }

// Out is the value that can be seen.
func (s *Step) Out() *ir.Value { return s.Values[len(s.Values)-1] }

// In is what the step reads, parameters included, in the order of its ops.
func (s *Step) In() []*ir.Value {
	if s.Kernel == ToPlanar {
		return s.Values
	}
	own := map[*ir.Value]bool{}
	var in []*ir.Value
	for _, v := range s.Values {
		for _, x := range v.In {
			if !own[x] {
				in = append(in, x)
			}
		}
		own[v] = true
	}
	return in
}

// Is reports whether an op of the given type is part of the step, as its i-th.
func Is[O ir.Op](s *Step, i int) bool {
	if i >= len(s.Values) {
		return false
	}
	_, ok := s.Values[i].Op.(O)
	return ok
}

// Infers reports whether v, a Norm, uses its running mean and variance.
func (o Options) Infers(v *ir.Value) bool { return !o.Training || v.Call != nil && v.Call.Frozen }

// Lower is the steps that compute values, each of which comes behind its
// inputs.
func Lower(values []*ir.Value, o Options) []*Step {
	p := newProgram(values, o)
	for _, pass := range []func(*program){
		group,  // ops → steps
		layout, // + conversions between them
	} {
		pass(p)
	}
	return p.steps
}

// program is a list of steps in the making.
type program struct {
	Options
	values  []*ir.Value
	readers map[*ir.Value][]*ir.Value
	trained map[*ir.Value]bool // a trained parameter lies before it, or it is one
	steps   []*Step
	makes   map[*ir.Value]*Step
}

func newProgram(values []*ir.Value, o Options) *program {
	p := &program{
		Options: o, values: values, makes: map[*ir.Value]*Step{},
		readers: map[*ir.Value][]*ir.Value{}, trained: map[*ir.Value]bool{},
	}
	for _, v := range values {
		if param, ok := v.Op.(ir.Param); ok {
			p.trained[v] = o.Training && param.Role == ir.Trained
		}
		for _, x := range v.In {
			p.readers[x] = append(p.readers[x], v)
			p.trained[v] = p.trained[v] || p.trained[x]
		}
	}
	return p
}

// computed reports whether a step makes v: an input or a parameter is there.
func computed(v *ir.Value) bool {
	switch v.Op.(type) {
	case ir.Input, ir.Target, ir.Param:
		return false
	}
	return true
}
