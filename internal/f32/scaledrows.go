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
	Width int // of a row; generic Go computes those that are no multiple of Lanes
}

// ScaledRows adds up rows. With the entries j of list l,
//
//	Dst[DstAt[l] + r·DstRow + i] += Σ_j Scale[j]·Src[At[j] + r·SrcRow + i]
//
// for l < len(Counts), r < Rows and i < Width. Nothing may reach beyond Dst and
// Src. The order of a sum depends on nothing but Width and the level.
func ScaledRows(s RowSums) {
	check(len(s.DstAt) >= len(s.Counts) && min(len(s.Scale), len(s.At)) >= len(s.Counts)*s.Room, "ScaledRows: lists too short")
	check(s.Width >= 0, "ScaledRows: lengths do not fit")
	switch {
	case len(s.Counts) == 0 || s.Room == 0 || s.Rows <= 0 || s.Width == 0:
	case s.Width%Lanes != 0:
		scaledRowsGo(s)
	default:
		scaledRows(s)
	}
}

func scaledRowsGo(s RowSums) {
	for l, count := range s.Counts {
		scale, at := s.Scale[l*s.Room:][:count], s.At[l*s.Room:][:count]
		for r := range s.Rows {
			dst, src := s.Dst[int(s.DstAt[l])+r*s.DstRow:][:s.Width], s.Src[r*s.SrcRow:]
			switch s.Width {
			case 3:
				addThrees((*[3]float32)(dst), src, scale, at)
			case 5:
				addFives((*[5]float32)(dst), src, scale, at)
			default:
				addLive(dst, src, scale, at)
			}
		}
	}
}

// addThrees is addLive for the rows of a kernel of 3×3 on one channel: there the sums
// stay in registers.
func addThrees(x *[3]float32, b, factor []float32, at []int32) {
	x0, x1, x2 := x[0], x[1], x[2]
	for i, at := range at[:len(factor)] {
		s, row := factor[i], (*[3]float32)(b[at:])
		x0 += s * row[0]
		x1 += s * row[1]
		x2 += s * row[2]
	}
	x[0], x[1], x[2] = x0, x1, x2
}

// addFives is addThrees for a kernel of 5×5.
func addFives(x *[5]float32, b, factor []float32, at []int32) {
	x0, x1, x2, x3, x4 := x[0], x[1], x[2], x[3], x[4]
	for i, at := range at[:len(factor)] {
		s, row := factor[i], (*[5]float32)(b[at:])
		x0 += s * row[0]
		x1 += s * row[1]
		x2 += s * row[2]
		x3 += s * row[3]
		x4 += s * row[4]
	}
	x[0], x[1], x[2], x[3], x[4] = x0, x1, x2, x3, x4
}
