package graph_test

import (
	"bytes"
	"os"
	"testing"

	"euryale/graph"
)

// FuzzDeclaration reads files whose declaration is any text, with the tensors of a
// small network and a right checksum: what loads is saved and loaded again as it is.
func FuzzDeclaration(f *testing.F) {
	b := written(f, smallNet(f))
	text, err := graph.Declaration(b)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	for _, d := range declarations[:8] {
		other, err := graph.Declaration(written(f, d.network(f, graph.Config{}, graph.Input)))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(other)
	}
	f.Fuzz(func(t *testing.T, declared string) {
		b, err := graph.Resealed(b, text, declared)
		if err != nil {
			t.Skip()
		}
		net, err := read(b, ownTypes...)
		if err != nil {
			return
		}
		again, err := read(written(t, net), ownTypes...)
		if err != nil {
			t.Fatal(err)
		}
		if description(net) != description(again) {
			t.Errorf("saved and loaded again, it is another:\n%v\n%v", net, again)
		}
	})
}

// FuzzReadONNX reads models of any bytes: what is read is written, and read again.
func FuzzReadONNX(f *testing.F) {
	for _, path := range []string{"testdata/small_v1.onnx"} {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		net, err := graph.DecodeONNX(bytes.NewReader(b), graph.ONNXConfig{})
		if err != nil {
			return
		}
		_ = net.String()
		var to bytes.Buffer
		if err := net.WriteONNX(&to, graph.ONNXFormat{}); err != nil {
			return // of names, say
		}
		if _, err := graph.DecodeONNX(&to, graph.ONNXConfig{}); err != nil {
			t.Errorf("what was written is not read: %v\n%v", err, net)
		}
	})
}
