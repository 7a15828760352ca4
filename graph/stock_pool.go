package graph

import (
	"math"

	G "gorgonia.org/gorgonia"

	"euryale/internal/engine"
	"euryale/internal/ir"
	"euryale/internal/lower"
)

// stockMaxPool is Gorgonia's MaxPool2D, which pads right on opposite sides
// alike only, and has no dilation.
func stockMaxPool(o ir.MaxPool, x *G.Node) (*G.Node, error) {
	if o.Dilation != [2]int{1, 1} {
		return engine.MaxPool(x, poolConfig(o.Window))
	}
	x, pad, err := padded(o.Window, x, math.Inf(-1))
	if err != nil {
		return nil, err
	}
	return G.MaxPool2D(x, o.Kernel[:], pad, o.Stride[:])
}

// ourMaxPool is a max-pool window by window.
func ourMaxPool(s *lower.Step, x *G.Node) (*G.Node, error) {
	c := poolConfig(s.Head().Op.(ir.MaxPool).Window)
	if s.Reads == lower.ChannelsLast {
		return engine.MaxPoolLast(x, c)
	}
	return engine.MaxPool(x, c)
}

// stockAveragePool is ours. Gorgonia's divides by the width of the image.
func stockAveragePool(o ir.AveragePool, x *G.Node) (*G.Node, error) {
	return engine.AveragePool(x, averageConfig(o))
}

func averageConfig(o ir.AveragePool) engine.AverageConfig {
	return engine.AverageConfig{PoolConfig: poolConfig(o.Window), CountPadding: o.Counted, Beyond: o.Beyond}
}

func poolConfig(w ir.Window) engine.PoolConfig {
	return engine.PoolConfig{Kernel: w.Kernel[:], Pad: sides(w), Stride: w.Stride[:], Dilation: w.Dilation[:]}
}
