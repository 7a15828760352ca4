package graph

import (
	"bytes"
	"cmp"
	"slices"

	G "gorgonia.org/gorgonia"
)

// poison has each op find NaN, as floats, in all memory but that of buffers that
// were in use before it and still are: an op that reads what is gone, or what it
// has not written itself, then shows. nothing is memory that no op has.
func (l *lives) poison(order G.Nodes, nothing []byte) {
	nan := bytes.Repeat([]byte{0xff}, max(len(l.memory), len(nothing)))
	for at, n := range order {
		g, ok := n.Op().(interface{ guards() *guarded })
		if !ok {
			continue
		}
		used := l.usedAcross(at)
		g.guards().before = func() {
			end := 0
			for _, i := range used {
				copy(l.memory[end:max(end, l.offsets[i])], nan)
				end = max(end, l.offsets[i]+l.lives[i].Size)
			}
			copy(l.memory[end:], nan)
			copy(nothing, nan)
		}
	}
}

// usedAcross are the shared buffers in use both before and in a step, by where
// they lie.
func (l *lives) usedAcross(at int) (used []int) {
	for i, life := range l.lives {
		if !l.alone[i] && life.First < at && at <= life.Last {
			used = append(used, i)
		}
	}
	slices.SortFunc(used, func(i, j int) int { return cmp.Compare(l.offsets[i], l.offsets[j]) })
	return used
}
