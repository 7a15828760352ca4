package layertest

import (
	"bytes"
	"strings"
	"testing"

	"euryale/graph"
)

// onnx writes the subject as an ONNX model, unless it is made of Gorgonia's nodes, and
// compares what is read again.
func (s subject) onnx(t *testing.T) {
	net, err := s.compose(graph.Config{Seed: 7}, s.inputs)
	if err != nil {
		t.Fatal(err)
	}
	Disturb(net, 0.3)
	var b bytes.Buffer
	if err := net.WriteONNX(&b, graph.ONNXFormat{}); err != nil {
		if !strings.Contains(err.Error(), "functions on Gorgonia's nodes") {
			t.Error(err)
		}
		return
	}
	again, err := graph.DecodeONNX(&b, graph.ONNXConfig{})
	if err != nil {
		t.Fatal(err)
	}
	var outputs [2]Array
	for i, n := range []*graph.Network{net, again} {
		p := compile(t, n, graph.ProgramConfig{Batch: s.batch})
		s.fill(p)
		if err := p.Run(); err != nil {
			t.Fatal(err)
		}
		outputs[i] = take(p.Outputs[0])
	}
	near(t, "read again", outputs[1].Data, outputs[0].Data, 1e-5)
}
