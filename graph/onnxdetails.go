package graph

import (
	"encoding/json"

	"euryale/internal/onnx"
)

// The names under which what we write keeps class names and scaling.
const (
	onnxClasses = "classes" // a list of names, in JSON
	onnxInput   = "input"   // a Scaling, in JSON
)

// detailsOf is what a model says of itself, as far as it fits the network; the rest
// of its metadata is kept as it is.
func detailsOf(m *onnx.Model, n *Network) Details {
	var d Details
	for _, name := range sortedKeys(m.Metadata) {
		text := m.Metadata[name]
		switch next := d; {
		case name == onnxClasses && json.Unmarshal([]byte(text), &next.Classes) == nil && next.check(n) == nil:
			d = next
		case name == onnxInput && json.Unmarshal([]byte(text), &next.Input) == nil && next.check(n) == nil:
			d = next
		case !reserved(name):
			if d.Metadata == nil {
				d.Metadata = map[string]string{}
			}
			d.Metadata[name] = text
		}
	}
	return d
}
