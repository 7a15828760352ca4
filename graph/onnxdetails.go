package graph

import (
	"encoding/json"

	"github.com/pkg/errors"

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

// onnxMetadata is what detailsOf reads.
func (n *Network) onnxMetadata() (map[string]string, error) {
	d := n.Details()
	if err := d.check(n); err != nil { // what a layer or the caller has changed since
		return nil, err
	}
	all := map[string]string{}
	for name, text := range d.Metadata {
		all[name] = text
	}
	for _, own := range []struct {
		name  string
		there bool
		value any
	}{{onnxClasses, len(d.Classes) > 0, d.Classes}, {onnxInput, d.Input.isSet(), d.Input}} {
		if !own.there {
			continue
		}
		if _, taken := all[own.name]; taken {
			return nil, errors.Errorf("details: want no Metadata called %q, which is ours in ONNX, got one", own.name)
		}
		text, err := json.Marshal(own.value)
		if err != nil {
			return nil, errors.Wrapf(err, "details: %s", own.name)
		}
		all[own.name] = string(text)
	}
	return all, nil
}

// isSet reports whether something is said of the scaling.
func (s Scaling) isSet() bool { return s.Most != 0 || len(s.Mean)+len(s.Deviation) > 0 }
