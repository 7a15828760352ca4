package graph_test

import (
	"fmt"
	"testing"

	"euryale/graph"
	"euryale/internal/golden"
)

// composed is a case of testdata/golden/convolutions.safetensors, which
// convolutions.py beside it has written: Keras' layers, in PyTorch's words.
type composed struct {
	Filters, Multiplier, Stride, Dilation, Groups int

	Kernel  any // one number or two
	Padding []int
	Same    bool // the padding is that of Keras' same, and the layer's to find
	Bias    bool
}

func (c composed) padding() graph.Padding {
	switch {
	case c.Same:
		return graph.Same
	case len(c.Padding) == 2:
		return graph.Pads(0, 0, c.Padding[0], c.Padding[1])
	}
	return graph.Pads(c.Padding[0], c.Padding[1], c.Padding[2], c.Padding[3])
}

// TestGoldenComposed compares layers that are made of other convolutions with
// PyTorch's and Keras', forward and all gradients, on both engines.
func TestGoldenComposed(t *testing.T) {
	f := golden.OpenFile(t, "testdata/golden/convolutions.safetensors")
	for _, g := range []struct {
		group   string
		cases   int
		layer   func(c composed) graph.Layer
		weights []string
	}{
		{"conv1d", 6, func(c composed) graph.Layer {
			return graph.Conv1D{
				Filters: c.Filters, Kernel: int(c.Kernel.(float64)), Stride: c.Stride, Padding: c.padding(), Dilation: c.Dilation,
				Groups: c.Groups, NoBias: !c.Bias,
			}
		}, []string{"w", "b"}},
		{"separable", 5, func(c composed) graph.Layer {
			sides := c.Kernel.([]any)
			return graph.SeparableConv2D{
				Filters: c.Filters, Kernel: graph.Rect(int(sides[0].(float64)), int(sides[1].(float64))), Multiplier: c.Multiplier,
				Stride: graph.Size(c.Stride), Padding: c.padding(), Dilation: graph.Size(c.Dilation), NoBias: !c.Bias,
			}
		}, []string{"depthwise", "pointwise", "b"}},
	} {
		names := f.Cases(t, g.group)
		if len(names) != g.cases {
			t.Errorf("want %d cases of %s, got %v", g.cases, g.group, names)
		}
		for _, name := range names {
			for _, e := range bothEngines {
				t.Run(fmt.Sprint(name, "/", e), func(t *testing.T) {
					var c composed
					f.Case(t, name, &c)
					checkGoldenLayer(t, f, name, g.layer(c), e, g.weights...)
				})
			}
		}
	}
}
