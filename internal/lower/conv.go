package lower

import (
	"fmt"

	"euryale/internal/f32"
	"euryale/internal/ir"
)

// matchBlock is a 3×3 convolution without padding or groups, its bias and ReLU, and a 2×2
// max-pool.
func matchBlock(p *program, v *ir.Value) *Step {
	conv, ok := v.Op.(ir.Conv)
	if !ok || conv != (ir.Conv{Window: ir.Square(3, 1, 1, 0)}) {
		return nil
	}
	in := v.In[0].Shape
	if in[1] < 4 || in[2] < 4 { // not one cell of the pool
		return nil
	}
	c := p.begin(v)
	if !c.then(isBias) || !c.then(IsReLU) || !c.then(isPoolOfTwo) {
		return nil
	}
	s := c.end(WinogradPool)
	s.Makes, s.Reads = ChannelsLast, p.layoutOf(v.In[0])
	if in[0] <= f32.FewChannels && !p.trained[v.In[0]] && s.Reads == Planar {
		s.Kernel = DirectPool
		s.Why = append(s.Why, fmt.Sprintf("few planes (%d), whose gradient nobody wants", in[0]))
	}
	return s
}

func isPoolOfTwo(v *ir.Value) bool { return v.Op == ir.Op(ir.MaxPool{Window: ir.Square(2, 2, 1, 0)}) }

// layoutOf is how the numbers of v lie when they are made.
func (p *program) layoutOf(v *ir.Value) Layout {
	if s := p.makes[v]; s != nil {
		return s.Makes
	}
	return Planar
}

// fewChannels is below how many channels a group makes no product that is worth
// the name.
const fewChannels = 4

// matchConv is any other convolution, or a transposed one, with its bias and
// ReLU; or one and the depthwise convolution behind it.
func matchConv(p *program, v *ir.Value) *Step {
	var channels, groups int
	switch o := v.Op.(type) {
	case ir.Conv:
		channels, groups = v.In[1].Shape[1], o.Groups
	case ir.ConvTranspose:
		channels, groups = v.In[1].Shape[0]/max(o.Groups, 1), o.Groups
	default:
		return nil
	}
	c := p.begin(v)
	c.then(isBias)
	_, plain := v.Op.(ir.Conv)
	depthwise := isDepthwise(v)
	switch few := groups > 1 && channels < fewChannels; {
	case few && !depthwise:
		c.then(IsReLU)
		return c.end(Planes)
	case !plain:
		c.then(IsReLU)
		return c.end(Patches)
	}
	summed := !p.Training && c.thenSum() // else the gradient by the other term would want an output of its own
	kernel := Rows
	if !depthwise {
		kernel = p.product(v)
	}
	ended := c.thenFunction()
	switch {
	case depthwise || summed:
	case kernel == Taps && groups <= 1 && c.thenDepthwise():
		kernel = TapsRows
	case ended != curved:
		c.then(kernel.pools)
	}
	s := c.end(kernel)
	s.Makes = ChannelsLast
	if kernel == TapsRows {
		s.Why = append(s.Why, "what lies between the two stays in the cache")
	}
	if kernel != Taps && kernel != TapsRows && kernel != AlongRows || p.layoutOf(v.In[0]) == ChannelsLast || p.trained[v.In[0]] {
		s.Reads = ChannelsLast
	}
	return s
}

// ending is how a convolution ends.
type ending uint8

const (
	uncut  ending = iota
	cut           // in registers
	curved        // in the cache
)

// thenFunction adds a cut, or, in inference, another function that leaves the
// padding zero: its gradient would want what comes before it.
func (c *chain) thenFunction() ending {
	switch {
	case c.then(IsCut):
		return cut
	case !c.p.Training && c.then(isCurve):
		return curved
	}
	return uncut
}

// isCurve reports whether v is a function that is zero at zero, and computed as a
// curve.
func isCurve(v *ir.Value) bool {
	u, ok := v.Op.(ir.Unary)
	if !ok || !u.KeepsZero() {
		return false
	}
	slope := float32(u.Slope)
	if u.F == ir.ReLU || u.F == ir.CELU { // without a slope, these are others
		return slope != 0 && slope-slope == 0
	}
	return slope-slope == 0
}

// thenDepthwise adds, in inference, a depthwise convolution, with its bias, sum and
// function: both are computed some channels of a strip at a time. Of batches of 8
// that is clearly faster, and of a picture by itself no slower, whatever its size.
func (c *chain) thenDepthwise() bool {
	weighed := func(is func(*ir.Value) bool) bool { // with weights that are there before the step
		return c.then(func(v *ir.Value) bool { return is(v) && c.p.there(v.In[1]) })
	}
	if c.p.Training || !weighed(isDepthwise) {
		return false
	}
	c.p.make(c.step.Out().In[1])
	if weighed(isBias) {
		c.p.make(c.step.Out().In[1])
	}
	c.thenSum()
	c.thenFunction()
	return true
}

// isDepthwise reports whether v is a convolution in which each channel has a
// filter of its own.
func isDepthwise(v *ir.Value) bool {
	o, ok := v.Op.(ir.Conv)
	return ok && o.Groups > 1 && v.In[1].Shape[0] == o.Groups && v.In[1].Shape[1] == 1
}

// pools says whether v is a max-pool that the kernel of a convolution computes,
// as the values come: its windows lie side by side, in the rows of one tile.
func (k Kernel) pools(v *ir.Value) bool {
	o, ok := v.Op.(ir.MaxPool)
	if !ok || o.Kernel != o.Stride || o.Dilation != [2]int{1, 1} || o.Before != [2]int{} || o.After != [2]int{} {
		return false
	}
	return o.Kernel[0]*o.Kernel[1] <= f32.MostCodes && k.Tile()%o.Kernel[0] == 0
}

// matchNorm is a normalisation of an image by its batch, with a sum and a cut
// behind it.
func matchNorm(p *program, v *ir.Value) *Step {
	if _, ok := v.Op.(ir.Norm); !ok || p.Infers(v) || len(v.Shape) != 3 || p.layoutOf(v.In[0]) != ChannelsLast {
		return nil
	}
	c := p.begin(v)
	c.thenSum()
	c.then(IsCut)
	s := c.end(Columns)
	s.Reads, s.Makes = ChannelsLast, ChannelsLast
	return s
}

// matchMaxPool is a max-pool.
func matchMaxPool(_ *program, v *ir.Value) *Step {
	if _, ok := v.Op.(ir.MaxPool); !ok {
		return nil
	}
	return &Step{Values: []*ir.Value{v}, Kernel: Windows}
}
