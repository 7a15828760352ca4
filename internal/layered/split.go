package layered

import "slices"

// splits finds what dominates each node, as K. Cooper, T. Harvey and K. Kennedy
// do ("A simple, fast dominance algorithm", 2001); in an acyclic graph one pass
// is enough. Where paths that part at a node come together again, there the
// drawing is to be in line with it: else each block of a network would stand a
// little more to one side.
func (l *layout) splits() {
	l.split = make([]int, len(l.rank))
	made := make([][]int, len(l.rank))
	for _, e := range l.g.Edges {
		made[e[1]] = append(made[e[1]], e[0])
	}
	nodes := make([]int, len(l.rank))
	for i := range nodes {
		nodes[i] = i
	}
	slices.SortStableFunc(nodes, func(a, b int) int { return l.rank[a] - l.rank[b] })
	for _, node := range nodes {
		l.split[node] = -1
		for i, of := range made[node] {
			if i == 0 {
				l.split[node] = of
			} else {
				l.split[node] = l.meet(l.split[node], of)
			}
		}
	}
}

// meet is the lowest node that dominates both, or is one of them.
func (l *layout) meet(a, b int) int {
	for a != b {
		switch {
		case a < 0 || b < 0:
			return -1
		case l.rank[a] > l.rank[b]:
			a = l.split[a]
		case l.rank[b] > l.rank[a]:
			b = l.split[b]
		default:
			a, b = l.split[a], l.split[b]
		}
	}
	return a
}

// aboveJoin is the place of the node at which the ways to a join part, if item
// is one, seen from above.
func (l *layout) aboveJoin(item Item, rank, of int, neighbours []int) (x float64, ok bool) {
	if item.Node < 0 || of > rank || len(neighbours) < 2 || l.split[item.Node] < 0 {
		return 0, false
	}
	split := l.split[item.Node]
	for _, other := range l.Ranks[l.rank[split]] {
		if other.Node == split {
			return other.X, true
		}
	}
	return 0, false
}
