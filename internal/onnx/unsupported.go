package onnx

import (
	"fmt"
	"slices"
	"strings"
)

// Unsupported is one thing in a model that this package, or who reads its Graphs,
// cannot represent.
type Unsupported struct {
	What string // "LSTM of opset 14", "function org.example.Gelu", "a subgraph (If)"
	Node string // the node's name; "" if it is not at a node
	Why  string // may be ""
}

// UnsupportedError lists all that is unsupported in a model.
type UnsupportedError struct{ Items []Unsupported }

// Error is one line: each kind of thing once, with the nodes.
func (e *UnsupportedError) Error() string {
	var order []Unsupported
	nodes := map[Unsupported][]string{}
	for _, it := range e.Items {
		kind := Unsupported{What: it.What, Why: it.Why}
		if _, ok := nodes[kind]; !ok {
			order = append(order, kind)
		}
		if it.Node != "" {
			nodes[kind] = append(nodes[kind], fmt.Sprintf("%q", it.Node))
		} else {
			nodes[kind] = append(nodes[kind], "")
		}
	}
	parts := make([]string, len(order))
	for i, kind := range order {
		parts[i] = kind.What
		if names := slices.DeleteFunc(nodes[kind], func(s string) bool { return s == "" }); len(names) > 0 {
			parts[i] += " (" + listNames(names) + ")"
		}
		if kind.Why != "" {
			parts[i] += ": " + kind.Why
		}
	}
	return "not supported: " + strings.Join(parts, "; ")
}

// listNames is as in "node a", "nodes a, b, c and 14 more".
func listNames(names []string) string {
	const most = 3
	switch {
	case len(names) == 1:
		return "node " + names[0]
	case len(names) > most:
		return fmt.Sprintf("nodes %s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return "nodes " + strings.Join(names, ", ")
}
