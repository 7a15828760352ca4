package graph

import (
	"fmt"

	"euryale/internal/engine"
)

// lowerBlocks recognises a 3×3 convolution with stride 1, bias and ReLU,
// without padding, whose output goes to a 2×2 max-pool alone.
func lowerBlocks(stages []stage, fusible func(stage) bool) []stage {
	var out []stage
	for i := 0; i < len(stages); i++ {
		if i+1 < len(stages) && fusible(stages[i]) {
			conv, ok := stages[i].Layer.(Conv2D)
			pool, ok2 := stages[i+1].Layer.(MaxPool2D)
			if ok && ok2 && isBlock(conv, pool) && stages[i].in[1] >= 4 && stages[i].in[2] >= 4 {
				to := stages[i+1]
				to.lowered = block{conv: conv, pool: pool, layer: stages[i].name, channels: stages[i].in[0]}
				out = append(out, to)
				i++
				continue
			}
		}
		out = append(out, stages[i])
	}
	return out
}

func isBlock(c Conv2D, p MaxPool2D) bool {
	return c.window() == window{size: 3, stride: 1, dilation: 1} && !c.NoBias && c.Activation == ReLU &&
		p.window() == window{size: 2, stride: 2, dilation: 1}
}

// block is the lesson's block as one op.
type block struct {
	conv     Conv2D
	pool     MaxPool2D
	layer    string // the convolution's name, which its weights bear
	channels int
}

func (l block) String() string { return fmt.Sprintf("fused(%v, %v)", l.conv, l.pool) }

func (l block) declare(b *build, x flow) (flow, error) {
	w, bias, err := b.layerWeights(l.layer, Shape{l.conv.Filters, l.channels, 3, 3}, l.conv.Filters, l.conv.Init, false)
	if err != nil {
		return flow{}, err
	}
	y, err := engine.Block(x.node, w, bias, x.last, x.trained)
	return flow{node: y, last: l.conv.Filters, trained: true}, err
}
