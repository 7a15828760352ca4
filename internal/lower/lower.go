package lower

import (
	"slices"

	"euryale/internal/ir"
)

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
	Makes     Layout   // and reads what it joins
}

// Head is the first value of the step.
func (s *Step) Head() *ir.Value { return s.Values[0] }

// Out is the value that can be seen.
func (s *Step) Out() *ir.Value { return s.Values[len(s.Values)-1] }

// In is what the step reads, parameters included, in the order of its ops.
func (s *Step) In() []*ir.Value {
	if s.converts() {
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

// MultiplyAdds are those of its ops, for one sample.
func (s *Step) MultiplyAdds() (n int) {
	if s.converts() {
		return 0
	}
	for _, v := range s.Values {
		n += v.MultiplyAdds()
	}
	return n
}

// GradientMultiplyAdds are those of its gradients, in training: as many as
// forward by its input, if a trained parameter lies before that, and as many by
// its weights, if they are trained.
func (s *Step) GradientMultiplyAdds() int {
	gradients := 0
	if s.InputGrad {
		gradients++
	}
	for _, v := range s.In() {
		if p, ok := v.Op.(ir.Param); ok && p.Role == ir.Trained {
			gradients++
			break
		}
	}
	return gradients * s.MultiplyAdds()
}

// converts says whether the step is a conversion between layouts.
func (s *Step) converts() bool { return s.Kernel == ToPlanar || s.Kernel == ToLast }

// ReadsAs is the layout in which the step reads its i-th input.
func (s *Step) ReadsAs(i int) Layout {
	if i == 0 {
		return s.Reads
	}
	in := s.In()[i]
	for _, v := range s.Values {
		switch v.Op.(type) {
		case ir.Join, ir.Concat:
			if slices.Contains(v.In, in) {
				return s.Makes
			}
		}
	}
	return Planar
}

// Constant reports whether what the step's first op reads besides its first
// input, and a Bias behind that, is made of parameters alone.
func (s *Step) Constant() bool {
	operands := s.Head().In[1:]
	if Is[ir.Bias](s, 1) {
		operands = append(operands[:len(operands):len(operands)], s.Values[1].In[1])
	}
	return !slices.ContainsFunc(operands, func(v *ir.Value) bool {
		_, param := v.Op.(ir.Param)
		return !param && !ir.IsDerived(v)
	})
}

// Pair is the step as two: what ends before a second convolution, and that.
func (s *Step) Pair() (first, behind *Step) {
	one, two := *s, *s
	at := 1 + slices.IndexFunc(s.Values[1:], func(v *ir.Value) bool { _, ok := v.Op.(ir.Conv); return ok })
	one.Values, two.Values = s.Values[:at], s.Values[at:]
	two.Reads = ChannelsLast
	return &one, &two
}

// Is reports whether an op of the given type is part of the step, as its i-th.
func Is[O ir.Op](s *Step, i int) bool {
	if i >= len(s.Values) {
		return false
	}
	_, ok := s.Values[i].Op.(O)
	return ok
}

// Infers reports whether v, a Norm or what is random, runs as in inference.
func (o Options) Infers(v *ir.Value) bool { return !o.Training || v.Call != nil && v.Call.Frozen }

// Lower is the steps that compute values, each of which comes behind its
// inputs; and for each value the one that stands for it in the steps.
func Lower(values []*ir.Value, o Options) (steps []*Step, now map[*ir.Value]*ir.Value) {
	p := newProgram(values, o)
	for _, pass := range []func(*program){
		mode,    // - what inference does without
		fold,    // norms into the weights before them
		pool,    // max-pools before functions
		shuffle, // reshapes and transposes → shuffles
		group,   // ops → steps
		layout,  // + conversions between them
	} {
		pass(p)
	}
	return p.steps, p.now
}

// program is a list of steps in the making.
type program struct {
	Options
	values  []*ir.Value
	now     map[*ir.Value]*ir.Value // what stands for each value of the network
	why     map[*ir.Value]string    // such a value is read from outside
	readers map[*ir.Value][]*ir.Value
	trained map[*ir.Value]bool // a trained parameter lies before it, or it is one
	folded  map[*ir.Value]bool // it holds a norm
	steps   []*Step
	makes   map[*ir.Value]*Step
}

func newProgram(values []*ir.Value, o Options) *program {
	p := &program{
		Options: o, values: values, makes: map[*ir.Value]*Step{}, folded: map[*ir.Value]bool{},
		now: map[*ir.Value]*ir.Value{}, why: map[*ir.Value]string{},
	}
	for _, v := range values {
		p.now[v], p.why[v] = v, o.Read(v)
	}
	p.look()
	return p
}

// look sees who reads each value, and what can be trained through it.
func (p *program) look() {
	p.readers, p.trained = map[*ir.Value][]*ir.Value{}, map[*ir.Value]bool{}
	for _, v := range p.values {
		if param, ok := v.Op.(ir.Param); ok {
			p.trained[v] = p.Training && param.Role == ir.Trained
		}
		for _, x := range v.In {
			p.readers[x] = append(p.readers[x], v)
			p.trained[v] = p.trained[v] || p.trained[x]
		}
	}
}

// computed reports whether a step makes v: an input or a parameter is there.
func computed(v *ir.Value) bool {
	switch v.Op.(type) {
	case ir.Input, ir.Target, ir.Weights, ir.Param:
		return false
	}
	return true
}
