package graph

import (
	"fmt"

	"euryale/internal/engine"
)

// lowerConvs recognises convolutions, and fuses their bias and ReLU.
func lowerConvs(stages []stage, _ func(stage) bool) []stage {
	for i, s := range stages {
		if c, ok := s.Layer.(Conv2D); ok && s.lowered == nil {
			stages[i].lowered = convolution{Conv2D: c, layer: s.name, in: s.in}
		}
	}
	return stages
}

// convolution is a Conv2D as one op, and the activation behind it unless that is ReLU.
type convolution struct {
	Conv2D
	layer string
	in    Shape
}

func (l convolution) String() string { return fmt.Sprintf("fused(%v)", l.Conv2D) }

func (l convolution) declare(b *build, x flow) (flow, error) {
	w, bias, err := b.layerWeights(l.layer, Shape{l.Filters, l.in[0], l.Kernel, l.Kernel}, l.Filters, l.Init, l.NoBias)
	if err != nil {
		return flow{}, err
	}
	if x, err = x.planar(); err != nil {
		return flow{}, err
	}
	win := l.window()
	m := win.surround(l.in)
	relu := l.Activation == ReLU
	y, err := engine.Conv(x.node, w, bias, Shape{l.Kernel, l.Kernel}, []int{m.Top, m.Bottom, m.Left, m.Right},
		[]int{win.stride, win.stride}, []int{win.dilation, win.dilation}, relu, x.trained)
	if err == nil && !relu {
		y, err = activate(l.Activation, y)
	}
	return flow{node: y, trained: true}, err
}

// lowerPools recognises max-pools.
func lowerPools(stages []stage, _ func(stage) bool) []stage {
	for i, s := range stages {
		if p, ok := s.Layer.(MaxPool2D); ok && s.lowered == nil {
			stages[i].lowered = pooling{MaxPool2D: p, in: s.in}
		}
	}
	return stages
}

// pooling is a MaxPool2D as one op.
type pooling struct {
	MaxPool2D
	in Shape
}

func (l pooling) String() string { return fmt.Sprintf("fused(%v)", l.MaxPool2D) }

func (l pooling) declare(_ *build, x flow) (flow, error) {
	x, err := x.planar()
	if err != nil {
		return flow{}, err
	}
	win := l.window()
	m := win.surround(l.in)
	x.node, err = engine.MaxPool2D(x.node, Shape{win.size, win.size}, []int{m.Top, m.Bottom, m.Left, m.Right}, []int{win.stride, win.stride})
	return x, err
}
