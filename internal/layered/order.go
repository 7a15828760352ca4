package layered

import (
	"cmp"
	"slices"
)

// sweeps is how often order and places are gone over, down and up: with more,
// nothing changes any more but in graphs that nobody can read.
const sweeps = 8

// order orders each rank by where its neighbours lie, in the mean, in turn those
// above and those below, and keeps the order with the fewest crossings.
func (l *layout) order() {
	l.connect()
	best, fewest := l.copyRanks(), l.crossings()
	for range sweeps {
		for _, down := range []bool{true, false} {
			for k := range l.Ranks {
				rank := k
				if !down {
					rank = len(l.Ranks) - 1 - k
				}
				if len(l.Ranks[rank]) > 1 {
					l.sortRank(rank, down)
					l.connect()
				}
			}
			if n := l.crossings(); n < fewest {
				best, fewest = l.copyRanks(), n
			}
		}
	}
	l.Ranks = best
	l.connect()
}

func (l *layout) copyRanks() [][]Item {
	ranks := make([][]Item, len(l.Ranks))
	for i, rank := range l.Ranks {
		ranks[i] = slices.Clone(rank)
	}
	return ranks
}

// crossings counts the pairs of segments that cross.
func (l *layout) crossings() int {
	n := 0
	for i, s := range l.Segments {
		for _, t := range l.Segments[i+1:] {
			if t.Rank != s.Rank {
				break
			}
			if (s.From-t.From)*(s.To-t.To) < 0 {
				n++
			}
		}
	}
	return n
}

// weighed is an item and where it would like to be.
type weighed struct {
	Item
	at float64
}

// sortRank sorts a rank by the mean places of what is above or below. What has
// nothing there stays where it is, and what is in one group stays together.
func (l *layout) sortRank(rank int, above bool) {
	items := make([]weighed, len(l.Ranks[rank]))
	for i, item := range l.Ranks[rank] {
		neighbours, of := l.down[rank][i], rank+1
		if above {
			neighbours, of = l.up[rank][i], rank-1
		}
		at := (float64(i) + 0.5) / float64(len(items))
		if len(neighbours) > 0 {
			at = 0
			for _, j := range neighbours {
				at += (float64(j) + 0.5) / float64(len(l.Ranks[of])) / float64(len(neighbours))
			}
		}
		items[i] = weighed{item, at}
	}
	for i, item := range together(items, 0) {
		l.Ranks[rank][i] = item.Item
	}
}

// together sorts items, those of one group of the given depth as one.
func together(items []weighed, depth int) []weighed {
	var clusters [][]weighed
	place := map[int]int{}
	for _, item := range items {
		if len(item.groups) <= depth {
			clusters = append(clusters, []weighed{item})
			continue
		}
		group := item.groups[depth]
		if i, ok := place[group]; ok {
			clusters[i] = append(clusters[i], item)
			continue
		}
		place[group] = len(clusters)
		clusters = append(clusters, []weighed{item})
	}
	slices.SortStableFunc(clusters, func(a, b []weighed) int { return cmp.Compare(mean(a), mean(b)) })
	var sorted []weighed
	for _, cluster := range clusters {
		if len(cluster) > 1 {
			cluster = together(cluster, depth+1)
		}
		sorted = append(sorted, cluster...)
	}
	return sorted
}

func mean(items []weighed) float64 {
	sum := 0.0
	for _, item := range items {
		sum += item.at
	}
	return sum / float64(len(items))
}
