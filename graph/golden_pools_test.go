package graph_test

import (
	"testing"

	"euryale/graph"
	"euryale/internal/golden"
)

// TestGoldenPools compares pools and upsampling with PyTorch's, forward and
// gradients, on both engines.
func TestGoldenPools(t *testing.T) {
	f := golden.OpenLayers(t)
	for group, cases := range map[string]int{"maxpool": 10, "avgpool": 10, "global": 4, "upsample": 8} {
		names := f.Cases(t, group)
		if len(names) != cases {
			t.Errorf("%d cases of %s, want %d", len(names), group, cases)
		}
		for _, name := range names {
			for _, e := range engines {
				t.Run(name+"/"+e.String(), func(t *testing.T) {
					goldenPool(t, f, name, goldenLayer(t, f, name), e)
				})
			}
		}
	}
}

// goldenLayer is what a case of a pool or of upsampling is of.
func goldenLayer(t *testing.T, f *golden.File, name string) graph.Layer {
	t.Helper()
	var g struct {
		Op                             string
		Kernel, Stride, Dilation, Size [2]int
		Padding                        [4]int
		Ceil                           bool
		CountPadding                   bool `json:"count_padding"`
		Convention                     string
	}
	f.Case(t, name, &g)
	rect := func(p [2]int) graph.Size { return graph.Rect(p[0], p[1]) }
	pad := graph.Pads(g.Padding[0], g.Padding[1], g.Padding[2], g.Padding[3])
	if g.Convention == "Keras same" {
		pad = graph.Same
	}
	switch g.Op {
	case "maxpool":
		return graph.MaxPool2D{Size: rect(g.Kernel), Stride: rect(g.Stride), Dilation: rect(g.Dilation), Padding: pad, Ceil: g.Ceil}
	case "avgpool":
		return graph.AveragePool2D{Size: rect(g.Kernel), Stride: rect(g.Stride), Padding: pad, Ceil: g.Ceil, CountPadding: g.CountPadding}
	case "globalaverage":
		return graph.GlobalAverage{}
	case "globalmax":
		return graph.GlobalMax{}
	case "nearest":
		return graph.Upsample{Size: rect(g.Size)}
	case "bilinear":
		return graph.Upsample{Size: rect(g.Size), Interpolation: graph.Bilinear}
	}
	t.Fatalf("%s: no layer for the op %q", name, g.Op)
	return nil
}

// goldenPool compares the output and the gradient by the input of a layer
// without weights.
func goldenPool(t *testing.T, f *golden.File, name string, layer graph.Layer, e graph.Engine) {
	t.Helper()
	x := f.Get(t, name+".x")
	net, err := graph.New(graph.Config{Input: x.Shape[1:], Engine: e}, held{shape: x.Shape}, layer)
	if err != nil {
		t.Fatal(err)
	}
	copy(net.Params()[0].Value.Data().([]float32), x.Data)
	p := compile(t, net, graph.ProgramConfig{Batch: x.Shape[0], Mode: graph.Training, Loss: weighted{}})
	copy(p.Targets[0].Data().([]float32), f.Get(t, name+".gy").Data)
	run(t, p)
	close32(t, "y", p.Outputs[0], f.Get(t, name+".y").Data, forwardTolerance)
	close32(t, "gx", p.Grads[0], f.Get(t, name+".gx").Data, gradientTolerance)
}
