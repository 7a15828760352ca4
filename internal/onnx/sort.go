package onnx

import "github.com/pkg/errors"

// sort brings the nodes into an order in which each comes after those whose outputs it
// reads; an order that is one already stays. It is an error if a node reads what
// nothing defines, or if nodes need each other.
func (m *Model) sort() error {
	maker := map[string]int{}
	for i, n := range m.Nodes {
		for _, out := range n.Outputs {
			if out != "" {
				maker[out] = i
			}
		}
	}
	if err := m.checkNames(maker); err != nil {
		return err
	}
	s := &sorter{nodes: m.Nodes, maker: maker, state: make([]int, len(m.Nodes))}
	for i := range m.Nodes {
		if err := s.visit(i); err != nil {
			return err
		}
	}
	m.Nodes = s.order
	return nil
}

// checkNames is an error if a node reads what is not defined. In a model with
// unsupported parts the names that those define are not known.
func (m *Model) checkNames(maker map[string]int) error {
	if len(m.Unsupported) > 0 {
		return nil
	}
	inputs := map[string]bool{}
	for _, in := range m.Inputs {
		inputs[in.Name] = true
	}
	for _, n := range m.Nodes {
		for i, in := range n.Inputs {
			_, made := maker[in]
			if _, constant := m.Constants[in]; in != "" && !made && !constant && !inputs[in] {
				return errors.Errorf("%v: input %d, %q, is not defined", n, i, in)
			}
		}
	}
	return nil
}

// sorter visits nodes depth first, with a stack of its own: a chain of nodes may be as
// long as the file.
type sorter struct {
	nodes []*Node
	maker map[string]int
	state []int // how many of its inputs were looked at; below 0: it is in order
	order []*Node
}

func (s *sorter) visit(i int) error {
	for stack := []int{i}; len(stack) > 0; {
		top := stack[len(stack)-1]
		n := s.nodes[top]
		if s.state[top] < 0 {
			stack = stack[:len(stack)-1]
			continue
		}
		if s.state[top] == len(n.Inputs) {
			s.state[top] = -1
			s.order = append(s.order, n)
			stack = stack[:len(stack)-1]
			continue
		}
		in := n.Inputs[s.state[top]]
		s.state[top]++
		next, made := s.maker[in]
		if !made || in == "" || s.state[next] < 0 {
			continue
		}
		if next == top || s.state[next] > 0 {
			return errors.Errorf("the nodes are in a cycle: %v reads %q, of which %v needs the result", n, in, s.nodes[next])
		}
		stack = append(stack, next)
	}
	return nil
}
