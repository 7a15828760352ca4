package lower

import (
	"slices"

	"euryale/internal/ir"
)

// shuffle makes one op of an image's channels that are put in groups, of which the
// axes change places, and are an image's again: as PyTorch's exporters write what
// ShuffleNet does. Its pixels stay where they are.
func shuffle(p *program) {
	if !p.Fused {
		return
	}
	groups, gone := map[*ir.Value]int{}, map[*ir.Value]bool{}
	for _, v := range p.values {
		if n := p.shuffled(v); n > 0 {
			groups[v] = n
			gone[v.In[0]], gone[v.In[0].In[0]] = true, true
		}
	}
	if len(groups) == 0 {
		return
	}
	p.rewrite(func(old, v *ir.Value) []*ir.Value {
		switch n := groups[old]; {
		case gone[old]: // so that the last reads what the first does
			return nil
		case n > 0:
			return []*ir.Value{{Op: ir.Shuffle{Groups: n}, In: v.In, Shape: v.Shape, Call: v.Call}}
		}
		return []*ir.Value{v}
	})
}

// shuffled is how many groups v deals out, or 0.
func (p *program) shuffled(v *ir.Value) int {
	back, ok := v.Op.(ir.Reshape)
	if !ok || len(back.To) != 3 {
		return 0
	}
	turned := v.In[0]
	axes, ok := turned.Op.(ir.Transpose)
	if !ok || !slices.Equal(axes.Axes, []int{1, 0, 2, 3}) || !p.alone(turned) {
		return 0
	}
	split := turned.In[0]
	if _, ok := split.Op.(ir.Reshape); !ok || !p.alone(split) {
		return 0
	}
	x := split.In[0]
	if s := split.Shape; len(x.Shape) != 3 || !slices.Equal(v.Shape, x.Shape) || s[0]*s[1] != x.Shape[0] || !slices.Equal(s[2:], x.Shape[1:]) {
		return 0
	}
	return split.Shape[0]
}
