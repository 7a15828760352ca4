// Package layered lays out an acyclic graph for drawing, as K. Sugiyama, S.
// Tagawa and M. Toda do ("Methods for visual understanding of hierarchical
// system structures", IEEE SMC-11, 1981): each node lies below all that it is
// made of, an edge over several ranks has a place in each rank between, crossings
// are made few by the order within ranks, and then lines straight.
package layered

// Graph is what is to be laid out.
type Graph struct {
	Widths []float64 // of each node
	Edges  [][2]int  // from a node to one that is made of it; no circles
	Within [][]int   // the groups around each node, the outermost first; nil where there are none
	Gap    float64   // least room between two nodes of a rank, and half of it beside a lane
	Left   float64   // room that a group takes at its left side
	Right  float64   // and at its right
}

// Layout says where everything lies. Across it is in the unit of the widths, the
// left end at 0; down it is in ranks.
type Layout struct {
	Ranks    [][]Item // from the top, each from left to right
	Segments []Segment
	Frames   []Frame // of the groups that can be framed, outer ones first
	Width    float64
}

// Item is what has a place in a rank: a node, or the lane of edges that pass it.
type Item struct {
	Node   int // -1 where it is a lane
	Source int // the node that the lane comes from; of a node itself
	X      float64
	Width  float64 // 0 for a lane

	groups  []int
	readers []int // nodes that the lane still goes to
}

// Segment is the part of an edge from a rank to the next. Edges of one node have
// one lane as far as they go together.
type Segment struct {
	Rank     int // of the upper end
	From, To int // places in their ranks
}

// Frame is a rectangle around a group in which nothing else lies.
type Frame struct {
	Group       int
	First, Last int     // ranks
	Left, Right float64 // with the room that the group takes
}

// Lay lays out g. The same graph has always the same layout.
func Lay(g Graph) *Layout {
	l := newLayout(g)
	l.order()
	l.place()
	l.frame()
	return &l.Layout
}

// layout is a layout in the making.
type layout struct {
	Layout
	g     Graph
	rank  []int           // of each node
	first []int           // rank of each group
	last  []int           // rank of each group
	split []int           // of each node, the nearest through which all ways to it lead; -1 where there is none
	down  [][][]int       // places in the next rank, by rank and place
	up    [][][]int       // and in the one before
	reads map[[2]int]bool // the edges
}

func newLayout(g Graph) *layout {
	l := &layout{g: g, reads: map[[2]int]bool{}}
	for _, e := range g.Edges {
		l.reads[e] = true
	}
	l.longestPaths()
	l.groupRanks()
	l.splits()
	l.items()
	return l
}

// longestPaths gives each node the rank below the lowest that it is made of.
func (l *layout) longestPaths() {
	l.rank = make([]int, len(l.g.Widths))
	for changed := true; changed; { // as often as the longest path is long
		changed = false
		for _, e := range l.g.Edges {
			if l.rank[e[1]] <= l.rank[e[0]] {
				l.rank[e[1]] = l.rank[e[0]] + 1
				changed = true
			}
		}
	}
}

// within is the groups around a node.
func (l *layout) within(node int) []int {
	if l.g.Within == nil {
		return nil
	}
	return l.g.Within[node]
}

func (l *layout) groupRanks() {
	for node, rank := range l.rank {
		for _, group := range l.within(node) {
			for len(l.first) <= group {
				l.first, l.last = append(l.first, len(l.rank)), append(l.last, -1)
			}
			l.first[group] = min(l.first[group], rank)
			l.last[group] = max(l.last[group], rank)
		}
	}
}

// items puts nodes and lanes into ranks, in the order of the nodes.
func (l *layout) items() {
	for node, rank := range l.rank {
		for len(l.Ranks) <= rank {
			l.Ranks = append(l.Ranks, nil)
		}
		l.Ranks[rank] = append(l.Ranks[rank], Item{Node: node, Source: node, Width: l.g.Widths[node], groups: l.within(node)})
	}
	readers := make([][]int, len(l.rank))
	for _, e := range l.g.Edges {
		readers[e[0]] = append(readers[e[0]], e[1])
	}
	for node := range l.rank {
		for rank := l.rank[node] + 1; ; rank++ {
			var further []int
			for _, r := range readers[node] {
				if l.rank[r] > rank {
					further = append(further, r)
				}
			}
			if further == nil {
				break
			}
			l.Ranks[rank] = append(l.Ranks[rank], Item{Node: -1, Source: node, groups: l.laneGroups(node, further, rank), readers: further})
		}
	}
}

// laneGroups is the groups that a lane is drawn in: those that all its readers
// are in, or that it has not left yet.
func (l *layout) laneGroups(source int, readers []int, rank int) []int {
	there := l.within(readers[0])
	for _, r := range readers[1:] {
		there = common(there, l.within(r))
	}
	there, here := l.at(there, rank), l.at(l.within(source), rank)
	if len(here) > len(there) {
		return here
	}
	return there
}

// at is as many of the groups as reach to a rank.
func (l *layout) at(groups []int, rank int) []int {
	for i, group := range groups {
		if rank < l.first[group] || rank > l.last[group] {
			return groups[:i]
		}
	}
	return groups
}

// common is the beginning that both have.
func common(a, b []int) []int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return a[:n]
}

// connect finds the segments, which hang on the order.
func (l *layout) connect() {
	l.Segments = nil
	l.down, l.up = make([][][]int, len(l.Ranks)), make([][][]int, len(l.Ranks))
	for rank := range l.Ranks {
		l.down[rank], l.up[rank] = make([][]int, len(l.Ranks[rank])), make([][]int, len(l.Ranks[rank]))
	}
	for rank := range len(l.Ranks) - 1 {
		for i, a := range l.Ranks[rank] {
			for j, b := range l.Ranks[rank+1] {
				if b.Node < 0 && b.Source == a.Source || b.Node >= 0 && l.reads[[2]int{a.Source, b.Node}] {
					l.Segments = append(l.Segments, Segment{rank, i, j})
					l.down[rank][i] = append(l.down[rank][i], j)
					l.up[rank+1][j] = append(l.up[rank+1][j], i)
				}
			}
		}
	}
}
