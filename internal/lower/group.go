package lower

import (
	"fmt"
	"slices"

	"euryale/internal/ir"
)

// matches are in the order in which they look at a value: larger patterns
// first. Each is the step that begins with v, or nil.
var matches = []func(p *program, v *ir.Value) *Step{
	matchBlock,   // conv 3×3 + bias + ReLU + max-pool 2×2
	matchConv,    // conv + bias + sum + ReLU + max-pool, or conv + bias + ReLU, twice
	matchNorm,    // norm + sum + ReLU
	matchMaxPool, // max-pool
	matchDense,   // product + bias + ReLU
	matchAlone,   // anything else
}

// group cuts the ops into steps.
func group(p *program) {
	for _, v := range p.values {
		if computed(v) && p.makes[v] == nil {
			p.add(p.match(v))
		}
	}
}

// add adds a step.
func (p *program) add(s *Step) {
	v := s.Head()
	p.stay(s)
	for _, x := range s.Values {
		p.makes[x] = s
	}
	if slices.ContainsFunc(s.Values, func(x *ir.Value) bool { return p.folded[x] }) {
		s.Why = append([]string{"norm folded into its weights"}, s.Why...)
	}
	s.InputGrad = len(v.In) > 0 && p.trained[v.In[0]]
	p.steps = append(p.steps, s)
}

// there reports whether v is there, or can be made of parameters at once.
func (p *program) there(v *ir.Value) bool {
	if !computed(v) || p.makes[v] != nil {
		return true
	}
	return ir.IsDerived(v) && !slices.ContainsFunc(v.In, computed)
}

// make makes v, which is there, by a step of its own, if it is not made yet.
func (p *program) make(v *ir.Value) {
	if computed(v) && p.makes[v] == nil {
		p.add(matchAlone(p, v))
	}
}

func (p *program) match(v *ir.Value) *Step {
	if !p.Fused {
		return matchAlone(p, v)
	}
	for _, match := range matches {
		if s := match(p, v); s != nil {
			return s
		}
	}
	return nil // matchAlone takes all
}

// chain grows a step.
type chain struct {
	p    *program
	step *Step
}

func (p *program) begin(v *ir.Value) *chain {
	return &chain{p, &Step{Values: []*ir.Value{v}}}
}

// then adds the only reader of the step's last value, if it is one that want
// accepts.
func (c *chain) then(want func(*ir.Value) bool) bool {
	readers := c.p.readers[c.step.Out()]
	if len(readers) != 1 || c.p.Read(c.step.Out()) != "" || !want(readers[0]) {
		return false
	}
	c.step.Values = append(c.step.Values, readers[0])
	return true
}

// end is the step, with what keeps it from going on.
func (c *chain) end(k Kernel) *Step {
	c.step.Kernel = k
	last := c.step.Out()
	switch n, why := len(c.p.readers[last]), c.p.Read(last); {
	case n > 0 && why != "":
		c.step.Why = append(c.step.Why, "ends here: "+why)
	case n > 1:
		c.step.Why = append(c.step.Why, fmt.Sprintf("ends here: %d read it", n))
	}
	return c.step
}

// thenSum adds the sum of the step's last value and another image that is
// there, or will be once it is in the other layout.
func (c *chain) thenSum() bool {
	last := c.step.Out()
	return c.then(func(v *ir.Value) bool {
		if j, ok := v.Op.(ir.Join); !ok || j.By != ir.Sum || len(v.In) != 2 || len(v.Shape) != 3 {
			return false
		}
		other := v.In[0]
		if other == last {
			other = v.In[1]
		}
		return other != last && slices.Equal(other.Shape, v.Shape) && (!computed(other) || c.p.makes[other] != nil)
	})
}

func isBias(v *ir.Value) bool { return v.Op == ir.Op(ir.Bias{}) }

// IsReLU reports whether v is cut at zero.
func IsReLU(v *ir.Value) bool { return v.Op == ir.Op(ir.Unary{F: ir.ReLU}) }

// IsCut reports whether v is cut at zero, or at zero and six.
func IsCut(v *ir.Value) bool { return IsReLU(v) || v.Op == ir.Op(ir.Unary{F: ir.ReLU6}) }

// matchAlone is a step of v alone: Gorgonia's where it has the op and that is
// right or, on our kernels, no slower.
func matchAlone(p *program, v *ir.Value) *Step {
	plain := false
	switch o := v.Op.(type) {
	case ir.Concat, ir.ConvTranspose, ir.Norm, ir.SampleNorm, ir.Softmax, ir.LogSoftmax, ir.PReLU, ir.Dropout, ir.Noise,
		ir.FoldedWeights, ir.FoldedBias, ir.CrossEntropy, ir.DenseCrossEntropy, ir.BinaryCrossEntropy, ir.Difference, ir.Penalty:
		plain = true
	case ir.Conv:
		plain = o.Groups > 1
	case ir.MeanImage:
		plain = p.Fused
	case ir.Join:
		plain = p.Fused || o.By == ir.Maximum || o.Scales(v.Shapes())
	case ir.MaxPool:
		plain = o.Dilation != [2]int{1, 1}
	case ir.AveragePool, ir.MaxImage, ir.Upsample, ir.Pad, ir.Crop, ir.Transpose, ir.Slice, ir.Shuffle,
		ir.Broadcast, ir.MatMuls, ir.Select, ir.Reduce, ir.SoftmaxAlong, ir.ResponseNorm, ir.Resize:
		plain = true
	case ir.Unary:
		plain = p.Fused || o.F != ir.Sigmoid && o.F != ir.Tanh
	}
	if plain {
		return &Step{Values: []*ir.Value{v}, Kernel: Plain}
	}
	return &Step{Values: []*ir.Value{v}, Kernel: Gorgonia}
}
