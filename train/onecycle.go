package train

import "euryale/graph"

// OneCycle lets the rate rise to LearningRate and fall to next to nothing, each
// along half a cosine (Smith & Topin, arXiv:1708.07120), as PyTorch's OneCycleLR
// does:
//
//	from Start to 1    until step Rise·Steps - 1
//	from 1 to End      until step Steps - 1, then End
type OneCycle struct {
	Steps int     // of the whole training, at least 1
	Rise  float64 // share of the steps in which it rises, below 1; 0 means 0.3
	Start float64 // share of the LearningRate at step 0; 0 means 0.04
	End   float64 // share of the LearningRate that is left; 0 means Start/10,000
}

var _ Schedule = OneCycle{}

func (s OneCycle) String() string { return graph.Literal(s.defaults()) }

func (s OneCycle) defaults() OneCycle {
	fill(setting{&s.Rise, 0.3}, setting{&s.Start, 1.0 / 25})
	fill(setting{&s.End, s.Start / 1e4})
	return s
}

func (s OneCycle) check() error {
	d := s.defaults()
	c := settings{of: "one-cycle"}
	c.want(s.Steps >= 1, "Steps of at least 1", s.Steps)
	c.want(d.Rise > 0 && d.Rise < 1, "a Rise between 0 and 1", d.Rise)
	c.above0("Start", d.Start)
	c.above0("End", d.End)
	return c.err
}

// Factor rises to 1 and falls to End.
func (s OneCycle) Factor(step int) float64 {
	s = s.defaults()
	at, last := float64(step), float64(s.Steps-1)
	peak := s.Rise*float64(s.Steps) - 1
	switch {
	case at >= last:
		return s.End
	case at < peak:
		return cosine(s.Start, 1, at/peak)
	}
	return cosine(1, s.End, (at-peak)/(last-peak))
}
