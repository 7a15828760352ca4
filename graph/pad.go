package graph

import (
	"fmt"

	"euryale/internal/ir"
)

// Border is what lies beyond the edges of a sample.
type Border uint8

const (
	// PadConstant is a value of one's own: v v|a b c|v v.
	PadConstant Border = iota
	// PadReflect is what lies as far within: c b|a b c|b a.
	PadReflect
	// PadEdge is what lies at the edge: a a|a b c|c c.
	PadEdge
	// PadWrap is what lies at the other end: b c|a b c|a b.
	PadWrap
)

func (b Border) String() string {
	if b > PadWrap {
		return fmt.Sprintf("Border(%d)", uint8(b))
	}
	return [...]string{"PadConstant", "PadReflect", "PadEdge", "PadWrap"}[b]
}

// Pad puts so much before and behind each axis of a sample, or cuts it off.
//
//	graph.Pad{Before: []int{0, 1, 2}, After: []int{0, 1, 2}, Border: graph.PadReflect} // (N, C, H, W) → (N, C, H+2, W+4)
//
// Input (N, …); output (N, Before + … + After).
type Pad struct {
	Before []int   // a number for each axis, without the batch; below 0, so many are cut off; none means 0 for all
	After  []int   // the same, behind
	Border Border  // PadConstant (0), PadReflect, PadEdge or PadWrap
	Value  float64 // of PadConstant; it may be infinite
}

var _ Layer = Pad{}

func (p Pad) String() string { return Literal(p) }

// Build wants something to be left.
func (p Pad) Build(s *Scope, x *Value) *Value {
	in := x.Shape()
	axes, err := p.axes(in)
	if err != nil {
		return s.Fail(err)
	}
	return s.op(ir.Select{Name: "pad by " + p.Border.String(), Axes: axes, Fill: p.Value}, x)
}

// axes are what is taken along each axis.
func (p Pad) axes(in Shape) ([][]int, error) {
	switch {
	case p.Border > PadWrap:
		return nil, badField("Border", "PadConstant, PadReflect, PadEdge or PadWrap", uint8(p.Border))
	case p.Value != p.Value:
		return nil, badField("Value", "that is a number", p.Value)
	case p.Value != 0 && p.Border != PadConstant:
		return nil, badField("Value", "of PadConstant alone", p.Value)
	}
	sides := [2][]int{p.Before, p.After}
	for k, name := range []string{"Before", "After"} {
		if sides[k] == nil {
			sides[k] = make([]int, len(in))
		}
		if err := wantEach(name, sides[k], in); err != nil {
			return nil, err
		}
		for i, n := range sides[k] {
			if err := p.wantSide(name, n, in[i]); err != nil {
				return nil, err
			}
		}
	}
	axes := make([][]int, len(in))
	for i, n := range in {
		before, after := sides[0][i], sides[1][i]
		if before == 0 && after == 0 {
			continue
		}
		if n+before+after < 1 {
			return nil, badField("Before and After", fmt.Sprintf("that leave something of axis %d of %d", i, n), fmt.Sprintf("%d and %d", before, after))
		}
		axes[i] = p.along(n, before, after)
	}
	return axes, nil
}

// wantSide reports so much before or behind n that there is not.
func (p Pad) wantSide(field string, side, n int) error {
	most := mostPad
	switch p.Border {
	case PadReflect:
		most = n - 1
	case PadWrap:
		most = n
	}
	if side > most || side <= -mostPixels {
		return badField(field, fmt.Sprintf("of at most %d beyond %d, or what is cut off", most, n), side)
	}
	return nil
}

// along are the places that an axis of n has then, -1 for those beyond it that
// are none of its own.
func (p Pad) along(n, before, after int) []int {
	places := []int{}
	for at := -before; at < n+after; at++ {
		switch {
		case at >= 0 && at < n:
			places = append(places, at)
		case p.Border == PadConstant:
			places = append(places, -1)
		case p.Border == PadEdge:
			places = append(places, min(max(at, 0), n-1))
		case p.Border == PadWrap:
			places = append(places, (at+n)%n)
		case at < 0:
			places = append(places, -at)
		default:
			places = append(places, 2*(n-1)-at)
		}
	}
	return places
}
