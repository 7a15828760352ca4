package lower

import (
	"euryale/internal/f32"
	"euryale/internal/ir"
)

// stay lets a step keep the layout of what it reads, where its kernel can.
func (p *program) stay(s *Step) {
	if !p.Fused || s.Reads == ChannelsLast || s.Makes == ChannelsLast || !p.canStay(s) {
		return
	}
	for _, v := range s.Head().In {
		if p.layoutOf(v) == ChannelsLast {
			s.Reads = ChannelsLast
			if len(s.Out().Shape) == 3 {
				s.Makes = ChannelsLast
			}
			if byChannel(s.Head()) {
				s.Kernel = Columns
			}
			return
		}
	}
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
		return len(v.Shape) == 3 && !o.Scales(v.Shapes())
	case ir.Unary:
		return len(v.Shape) == 3 && o.F.KeepsZero()
	}
	return false
}

// byChannel says whether an op does with each channel something else.
func byChannel(v *ir.Value) bool {
	switch v.Op.(type) {
	case ir.Norm, ir.MeanImage:
		return true
	}
	return false
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
