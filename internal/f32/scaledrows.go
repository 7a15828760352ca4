package f32

// RowSums are sums of scaled rows of Src, each to be added to a row of Dst.
// Which rows a sum takes is told by a list, of Counts[l] entries from l·Room
// on; each list makes Rows sums, the same entries some rows further on.
type RowSums struct {
	Dst    []float32
	DstAt  []int32 // where list l's first sum begins in Dst
	DstRow int     // from one of its sums to the next

	Src    []float32
	Scale  []float32 // of each entry, the factor
	At     []int32   // of each entry, where its first row begins in Src
	SrcRow int       // from one of its rows to the next

	Counts []int32 // entries of each list, at most Room
	Room   int     // from one list's first entry to the next list's

	Rows  int // sums of each list
	Width int // of a row, a multiple of Lanes
}

// ScaledRows adds up rows. With the entries j of list l,
//
//	Dst[DstAt[l] + r·DstRow + i] += Σ_j Scale[j]·Src[At[j] + r·SrcRow + i]
//
// for l < len(Counts), r < Rows and i < Width. Nothing may reach beyond Dst and
// Src. The order of a sum depends on nothing but Width and the level.
func ScaledRows(s RowSums) {
	check(len(s.DstAt) >= len(s.Counts) && min(len(s.Scale), len(s.At)) >= len(s.Counts)*s.Room, "ScaledRows: lists too short")
	check(s.Width%Lanes == 0, "ScaledRows: lengths do not fit")
	if len(s.Counts) > 0 && s.Room > 0 && s.Rows > 0 && s.Width > 0 {
		scaledRows(s)
	}
}

func scaledRowsGo(s RowSums) {
	for l, count := range s.Counts {
		scale, at := s.Scale[l*s.Room:][:count], s.At[l*s.Room:][:count]
		for r := range s.Rows {
			addLive(s.Dst[int(s.DstAt[l])+r*s.DstRow:][:s.Width], s.Src[r*s.SrcRow:], scale, at)
		}
	}
}
