package f32

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestScaledRowsGo compares generic Go with sums entry by entry, of every width.
func TestScaledRowsGo(t *testing.T) {
	rng := rand.New(rand.NewPCG(43, 44))
	for width := 1; width <= 40; width++ {
		for count := 0; count <= 11; count++ {
			s := RowSums{
				Dst: integers(rng, 3+width, 9, 0), DstAt: []int32{3}, Src: integers(rng, 100+width, 9, 0), Scale: integers(rng, count+1, 9, 1),
				Counts: []int32{int32(count)}, Room: count + 1, Rows: 1, Width: width,
			}
			want := slices.Clone(s.Dst)
			for j := range s.Room {
				at := rng.IntN(100)
				s.At = append(s.At, int32(at))
				for i := 0; j < count && i < width; i++ {
					want[3+i] += s.Scale[j] * s.Src[at+i]
				}
			}
			ScaledRows(s)
			if !same(s.Dst, want) {
				t.Fatalf("%d rows of %d: got %v, want %v", count, width, s.Dst, want)
			}
		}
	}
}

func TestScaledRows(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(41, 42))
		// One list of each width, and of each length.
		for width := 16; width <= 16*26; width += 16 {
			for count := 0; count <= 40; count++ {
				checkScaledRows(t, rng, RowSums{Counts: []int32{int32(count)}, Room: count, Rows: 1, Width: width}, width+rng.IntN(1000))
			}
		}
		for range 300 {
			s := RowSums{
				DstRow: rng.IntN(500), SrcRow: rng.IntN(500), Counts: make([]int32, 1+rng.IntN(9)), Room: 1 + rng.IntN(30),
				Rows: 1 + rng.IntN(4), Width: (1 + rng.IntN(20)) * Lanes,
			}
			if rng.IntN(2) == 0 {
				s.Width = 1 + rng.IntN(40)
			}
			for l := range s.Counts {
				s.Counts[l] = int32(rng.IntN(s.Room + 1))
			}
			checkScaledRows(t, rng, s, s.Width+rng.IntN(1000)+(s.Rows-1)*s.SrcRow)
		}
	})
}

// checkScaledRows fills in random values, with so many of Src, and compares
// with the Go version.
func checkScaledRows(t *testing.T, rng *rand.Rand, s RowSums, src int) {
	t.Helper()
	entries := len(s.Counts) * s.Room
	s.Src, s.Scale = integers(rng, src, 9, rng.IntN(5)), integers(rng, entries, 9, rng.IntN(3))
	s.At, s.DstAt = make([]int32, entries, entries+3), make([]int32, len(s.Counts))
	for j := range s.At {
		s.At[j] = int32(rng.IntN(src - s.Width - (s.Rows-1)*s.SrcRow + 1))
	}
	for l := 1; l < len(s.DstAt); l++ {
		s.DstAt[l] = int32(rng.IntN(1000))
	}
	dst, check := guarded[float32](t, int(slices.Max(s.DstAt))+(s.Rows-1)*s.DstRow+s.Width, rng.IntN(7), 77)
	copy(dst, integers(rng, len(dst), 9, 0))
	want := slices.Clone(dst)
	s.Dst = want
	scaledRowsGo(s)
	s.Dst = dst
	ScaledRows(s)
	what := fmt.Sprintf("lists of %d, %d rows of %d", s.Counts, s.Rows, s.Width)
	check(what)
	if !same(dst, want) {
		t.Fatalf("%s: got other values than Go", what)
	}
}
