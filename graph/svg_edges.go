package graph

import (
	"slices"

	"euryale/internal/layered"
)

// arrowHeight is that of an arrow's head, in pixels.
const arrowHeight = 7.0

// drawEdges draws the segments between ranks as curves that stay between them,
// and lanes straight through their rank, where no box is.
func (p *picture) drawEdges() {
	out, in := p.ports()
	const line = ` fill="none" stroke="#6b6b66" stroke-width="1.4"/>`
	for i, s := range p.Segments {
		x, y := out[i], p.top[s.Rank]+boxHeight
		toX, toY := in[i], p.top[s.Rank+1]
		arrives := p.Ranks[s.Rank+1][s.To].Node >= 0
		if arrives {
			toY -= arrowHeight
		}
		middle := (y + toY) / 2
		p.svg.Add(`<path class="edge" d="M%s %sC%s %s %s %s %s %s"`+line, x, y, x, middle, toX, middle, toX, toY)
		if arrives {
			p.svg.Add(`<path d="M%s %sl-4 -%sh8z" fill="#6b6b66"/>`, toX, toY+arrowHeight, arrowHeight)
		}
	}
	for rank, items := range p.Ranks {
		for _, item := range items {
			if item.Node < 0 {
				p.svg.Add(`<path class="lane" d="M%s %sV%s"`+line, item.X, p.top[rank], p.top[rank]+boxHeight)
			}
		}
	}
}

// ports is where each segment leaves and arrives, across: alone in the middle of
// a box, several apart, each as near to its other end as the box is wide.
func (p *picture) ports() (out, in []float64) {
	out, in = make([]float64, len(p.Segments)), make([]float64, len(p.Segments))
	type end struct{ rank, place int }
	leave, arrive := map[end][]int{}, map[end][]int{}
	for i, s := range p.Segments {
		leave[end{s.Rank, s.From}] = append(leave[end{s.Rank, s.From}], i)
		arrive[end{s.Rank + 1, s.To}] = append(arrive[end{s.Rank + 1, s.To}], i)
	}
	for at, segments := range leave {
		p.spread(out, p.Ranks[at.rank][at.place], segments, func(s layered.Segment) layered.Item { return p.Ranks[s.Rank+1][s.To] })
	}
	for at, segments := range arrive {
		p.spread(in, p.Ranks[at.rank][at.place], segments, func(s layered.Segment) layered.Item { return p.Ranks[s.Rank][s.From] })
	}
	return out, in
}

// spread gives the segments at one side of an item their places.
func (p *picture) spread(ports []float64, at layered.Item, segments []int, other func(layered.Segment) layered.Item) {
	if at.Node < 0 || len(segments) == 1 {
		for _, i := range segments {
			ports[i] = at.X
		}
		return
	}
	slices.SortFunc(segments, func(i, j int) int {
		a, b := other(p.Segments[i]), other(p.Segments[j])
		switch {
		case a.X < b.X:
			return -1
		case a.X > b.X:
			return 1
		}
		return i - j
	})
	half := at.Width/2 - 16
	gap := min(portGap, 2*half/float64(len(segments)))
	var wishes, weights, room []float64
	for _, i := range segments {
		wishes = append(wishes, min(max(other(p.Segments[i]).X, at.X-half), at.X+half))
		room = append(room, gap)
		weight := 1.0
		if other(p.Segments[i]).Node < 0 {
			weight = 1e-3 // an arrow from box to box is to be straight
		}
		weights = append(weights, weight)
	}
	places := layered.Spread(wishes, weights, room)
	// All on the box: first from the right, then from the left.
	for k := len(places) - 1; k >= 0; k-- {
		places[k] = min(places[k], at.X+half-gap*float64(len(places)-1-k))
	}
	for k, i := range segments {
		ports[i] = max(places[k], at.X-half+gap*float64(k))
	}
}
