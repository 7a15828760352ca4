package graph

import (
	G "gorgonia.org/gorgonia"

	"euryale/internal/engine"
)

// Lowering puts stages made of our own ops, of package engine, in the place of
// layers that it recognises. The layers themselves declare Gorgonia's ops, and
// what no pass recognises stays theirs. The result is an expression graph as before.

// lowering is a pass over the stages of a program. It changes those it
// recognises; fusible says whether the output of a stage may vanish into the
// next one.
type lowering func(stages []stage, fusible func(stage) bool) []stage

// lowerings are in the order in which they look at a network: larger patterns first.
var lowerings = []lowering{
	lowerBlocks, // conv 3×3 + bias + ReLU + max-pool 2×2
	lowerConvs,  // conv + bias + ReLU
	lowerPools,  // max-pool
	lowerDense,  // dense + bias + ReLU
}

// lower runs the passes, if the engine is the fused one.
func (b *build) lower() error {
	if b.net.engine() != Fused || b.draw {
		return nil
	}
	fusible := func(s stage) bool { return !b.config.keeps(s.name) }
	for _, pass := range lowerings {
		b.stages = pass(b.stages, fusible)
	}
	return nil
}

// lowered is what stands in for the layers of a stage.
type lowered interface {
	// String is the fused op's name and the layers it stands for.
	String() string
	declare(b *build, x flow) (flow, error)
}

// flow is what goes from one stage to the next: a node and how to read it.
type flow struct {
	node *G.Node
	last int // channels of a channels-last node (N, H, W, padded); 0 means the layout that layers have

	// trained says that weights lie before it, so that its gradient is wanted.
	trained bool
}

// planar is the flow in the layout that layers have.
func (x flow) planar() (flow, error) {
	if x.last == 0 {
		return x, nil
	}
	node, err := engine.Planar(x.node, x.last)
	return flow{node: node, trained: x.trained}, err
}

// layerWeights declares the kernel and, unless none is wanted, the bias of a lowered layer.
func (b *build) layerWeights(layer string, kernel Shape, units int, init Initializer, noBias bool) (w, bias *G.Node, err error) {
	s := &Scope{name: layer, b: b}
	if w, err = s.Weight("kernel", kernel, init); err != nil || noBias {
		return w, nil, err
	}
	bias, err = s.Weight("bias", Shape{units}, Zeros)
	return w, bias, err
}
