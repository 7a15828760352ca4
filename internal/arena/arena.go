// Package arena plans memory that buffers share which are never in use at the
// same time.
//
//	offsets, size := arena.Pack(lives)
//	memory := arena.Make(size)
//	first := memory[offsets[0]:][:lives[0].Size]
package arena

import (
	"cmp"
	"slices"
	"unsafe"
)

// Alignment is that of each buffer, in bytes: a cache line and a vector.
const Alignment = 64

// Life is a buffer of Size bytes that is in use from step First to step Last,
// these included.
type Life struct{ Size, First, Last int }

// overlaps reports whether both are in use in some step.
func (l Life) overlaps(m Life) bool { return l.First <= m.Last && m.First <= l.Last }

// Pack is where each buffer begins, and how many bytes all take. The largest
// one is placed first, and each as low as it can be beside those that are there
// while it lives: which is seldom far from the least that is possible, the most
// that lives at once.
func Pack(lives []Life) (offsets []int, size int) {
	order := make([]int, len(lives))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(lives[j].Size, lives[i].Size) })
	offsets = make([]int, len(lives))
	var placed []int // by offset
	for _, i := range order {
		at := 0
		for _, j := range placed {
			if !lives[i].overlaps(lives[j]) {
				continue
			}
			if at+lives[i].Size <= offsets[j] {
				break
			}
			at = max(at, align(offsets[j]+lives[j].Size))
		}
		offsets[i] = at
		place, _ := slices.BinarySearchFunc(placed, at, func(j, at int) int { return cmp.Compare(offsets[j], at) })
		placed = slices.Insert(placed, place, i)
		size = max(size, at+lives[i].Size)
	}
	return offsets, size
}

// align is the first place from at on where a buffer may begin.
func align(at int) int { return (at + Alignment - 1) / Alignment * Alignment }

// Make is zeroed memory that begins where a buffer may.
func Make(size int) []byte {
	memory := make([]byte, size+Alignment-1)
	at := int(-uintptr(unsafe.Pointer(unsafe.SliceData(memory))) % Alignment)
	return memory[at : at+size]
}
