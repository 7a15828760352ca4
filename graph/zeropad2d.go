package graph

import (
	"fmt"

	"euryale/internal/ir"
)

// ZeroPad2D surrounds each image with zeros.
//
// Input (N, C, H, W); output (N, C, top+H+bottom, left+W+right).
type ZeroPad2D struct {
	Padding Padding // pixels on each side, or Pads; 0 adds nothing
}

var _ Explainer = ZeroPad2D{}

func (z ZeroPad2D) String() string { return Literal(z) }

// Build wants an image.
func (z ZeroPad2D) Build(s *Scope, x *Value) *Value {
	if err := wantMargin("Padding", z.Padding); err != nil {
		return s.Fail(err)
	}
	before, after := z.Padding.margins()
	return s.op(ir.Pad{Before: before, After: after}, x)
}

// Explain shows the output's sides.
func (z ZeroPad2D) Explain(in Shape) Arithmetic { return z.Padding.explain("+", 1, in) }

// wantMargin reports a padding in the field of that name that is no number of
// pixels.
func wantMargin(field string, p Padding) error {
	if p.huge() {
		return wantPadding(field, p)
	}
	if p == Same || !p.valid() {
		return badField(field, "a number of pixels or Pads", p)
	}
	return nil
}

// margins are the pixels above and on the left, below and on the right.
func (p Padding) margins() (before, after [2]int) {
	s := p.sides()
	return [2]int{s[0], s[2]}, [2]int{s[1], s[3]}
}

// explain shows sides that become larger or, by a sign of -1, smaller.
func (p Padding) explain(symbol string, sign int, in Shape) Arithmetic {
	before, after := p.margins()
	var lines []string
	for d, name := range []string{"height", "width"} {
		lines = append(lines, fmt.Sprintf("%s: %d%s%d%s%d = %d", name, in[d+1], symbol, before[d], symbol, after[d], in[d+1]+sign*(before[d]+after[d])))
	}
	return Arithmetic{Lines: lines}
}
