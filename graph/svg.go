package graph

import (
	"math"
	"slices"
	"strings"

	"euryale/internal/ir"
	"euryale/internal/layered"
	"euryale/internal/markup"
)

// SVG is the network as a drawing, as a notebook shows it: inputs on top, a box
// for each layer with its name, type, output shape and number of parameters, and
// an arrow for what it reads. Layers that are made of others are opened and
// framed, all of them or, in a large network, the outer ones; a shared layer has
// a box in each of its places. Boxes with weights are blue, joins green, and
// outputs have a thick edge. The same network has always the same drawing.
func (n *Network) SVG() string {
	d := newDrawing(n)
	p := &picture{drawing: d, framed: map[*ir.Call]bool{}}
	for _, b := range d.boxes {
		for _, c := range b.within {
			p.framed[c] = true
		}
	}
	for !p.layOut() { // with one frame less at least
	}
	return p.draw()
}

// The measures of a drawing, in pixels.
const (
	boxHeight   = 46.0
	boxGap      = 30.0 // between boxes side by side
	rankGap     = 30.0 // between boxes one below the other
	edgeMargin  = 20.0
	frameLeft   = 26.0 // from the edge of a frame to what is in it, for its name
	frameRight  = 12.0
	frameHeight = 10.0 // above and below
	nameSize    = 13.0
	textSize    = 11.5
	portGap     = 14.0 // between ends of arrows
)

// picture is a drawing with everything in its place.
type picture struct {
	*drawing
	framed map[*ir.Call]bool
	*layered.Layout
	wide float64   // of each box
	top  []float64 // of each rank
	high float64   // where the last rank ends
	svg  markup.SVG
}

// layOut lays the drawing out, and reports whether all layers that are to be
// framed can be: if not, they no longer are.
func (p *picture) layOut() bool {
	g := layered.Graph{Edges: p.edges, Gap: boxGap, Left: frameLeft, Right: frameRight}
	p.wide = 150
	for _, b := range p.boxes {
		p.wide = max(p.wide, p.boxWidth(b))
	}
	wanted := map[int]bool{}
	for _, b := range p.boxes {
		g.Widths = append(g.Widths, p.wide)
		var within []int
		for _, c := range b.within {
			if p.framed[c] {
				within = append(within, p.group(c))
				wanted[p.group(c)] = true
			}
		}
		g.Within = append(g.Within, within)
	}
	p.Layout = layered.Lay(g)
	for _, f := range p.Frames {
		delete(wanted, f.Group)
	}
	for group := range wanted {
		delete(p.framed, p.groups[group])
	}
	p.heights()
	return len(wanted) == 0
}

// heights gives each rank its place down, with room for frames.
func (p *picture) heights() {
	p.top = make([]float64, len(p.Ranks))
	y := 0.0
	for rank := range p.Ranks {
		if rank > 0 {
			y += p.gapBelow(rank-1) + frameHeight*float64(p.ending(rank-1))
		}
		y += frameHeight * float64(p.beginning(rank))
		p.top[rank] = y
		y += boxHeight
	}
	p.high = y + frameHeight*float64(p.ending(len(p.Ranks)-1))
}

// gapBelow is the gap between a rank and the next: larger where arrows go far to
// the side, so that they do not run into each other.
func (p *picture) gapBelow(rank int) float64 {
	far := 0.0
	for _, s := range p.Segments {
		if s.Rank == rank {
			far = max(far, math.Abs(p.Ranks[rank][s.From].X-p.Ranks[rank+1][s.To].X))
		}
	}
	return min(max(rankGap, far/12), 3*rankGap)
}

func (p *picture) beginning(rank int) int {
	return p.framesThat(func(f layered.Frame) bool { return f.First == rank })
}

func (p *picture) ending(rank int) int {
	return p.framesThat(func(f layered.Frame) bool { return f.Last == rank })
}

// framesThat is how many frames of which the condition holds lie in each other.
func (p *picture) framesThat(holds func(layered.Frame) bool) int {
	most := 0
	for _, b := range p.boxes {
		n := 0
		for _, f := range p.Frames {
			if holds(f) && slices.Contains(b.within, p.groups[f.Group]) {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// label is the name of a box, less what its frame says.
func (p *picture) label(b box) string {
	for i := len(b.within) - 1; i >= 0; i-- {
		if p.framed[b.within[i]] {
			return strings.TrimPrefix(b.name, b.within[i].Path+"/")
		}
	}
	return b.name
}

// count is what a box says of its parameters.
func (b box) count() string {
	if b.params == 0 {
		return ""
	}
	text := group(b.params) + " params"
	if b.shared {
		text += ", shared"
	}
	if b.frozen {
		text += ", frozen"
	}
	return text
}

// boxWidth is what the two lines of a box need.
func (p *picture) boxWidth(b box) float64 {
	first := markup.Width(p.label(b), nameSize, true) + markup.Width(b.count(), textSize, false)
	second := markup.Width(b.kind, textSize, false) + markup.Width(printShape("N", b.shape), textSize, false)
	return max(first, second) + 34
}
