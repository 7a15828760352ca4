package engine

import (
	"slices"

	"euryale/internal/f32"
)

// regions are windows on an image whose channels lie last, each channel for
// itself, by what they see of it: those of one region have the same taps inside,
// whose pixels are read as they lie. Taps outside are left out.
type regions struct {
	list       []region
	read, made pixels
}

// pixels are those of an image: how many are in a row, and how many values each
// has.
type pixels struct{ wide, values int }

// row is how many values a row has.
func (p pixels) row() int { return p.wide * p.values }

// region is a grid of windows, and their taps for the first of them.
type region struct {
	down, across streak
	taps         []f32.Tap
}

// streak is some places along one side of what is made, step apart, where the same
// taps lie inside.
type streak struct {
	first, step, count int
	each               int // pixels that what is read moves by from a place to the next
	taps               []placed
}

// placed is a tap along one side of the window, and the pixel that it reads.
type placed struct{ tap, at int }

// forwardRegions are the outputs, by the pixels that they are made of.
func (s *convShape) forwardRegions(pixel int) regions { return s.forwardRegionsOf(pixel, pixel) }

// forwardRegionsOf are those on an image whose pixels have read values, where the
// weights and what is made have more: on some of the channels.
func (s *convShape) forwardRegionsOf(read, made int) regions {
	down := outputStreaks(s.rows, s.imH, s.kh, s.strideH, s.dilateH, s.pad.Top)
	across := outputStreaks(s.cols, s.imW, s.kw, s.strideW, s.dilateW, s.pad.Left)
	return newRegions(down, across, s.kw, pixels{s.imW, read}, pixels{s.cols, made})
}

// backwardRegions are the pixels, by the outputs that are made of them.
func (s *convShape) backwardRegions(pixel int) regions {
	down := pixelStreaks(s.imH, s.rows, s.kh, s.strideH, s.dilateH, s.pad.Top)
	across := pixelStreaks(s.imW, s.cols, s.kw, s.strideW, s.dilateW, s.pad.Left)
	return newRegions(down, across, s.kw, pixels{s.cols, pixel}, pixels{s.imW, pixel})
}

// newRegions are the regions of a window kw taps wide, whose weights lie as the
// pixels made.
func newRegions(down, across []streak, kw int, read, made pixels) regions {
	s := regions{read: read, made: made}
	for _, d := range down {
		for _, a := range across {
			r := region{down: d, across: a}
			for _, u := range d.taps {
				for _, v := range a.taps {
					r.taps = append(r.taps, f32.Tap{X: u.at*read.row() + v.at*read.values, W: (u.tap*kw + v.tap) * made.values})
				}
			}
			s.list = append(s.list, r)
		}
	}
	return s
}

// outputStreaks are n outputs along a side of size pixels.
func outputStreaks(n, size, taps, stride, dilate, pad int) []streak {
	return streaksOf(n, 1, stride, func(i int) (inside []placed) {
		for t := range taps {
			if at := i*stride + t*dilate - pad; at >= 0 && at < size {
				inside = append(inside, placed{t, at})
			}
		}
		return inside
	})
}

// pixelStreaks are size pixels along a side of n outputs. The taps come from the
// last to the first, and the outputs in order.
func pixelStreaks(size, n, taps, stride, dilate, pad int) []streak {
	return streaksOf(size, stride, 1, func(i int) (inside []placed) {
		for t := taps - 1; t >= 0; t-- {
			if at := i + pad - t*dilate; mod(at, stride) == 0 && at >= 0 && at/stride < n {
				inside = append(inside, placed{t, at / stride})
			}
		}
		return inside
	})
}

// streaksOf cuts n places, step apart, where the taps inside change.
func streaksOf(n, step, each int, inside func(i int) []placed) (streaks []streak) {
	for phase := range min(step, n) {
		last := -1
		for i := phase; i < n; i += step {
			taps := inside(i)
			if last >= 0 && slices.EqualFunc(taps, streaks[last].taps, func(a, b placed) bool { return a.tap == b.tap }) {
				streaks[last].count++
				continue
			}
			last = len(streaks)
			streaks = append(streaks, streak{first: i, step: step, count: 1, each: each, taps: taps})
		}
	}
	return streaks
}

// within is the places of the streak in [from, to): how many come before, and how
// many they are.
func (s streak) within(from, to int) (before, count int) {
	reach := func(end int) int { return min(max(floorDiv(end-s.first+s.step-1, s.step), 0), s.count) }
	before = reach(from)
	return before, reach(to) - before
}

// windows are those of a region in some rows of what is made, ready for the
// kernels: a grid, the taps, and where the pixels of both begin.
type windows struct {
	taps []f32.Tap
	x, y int // in what is read and in what is made
	grid f32.Grid
}

// narrow is below how many columns a grid is turned, if it then has more: kernels
// are for long rows.
const narrow = 4

// in is the windows of the rows [from, to).
func (s regions) in(from, to int) (all []windows) {
	for _, r := range s.list {
		before, rows := r.down.within(from, to)
		if rows == 0 {
			continue
		}
		g := f32.Grid{
			Rows: rows, Cols: r.across.count, XRow: r.down.each * s.read.row(), XPixel: r.across.each * s.read.values,
			YRow: r.down.step * s.made.row(), YPixel: r.across.step * s.made.values,
		}
		w := windows{taps: r.taps, y: (r.down.first+before*r.down.step)*s.made.row() + r.across.first*s.made.values, grid: g}
		if len(r.taps) > 0 { // else nothing is read
			w.x = before * g.XRow
		}
		if g.Cols < min(narrow, g.Rows) {
			w.grid = g.Turned()
		}
		all = append(all, w)
	}
	return all
}

// cut is the regions, cut into the strips of an image.
func (s regions) cut(b bands) (strips [][]windows) {
	for i := range b.count {
		_, from, to := b.of(i)
		strips = append(strips, s.in(from, to))
	}
	return strips
}

// above are windows on an image of which the first values are not there.
func above(all []windows, values int) []windows {
	moved := slices.Clone(all)
	for i, w := range moved {
		taps := slices.Clone(w.taps)
		for t := range taps {
			taps[t].X += w.x - values
		}
		moved[i].taps, moved[i].x = taps, 0
	}
	return moved
}
