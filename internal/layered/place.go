package layered

import (
	"math"
	"slices"
)

// place gives each item its place across: below and above what it is joined to,
// as far as there is room.
func (l *layout) place() {
	for rank := range l.Ranks {
		l.settle(rank, nil)
	}
	for range sweeps {
		for rank := range l.Ranks {
			l.settle(rank, l.up[rank])
		}
		for rank := len(l.Ranks) - 1; rank >= 0; rank-- {
			l.settle(rank, l.down[rank])
		}
	}
	for rank := range l.Ranks {
		l.settle(rank, l.up[rank])
	}
	l.straighten()
	l.moveToEdge()
}

// laneWeight is how much a lane's wish counts against a node's: it is the lane
// that makes way.
const laneWeight = 1e-6

// settle moves the items of a rank to where their neighbours, above or below,
// want them, as near as the room between them allows.
func (l *layout) settle(rank int, neighbours [][]int) {
	items := l.Ranks[rank]
	wishes, weights := make([]float64, len(items)), make([]float64, len(items))
	for i, item := range items {
		wishes[i], weights[i] = item.X, 1
		if item.Node < 0 {
			weights[i] = laneWeight
		}
		if neighbours != nil && len(neighbours[i]) > 0 {
			of := rank - 1
			if &neighbours[0] == &l.down[rank][0] {
				of = rank + 1
			}
			wishes[i] = l.wish(item, l.Ranks[of], neighbours[i])
			if join, ok := l.aboveJoin(item, rank, of, neighbours[i]); ok {
				wishes[i] = join
			}
		}
	}
	room := make([]float64, len(items))
	for i := 1; i < len(items); i++ {
		room[i] = l.room(items[i-1], items[i])
	}
	for i, x := range Spread(wishes, weights, room) {
		items[i].X = x
	}
}

// wish is where an item is in line with its neighbours: a lane with its lane, a
// node with the nodes, and only where there are none with others.
func (l *layout) wish(item Item, rank []Item, neighbours []int) float64 {
	alike, all, n := 0.0, 0.0, 0
	for _, j := range neighbours {
		all += rank[j].X
		if (rank[j].Node < 0) == (item.Node < 0) {
			alike += rank[j].X
			n++
		}
	}
	if n > 0 {
		return alike / float64(n)
	}
	return all / float64(len(neighbours))
}

// room is the least distance between the middles of neighbours in a rank.
func (l *layout) room(a, b Item) float64 {
	d := (a.Width+b.Width)/2 + l.g.Gap
	if a.Node < 0 || b.Node < 0 {
		d -= l.g.Gap / 2
	}
	both := len(common(a.groups, b.groups))
	return d + float64(len(a.groups)-both)*l.g.Right + float64(len(b.groups)-both)*l.g.Left
}

// Spread is the places nearest to the wishes, by the weighted squares of the
// distances, of which place i is room[i] beyond place i-1 at least.
func Spread(wishes, weights, room []float64) []float64 {
	type block struct {
		sum, weight float64
		n           int
	}
	var blocks []block // pools of adjacent violators, of wishes less the room before
	offset := 0.0
	offsets := make([]float64, len(wishes))
	for i, wish := range wishes {
		if i > 0 {
			offset += room[i]
		}
		offsets[i] = offset
		blocks = append(blocks, block{(wish - offset) * weights[i], weights[i], 1})
		for k := len(blocks) - 1; k > 0 && blocks[k-1].sum/blocks[k-1].weight > blocks[k].sum/blocks[k].weight; k-- {
			blocks[k-1] = block{blocks[k-1].sum + blocks[k].sum, blocks[k-1].weight + blocks[k].weight, blocks[k-1].n + blocks[k].n}
			blocks = blocks[:k]
		}
	}
	places := make([]float64, 0, len(wishes))
	for _, b := range blocks {
		for range b.n {
			places = append(places, b.sum/b.weight+offsets[len(places)])
		}
	}
	return places
}

// straighten gives all parts of a lane one place where there is one.
func (l *layout) straighten() {
	type part struct{ rank, i int }
	lanes := map[int][]part{}
	for rank, items := range l.Ranks {
		for i, item := range items {
			if item.Node < 0 {
				lanes[item.Source] = append(lanes[item.Source], part{rank, i})
			}
		}
	}
	for source := range l.rank {
		left, right, sum := math.Inf(-1), math.Inf(1), 0.0
		for _, p := range lanes[source] {
			items := l.Ranks[p.rank]
			if p.i > 0 {
				left = max(left, items[p.i-1].X+l.room(items[p.i-1], items[p.i]))
			}
			if p.i < len(items)-1 {
				right = min(right, items[p.i+1].X-l.room(items[p.i], items[p.i+1]))
			}
			sum += items[p.i].X
		}
		if left > right {
			continue
		}
		x := min(max(sum/float64(len(lanes[source])), left), right)
		for _, p := range lanes[source] {
			l.Ranks[p.rank][p.i].X = x
		}
	}
}

// moveToEdge makes the left end 0, and measures the width.
func (l *layout) moveToEdge() {
	left, right := math.Inf(1), math.Inf(-1)
	for _, items := range l.Ranks {
		for _, item := range items {
			n := float64(len(item.groups))
			left = min(left, item.X-item.Width/2-n*l.g.Left)
			right = max(right, item.X+item.Width/2+n*l.g.Right)
		}
	}
	for _, items := range l.Ranks {
		for i := range items {
			items[i].X -= left
		}
	}
	l.Width = max(right-left, 0)
}

// frame frames the groups in which nothing else lies.
func (l *layout) frame() {
	for group := range l.first {
		if f, ok := l.frameOf(group); ok {
			l.Frames = append(l.Frames, f)
		}
	}
}

func (l *layout) frameOf(group int) (Frame, bool) {
	f := Frame{Group: group, First: l.first[group], Last: l.last[group], Left: math.Inf(1), Right: math.Inf(-1)}
	if f.First >= f.Last { // too small for a name
		return f, false
	}
	for _, items := range l.Ranks[f.First : f.Last+1] {
		for _, item := range items {
			if i := slices.Index(item.groups, group); i >= 0 {
				inside := float64(len(item.groups) - i)
				f.Left = min(f.Left, item.X-item.Width/2-inside*l.g.Left)
				f.Right = max(f.Right, item.X+item.Width/2+inside*l.g.Right)
			}
		}
	}
	for _, items := range l.Ranks[f.First : f.Last+1] {
		for _, item := range items {
			if !slices.Contains(item.groups, group) && item.X+item.Width/2 > f.Left && item.X-item.Width/2 < f.Right {
				return f, false
			}
		}
	}
	return f, true
}
