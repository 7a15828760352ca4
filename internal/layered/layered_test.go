package layered

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// random is an acyclic graph of some nodes, each made of one to three others.
func random(seed uint64) Graph {
	rng := rand.New(rand.NewPCG(seed, 9))
	g := Graph{Gap: 30, Left: 20, Right: 10}
	n := 2 + rng.IntN(25)
	for i := range n {
		g.Widths = append(g.Widths, 50+100*rng.Float64())
		var within []int
		if group := i / 5; group%2 == 1 {
			within = append(within, group/2)
		}
		g.Within = append(g.Within, within)
		for range min(i, 1+rng.IntN(3)) {
			g.Edges = append(g.Edges, [2]int{max(0, i-1-rng.IntN(6)), i})
		}
	}
	return g
}

// TestLay holds random graphs to what a reader takes for granted.
func TestLay(t *testing.T) {
	for seed := range uint64(300) {
		g := random(seed)
		l := Lay(g)
		rank, x := map[int]int{}, map[int]float64{}
		for r, items := range l.Ranks {
			for i, item := range items {
				if item.Node >= 0 {
					rank[item.Node], x[item.Node] = r, item.X
				}
				if item.X-item.Width/2 < -1e-9 || item.X+item.Width/2 > l.Width+1e-9 {
					t.Fatalf("seed %d: want all within 0 to %v, got %+v", seed, l.Width, item)
				}
				if i == 0 {
					continue
				}
				before := items[i-1]
				if gap := item.X - item.Width/2 - before.X - before.Width/2; gap < g.Gap/2-1e-6 {
					t.Fatalf("seed %d, rank %d: want a gap of %v at least, got %v", seed, r, g.Gap/2, gap)
				}
			}
		}
		if len(rank) != len(g.Widths) {
			t.Fatalf("seed %d: want each of %d nodes once, got %d", seed, len(g.Widths), len(rank))
		}
		arrive := map[[2]int]bool{} // source and node
		for _, s := range l.Segments {
			from, to := l.Ranks[s.Rank][s.From], l.Ranks[s.Rank+1][s.To]
			if to.Node < 0 && to.Source != from.Source {
				t.Fatalf("seed %d: a lane of %d goes on as one of %d", seed, from.Source, to.Source)
			}
			if to.Node >= 0 {
				arrive[[2]int{from.Source, to.Node}] = true
			}
		}
		edges := map[[2]int]bool{}
		for _, e := range g.Edges {
			edges[e] = true
			if rank[e[1]] <= rank[e[0]] {
				t.Fatalf("seed %d: want %d below %d, got ranks %d and %d", seed, e[1], e[0], rank[e[1]], rank[e[0]])
			}
		}
		if diff := cmp.Diff(edges, arrive); diff != "" {
			t.Fatalf("seed %d: edges (-want +got):\n%s", seed, diff)
		}
		for _, f := range l.Frames {
			for node := range g.Widths {
				in := len(g.Within[node]) > 0 && g.Within[node][0] == f.Group
				left, right := x[node]-g.Widths[node]/2, x[node]+g.Widths[node]/2
				there := rank[node] >= f.First && rank[node] <= f.Last && right > f.Left && left < f.Right
				if in != there {
					t.Fatalf("seed %d: node %d in group %d is %v, and in its frame %v", seed, node, f.Group, in, there)
				}
			}
		}
		if diff := cmp.Diff(l, Lay(g), cmpopts.IgnoreUnexported(Item{})); diff != "" {
			t.Fatalf("seed %d: another layout the second time:\n%s", seed, diff)
		}
	}
}

// TestLayFrames frames blocks of a chain, and one within another.
func TestLayFrames(t *testing.T) {
	g := Graph{Widths: []float64{50, 50, 50, 50, 50}, Edges: [][2]int{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {0, 4}}, Gap: 30, Left: 20, Right: 10}
	g.Within = [][]int{nil, {0}, {0, 1}, {0, 1}, {0}}
	l := Lay(g)
	if len(l.Frames) != 2 || l.Frames[0].First != 1 || l.Frames[0].Last != 4 || l.Frames[1].First != 2 || l.Frames[1].Last != 3 {
		t.Fatalf("want frames over ranks 1 to 4 and 2 to 3, got %+v", l.Frames)
	}
	if l.Frames[0].Left >= l.Frames[1].Left || l.Frames[0].Right <= l.Frames[1].Right {
		t.Errorf("want the second within the first, got %+v", l.Frames)
	}
}

// TestLayIsStraight has nodes of a chain in one line, and lanes beside it in
// theirs.
func TestLayIsStraight(t *testing.T) {
	g := Graph{Gap: 30}
	for i := range 40 {
		g.Widths = append(g.Widths, 50+float64(i*7%5)*20)
		if i > 0 {
			g.Edges = append(g.Edges, [2]int{i - 1, i})
		}
		if i >= 5 {
			g.Edges = append(g.Edges, [2]int{i/5*5 - 5, i / 5 * 5})
		}
	}
	l := Lay(g)
	lanes := map[int]float64{}
	for r, items := range l.Ranks {
		for _, item := range items {
			if item.Node >= 0 && math.Abs(item.X-l.Ranks[0][0].X) > 0.01 {
				t.Errorf("rank %d: want the node at %v, got %v", r, l.Ranks[0][0].X, item.X)
			}
			if x, ok := lanes[item.Source]; item.Node < 0 && ok && x != item.X {
				t.Errorf("rank %d: want the lane at %v, got %v", r, x, item.X)
			}
			if item.Node < 0 {
				lanes[item.Source] = item.X
			}
		}
	}
	if l.Width > 250 {
		t.Errorf("want a chain with shortcuts as wide as it must, got %v", l.Width)
	}
}

// TestOrderUncrosses has two chains whose nodes come in turn, the wrong way
// round.
func TestOrderUncrosses(t *testing.T) {
	g := Graph{Widths: []float64{10, 10, 10, 10, 10}, Edges: [][2]int{{0, 3}, {1, 2}, {2, 4}, {3, 4}}, Gap: 10}
	l := newLayout(g)
	l.connect()
	before := l.crossings()
	l.order()
	if before != 1 || l.crossings() != 0 {
		t.Errorf("want 1 crossing and then none, got %d and %d", before, l.crossings())
	}
}

func TestSpread(t *testing.T) {
	for _, tt := range []struct {
		wishes, weights, room, want []float64
	}{
		{nil, nil, nil, []float64{}},
		{[]float64{0, 100}, []float64{1, 1}, []float64{0, 30}, []float64{0, 100}},
		{[]float64{0, 0}, []float64{1, 1}, []float64{0, 30}, []float64{-15, 15}},
		{[]float64{0, 0}, []float64{9, 1}, []float64{0, 30}, []float64{-3, 27}},
		{[]float64{10, 0, 5}, []float64{1, 1, 1}, []float64{0, 1, 1}, []float64{4, 5, 6}},
	} {
		if diff := cmp.Diff(tt.want, Spread(tt.wishes, tt.weights, tt.room), cmpopts.EquateApprox(0, 1e-9)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", fmt.Sprint(tt.wishes), diff)
		}
	}
}
