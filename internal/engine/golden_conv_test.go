package engine_test

import (
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
)

// convolution is what a case of the groups conv, same and transposed says.
type convolution struct {
	Stride, Padding, Dilation []int
	OutputPadding             [2]int `json:"output_padding"`
	Groups                    int
	Bias                      bool
}

func (c convolution) config() engine.ConvConfig {
	return engine.ConvConfig{Pad: c.Padding, Stride: c.Stride, Dilation: c.Dilation, Groups: c.Groups, InputGrad: true}
}

func (c convolution) weights() []string {
	if c.Bias {
		return []string{"w", "b"}
	}
	return []string{"w"}
}

// check compares declare, with a bias behind it, with the case.
func (c convolution) check(t *testing.T, f reference, dt tensor.Dtype, declare func(x, w *G.Node) (*G.Node, error)) {
	t.Helper()
	r := f.try(t, dt, func(x *G.Node, w ...*G.Node) (*G.Node, error) {
		y, err := declare(x, w[0])
		if err != nil || !c.Bias {
			return y, err
		}
		b := G.Must(G.Reshape(w[1], tensor.Shape{1, w[1].Shape()[0], 1, 1}))
		return G.BroadcastAdd(y, b, nil, []byte{0, 2, 3})
	}, c.weights()...)
	for range 2 { // what the first run leaves behind must not show in the second
		r.run(t)
	}
	f.check(t, r, 0, c.weights()...)
}

func TestGoldenConv(t *testing.T) {
	for _, group := range []string{"conv", "same"} {
		goldens(t, group, func(t *testing.T, f reference, dt tensor.Dtype) {
			var c convolution
			f.Case(t, f.name, &c)
			c.check(t, f, dt, func(x, w *G.Node) (*G.Node, error) { return engine.GroupedConv2d(x, w, nil, c.config()) })
			if dt == tensor.Float32 {
				c.check(t, f, dt, func(x, w *G.Node) (*G.Node, error) { return engine.Conv(x, w, nil, c.config()) })
			}
		})
	}
}

func TestGoldenTransposed(t *testing.T) {
	goldens(t, "transposed", func(t *testing.T, f reference, dt tensor.Dtype) {
		var c convolution
		f.Case(t, f.name, &c)
		c.check(t, f, dt, func(x, w *G.Node) (*G.Node, error) {
			return engine.TransposedConv2d(x, w, nil, c.OutputPadding, c.config())
		})
		if dt == tensor.Float32 {
			c.check(t, f, dt, func(x, w *G.Node) (*G.Node, error) {
				return engine.TransposedConv(x, w, nil, c.OutputPadding, c.config())
			})
		}
	})
}
