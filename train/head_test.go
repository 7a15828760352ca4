package train

import (
	"slices"
	"strings"
	"testing"

	"euryale/graph"
)

// TestNewHead puts another Dense in the place of the last, in whichever form it has.
func TestNewHead(t *testing.T) {
	dense := graph.Dense{Units: 3, Activation: graph.Softmax}
	bare := graph.Dense{Units: 3}
	for name, tt := range map[string]struct {
		layers []graph.Layer
		layer  string // what begins anew
	}{
		"activation":       {[]graph.Layer{dense}, "dense_2"},
		"layer":            {[]graph.Layer{bare, graph.Softmax}, "dense_2"},
		"log softmax":      {[]graph.Layer{graph.Dropout{Rate: 0.5}, bare, graph.Dropout{Rate: 0.5}, graph.LogSoftmax}, "dense_2"},
		"named":            {[]graph.Layer{graph.Named{Name: "head", Layer: dense}}, "head"},
		"frozen":           {[]graph.Layer{graph.Frozen{Layer: dense}}, "dense_2"},
		"chain":            {[]graph.Layer{graph.Chain{graph.Dense{Units: 5}, bare, graph.Softmax}}, "dense_3"},
		"in a named chain": {[]graph.Layer{graph.Named{Name: "head", Layer: graph.Chain{graph.Dense{Units: 5}, bare, graph.Softmax}}}, "head"},
	} {
		for _, classes := range []int{2, 3, 7} {
			net := network(t, graph.Config{Input: graph.Shape{1, 6, 6}, Seed: 4},
				append([]graph.Layer{graph.Flatten{}, graph.Dense{Units: 8, Activation: graph.ReLU}}, tt.layers...)...)
			for _, p := range net.Params() {
				for k := range p.Value.Shape().TotalSize() {
					set(p.Value, k, 9)
				}
			}
			head, layer, err := NewHead(net, classes)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if got := head.Outputs()[0].Shape; layer != tt.layer || !got.Eq(graph.Shape{classes}) {
				t.Errorf("%s: want %s anew, of %d classes, got %s and %v", name, tt.layer, classes, layer, got)
			}
			if !strings.HasPrefix(head.Params()[0].Name, "dense_1") || at(head.Params()[0].Value, 0) != 9 {
				t.Errorf("%s: want the other weights to come along", name)
			}
			last := head.Params(graph.Trained)[len(head.Params(graph.Trained))-2].Value.Float32s()
			if slices.ContainsFunc(last, func(w float32) bool { return w != 0 }) {
				t.Errorf("%s, %d classes: want weights of 0 in the head", name, classes)
			}
		}
	}
	for want, layers := range map[string][]graph.Layer{
		"want a network that ends in a Dense, to put another in its place, got one that ends in GlobalAverage{} (global_average_1)": {graph.Conv2D{Filters: 3, Kernel: 3}, graph.GlobalAverage{}},
		"want a network that ends in a Dense, to put another in its place, got one without":                                         {graph.Flatten{}, graph.Softmax},
	} {
		_, _, err := NewHead(network(t, graph.Config{Input: graph.Shape{1, 6, 6}}, layers...), 2)
		wantOneLine(t, err, want)
	}
	_, _, err := NewHead(nil, 2)
	wantOneLine(t, err, "new head: want a network and at least 1 class, got 2")
}

// TestUseKeptAverage has a checkpoint's network have the averages, and leaves others.
func TestUseKeptAverage(t *testing.T) {
	net, dir := restless(t), t.TempDir()
	h := fit(t, net, bars(100), Config{Batch: 16, Average: EMA{Decay: 0.9}, Callbacks: []Callback{&Folder{Dir: dir}}})
	last := func() *graph.Network {
		t.Helper()
		net, err := graph.Load(dir + "/last.safetensors")
		if err != nil {
			t.Fatal(err)
		}
		return net
	}
	loaded := last()
	if !slices.Equal(weights(net), weights(loaded)) {
		t.Error("want the weights that steps go on from")
	}
	if err := UseKeptAverage(loaded); err != nil {
		t.Fatal(err)
	}
	if err := h.State.UseAverage(net); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(weights(net), weights(loaded)) {
		t.Error("want the averages")
	}
	was := weights(net)
	if err := UseKeptAverage(net); err != nil || !slices.Equal(was, weights(net)) {
		t.Errorf("want another network as it was, got error %v", err)
	}
	wantOneLine(t, UseKeptAverage(nil), "train: want a network, got nil")
	torn := last()
	d := torn.Details()
	delete(d.Tensors, "optimizer/average/dense_1/bias")
	if err := torn.SetDetails(d); err != nil {
		t.Fatal(err)
	}
	wantOneLine(t, UseKeptAverage(torn), "train: slot average of the state: want values for 6 weights, got 5")
}
