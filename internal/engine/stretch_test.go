package engine_test

import (
	"fmt"
	"math"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
	"euryale/internal/f32"
)

// TestSoftmaxVectors compares what float32 computes in vectors, on each level,
// with float64: images of more than a stretch and what is left of one, and long
// rows.
func TestSoftmaxVectors(t *testing.T) {
	labelled := func(c engine.ClassesConfig) declaration {
		return func(z *G.Node, _ ...*G.Node) (*G.Node, error) {
			s := z.Shape()
			shape := append(tensor.Shape{s[0]}, s[2:]...)
			labels := make([]int, shape.TotalSize())
			for i := range labels {
				labels[i] = i * i % s[1]
			}
			node := G.NewTensor(z.Graph(), tensor.Int, len(shape), G.WithShape(shape...), G.WithName("labels"),
				G.WithValue(tensor.New(tensor.WithShape(shape...), tensor.WithBacking(labels))))
			loss, err := engine.ClassesLoss(z, node, nil, c)
			if err != nil {
				return nil, err
			}
			return G.Reshape(loss, tensor.Shape{1})
		}
	}
	binary := func(c engine.BinaryConfig) declaration {
		return func(z *G.Node, _ ...*G.Node) (*G.Node, error) {
			target := as(z.Dtype(), random(1, z.Shape()...))
			for i, v := range numbers(target) {
				v = []float64{0, 1, min(v*v/9, 1)}[i%3]
				if z.Dtype() == tensor.Float32 {
					target.Float32s()[i] = float32(v)
				} else {
					target.Float64s()[i] = float64(float32(v))
				}
			}
			loss, err := engine.BinaryLoss(z, G.NewTensor(z.Graph(), z.Dtype(), z.Dims(), G.WithShape(z.Shape()...), G.WithName("target"), G.WithValue(target)), nil, c)
			if err != nil {
				return nil, err
			}
			return G.Reshape(loss, tensor.Shape{1})
		}
	}
	weights := make([]float64, 40)
	for i := range weights {
		weights[i] = float64(i%3) / 2
	}
	image, rows := []int{2, 5, 17, 19}, []int{3, 40}
	for _, c := range []struct {
		name    string
		shape   []int
		declare declaration
	}{
		{"SoftMax", rows, func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return engine.SoftMax(x) }},
		{"ChannelSoftMax", image, func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return engine.ChannelSoftMax(x) }},
		{"LogSoftMax", image, func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return engine.LogSoftMax(x) }},
		{"LogSoftMax of rows", rows, func(x *G.Node, _ ...*G.Node) (*G.Node, error) { return engine.LogSoftMax(x) }},
		{"loss of images", image, labelled(engine.ClassesConfig{})},
		{"loss of rows", rows, labelled(engine.ClassesConfig{})},
		{"smoothed loss of images", image, labelled(engine.ClassesConfig{LabelSmoothing: 0.1})},
		{"smoothed loss of rows", rows, labelled(engine.ClassesConfig{LabelSmoothing: 0.1})},
		{"loss without a class of images", image, labelled(engine.ClassesConfig{Ignore: []int{1}})},
		{"loss without a class of rows", rows, labelled(engine.ClassesConfig{Ignore: []int{1}})},
		{"weighted loss of images", image, labelled(engine.ClassesConfig{Weights: weights[:5]})},
		{"weighted loss of rows", rows, labelled(engine.ClassesConfig{Weights: weights})},
		{"focal loss of images", image, labelled(engine.ClassesConfig{Focal: true, Gamma: 2, Alpha: 0.25})},
		{"focal loss of rows", rows, labelled(engine.ClassesConfig{Focal: true, Gamma: 2, Alpha: 0.25})},
		{"binary loss of images", image, binary(engine.BinaryConfig{})},
		{"binary loss of rows", rows, binary(engine.BinaryConfig{LabelSmoothing: 0.1})},
		{"weighted binary loss of images", image, binary(engine.BinaryConfig{PositiveWeight: []float64{1, 2, 0.5, 3, 0}})},
	} {
		for _, spread := range []float64{1, 30} { // probabilities of about a half, and of nearly 0 and 1
			x := random(5, c.shape...)
			for i, v := range x.Float32s() {
				x.Float32s()[i] = v * float32(spread)
			}
			want, wantGrads := differentiated(t, c.declare, as(tensor.Float64, x))
			for _, level := range f32.Levels() {
				t.Run(fmt.Sprint(c.name, "/", spread, "/", level), func(t *testing.T) {
					defer f32.Use(f32.Use(level))
					got, grads := differentiated(t, c.declare, x)
					nearRelative(t, "value", numbers(got), numbers(want))
					nearRelative(t, "gradient", numbers(grads[0]), numbers(wantGrads[0]))
				})
			}
		}
	}
}

// nearRelative has each within a millionth of the largest of all, or of 1e-2.
func nearRelative(t *testing.T, what string, got, want []float64) {
	t.Helper()
	most := 1e-2 // of softmaxes whose gradients vanish, which are no more exact than they are
	for _, v := range want {
		most = max(most, math.Abs(v))
	}
	for i, v := range want {
		if d := math.Abs(got[i] - v); !(d <= 1e-6*most) {
			t.Fatalf("%s[%d] = %v, want %v, within a millionth of %v", what, i, got[i], v, most)
		}
	}
}
