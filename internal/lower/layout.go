package lower

import (
	"slices"

	"euryale/internal/f32"
	"euryale/internal/ir"
)

// stay lets a step keep the layout of what it reads, where its kernel can.
func (p *program) stay(s *Step) {
	if !p.Fused || s.Reads == ChannelsLast || s.Makes == ChannelsLast || !p.canStay(s) {
		return
	}
	if !slices.ContainsFunc(leading(s.Head()), func(v *ir.Value) bool { return p.layoutOf(v) == ChannelsLast }) {
		return
	}
	s.Reads = ChannelsLast
	if len(s.Out().Shape) == 3 {
		s.Makes = ChannelsLast
	}
	if k := lastKernel(s.Head()); k != "" {
		s.Kernel = k
	}
}

// leading are the inputs of which one in a layout is enough for a step to take it:
// any, or those that are images where others are one number a channel.
func leading(v *ir.Value) []*ir.Value {
	o, ok := v.Op.(ir.Join)
	if !ok || !o.Scales(v.Shapes()) {
		return v.In
	}
	var images []*ir.Value
	for _, x := range v.In {
		if slices.Equal(x.Shape, v.Shape) {
			images = append(images, x)
		}
	}
	return images
}

// canStay says whether a step computes images whose channels lie last. What it
// makes of the padding, which is zero, must be zero.
func (p *program) canStay(s *Step) bool {
	v := s.Head()
	switch o := v.Op.(type) {
	case ir.MaxPool:
		return s.Kernel == Windows && o.Dilation == [2]int{1, 1} && o.Kernel[0]*o.Kernel[1] <= f32.MostCodes
	case ir.Norm:
		return p.Infers(v) && len(v.Shape) == 3
	case ir.MeanImage:
		return true
	case ir.Join:
		return len(v.Shape) == 3 && (o.By == ir.Product || !o.Scales(v.Shapes()))
	case ir.Concat:
		return len(v.Shape) == 3 && o.Axis == 0
	case ir.Shuffle, ir.AveragePool:
		return len(v.Shape) == 3
	case ir.Slice:
		return len(v.Shape) == 3 && o.Axis == 0
	case ir.Unary:
		return len(v.Shape) == 3 && o.KeepsZero()
	}
	return false
}

// lastKernel is how an op is computed with channels last, where that is another way
// than with planes; "" where it is not.
func lastKernel(v *ir.Value) Kernel {
	switch o := v.Op.(type) {
	case ir.Norm, ir.MeanImage, ir.AveragePool:
		return Columns
	case ir.Join:
		if o.Scales(v.Shapes()) {
			return Columns
		}
	case ir.Concat, ir.Slice, ir.Shuffle:
		return Channels
	}
	return ""
}

// layout puts a conversion where a value lies in one layout and somebody wants
// the other. All who want it share it.
func layout(p *program) {
	var steps []*Step
	converted := map[*ir.Value]bool{}
	convert := func(v *ir.Value, to Layout) {
		from := p.layoutOf(v)
		if from == to || converted[v] {
			return
		}
		converted[v] = true
		s := &Step{Values: []*ir.Value{v}, Kernel: ToPlanar, Reads: from, Makes: to, InputGrad: p.trained[v]}
		if to == ChannelsLast {
			s.Kernel = ToLast
		}
		steps = append(steps, s)
	}
	for _, s := range p.steps {
		for i, v := range s.In() {
			convert(v, s.ReadsAs(i))
		}
		steps = append(steps, s)
		if out := s.Out(); p.Read(out) != "" {
			convert(out, Planar)
		}
	}
	p.steps = steps
}
