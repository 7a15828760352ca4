package graph

import G "gorgonia.org/gorgonia"

// sums are the gradients that come back to each node of a graph. Gorgonia adds
// them up with nodes of its own, which a graph may take for one another where
// their hashes are equal.
type sums struct {
	terms  map[*G.Node]G.Nodes
	merged bool  // two of them were
	err    error // of an op whose gradient cannot be declared
}

func (s *sums) add(in G.Nodes, differentiable []bool, grads G.Nodes) {
	for i, n := range in {
		if differentiable[i] {
			s.terms[n] = append(s.terms[n], grads[i])
		}
	}
}

// check sees that grad is the sum of all that came back to n.
func (s *sums) check(n, grad *G.Node) {
	terms := s.terms[n]
	for i := len(terms) - 1; i > 0; i-- {
		from := children(grad)
		if len(from) != 2 || from[1] != terms[i] {
			s.merged = true
			return
		}
		grad = from[0]
	}
	if len(terms) > 0 && grad != terms[0] {
		s.merged = true
	}
}
