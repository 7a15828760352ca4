package graph

import (
	"fmt"

	G "gorgonia.org/gorgonia"

	"euryale/internal/engine"
	"euryale/internal/ir"
	"euryale/internal/philox"
)

// dropout is ours: the gradient of Gorgonia's is wrong, and its seed the clock.
func (b *build) dropout(v *ir.Value, o ir.Dropout, x *G.Node) (*G.Node, error) {
	return engine.Dropout(x, engine.DropoutConfig{Rate: o.Rate, Spatial: o.Spatial, Key: b.stream(v), At: b.draw})
}

// noise is ours: Gorgonia has none with a seed.
func (b *build) noise(v *ir.Value, o ir.Noise, x *G.Node) (*G.Node, error) {
	return engine.Noise(x, engine.NoiseConfig{Deviation: o.Deviation, Key: b.stream(v), At: b.draw})
}

// stream is the key to the random words of v, one of the values that its layer,
// and whoever shares that, may have drawn.
func (b *build) stream(v *ir.Value) philox.Key {
	path := bearer(v.Call).Path
	b.streams[path]++
	if n := b.streams[path]; n > 1 {
		path = fmt.Sprintf("%s#%d", path, n)
	}
	return philox.KeyOf(b.net.config.Seed, path)
}
