package lower

import "euryale/internal/ir"

// layout decides in which layout each step reads its first input, and puts a
// conversion where a value lies channels last and somebody wants planes. All
// who want it share it.
func layout(p *program) {
	var steps []*Step
	converted := map[*ir.Value]bool{}
	convert := func(v *ir.Value) {
		if converted[v] || p.layoutOf(v) == Planar {
			return
		}
		converted[v] = true
		steps = append(steps, &Step{
			Values: []*ir.Value{v}, Kernel: ToPlanar, Reads: ChannelsLast, InputGrad: p.trained[v],
		})
	}
	for _, s := range p.steps {
		in := s.In()
		if s.Kernel == WinogradPool && p.layoutOf(in[0]) == ChannelsLast {
			s.Reads = ChannelsLast
			in = in[1:]
		}
		for _, v := range in {
			convert(v)
		}
		steps = append(steps, s)
		if out := s.Out(); p.Read(out) != "" {
			convert(out)
		}
	}
	p.steps = steps
}
