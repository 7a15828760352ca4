package filters

import (
	"context"
	"math"
	"sync"
	"sync/atomic"

	"github.com/pkg/errors"

	"euryale/internal/parallel"
)

// tileSide is how many pixels of a picture a tile takes along each side, less
// what the window adds: little enough that the values of a tile stay in the
// processor's cache.
const tileSide = 256

// source is what a pass reads and sink what it writes: rows of one channel, in
// levels or, in feature maps, pixel values. Several goroutines read and write,
// each in a place of its own.
type (
	source interface {
		size() (h, w int)
		read(to []float32, channel, y int, columns []int)
	}
	sink interface {
		size() (h, w int)
		write(values []float32, channel, y, x int)
	}
)

// program makes the pixels of one tile. All tiles of a pass have one size.
type program interface {
	input() []float32  // (channels, h, w)
	output() []float32 // (made, h', w'), overwritten by the next run
	run() error
	close() error
}

// pass is a window that slides over a picture, and what is made of the pixels
// in it.
type pass struct {
	kh, kw   int // the window
	step     int // places of the window that become one pixel, along each side
	edge     Edge
	channels int                                       // that are read
	made     int                                       // channels that are written; 0 means as many as are read
	compile  func(channels, h, w int) (program, error) // for tiles of this size

	// Where a value lies so near the middle of two levels that a program, which
	// misses it by doubt at most, may tell wrongly, exact decides. A doubt of 0
	// is none.
	doubt float64
	exact func(c, y, x int) float64
}

func (p pass) top() int  { return p.kh/2 - p.edge.margin(p.kh) }
func (p pass) left() int { return p.kw/2 - p.edge.margin(p.kw) }

// over is the size of what comes of a picture of the given size.
func (p pass) over(h, w int) (rows, cols int, err error) {
	rows, cols = p.edge.over(h, p.kh)/p.step, p.edge.over(w, p.kw)/p.step
	if rows < 1 || cols < 1 {
		return 0, 0, errors.Errorf("want a picture of at least %d×%d pixels, got %d×%d", p.least(p.kw), p.least(p.kh), w, h)
	}
	return rows, cols, nil
}

// least is the fewest pixels in a row of which something comes.
func (p pass) least(window int) int {
	if p.edge == Valid {
		return window + p.step - 1
	}
	return p.step
}

// run makes all tiles. It ends early, with an error, when ctx does.
func (p pass) run(ctx context.Context, from source, to sink) error {
	if ctx == nil {
		return errors.New("want a context, such as context.Background(), got nil")
	}
	t := &tiling{pass: p, from: from, to: to}
	if t.made == 0 {
		t.made = t.channels
	}
	h, w := to.size()
	most := max(tileSide/p.step, 1)
	t.rows, t.cols = evenly(h, most), evenly(w, most)
	across := (w + t.cols - 1) / t.cols
	down := (h + t.rows - 1) / t.rows
	t.progress = progressOf(ctx).pass(across * down)
	parallel.For(across*down, func(i int) {
		if t.failed.Load() != nil {
			return
		}
		err := ctx.Err()
		if err == nil {
			err = t.tile(i/across*t.rows, i%across*t.cols)
			t.progress()
		}
		if err != nil {
			t.failed.CompareAndSwap(nil, &err)
		}
	})
	return t.close()
}

// evenly is the side of the fewest tiles of at most so many pixels that cover
// n, as alike as can be: a picture a little larger than a tile is cut in
// halves.
func evenly(n, most int) int {
	tiles := (n + most - 1) / most
	return (n + tiles - 1) / tiles
}

// tiling is a pass under way.
type tiling struct {
	pass
	from       source
	to         sink
	rows, cols int // of a tile of the result
	failed     atomic.Pointer[error]
	progress   func() // to be called after each tile

	mu   sync.Mutex
	idle []program // as many come into being as run at once
}

// tile makes the tile whose first pixel is at y, x of the result.
func (t *tiling) tile(y, x int) error {
	p, err := t.borrow()
	if err != nil {
		return err
	}
	defer t.giveBack(p)
	t.fill(p.input(), y, x)
	if err := p.run(); err != nil {
		return err
	}
	t.store(p.output(), y, x)
	return nil
}

// sides is the size of what is read for a tile.
func (t *tiling) sides() (h, w int) { return t.rows*t.step + t.kh - 1, t.cols*t.step + t.kw - 1 }

func (t *tiling) borrow() (program, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if last := len(t.idle) - 1; last >= 0 {
		p := t.idle[last]
		t.idle = t.idle[:last]
		return p, nil
	}
	h, w := t.sides()
	return t.compile(t.channels, h, w)
}

func (t *tiling) giveBack(p program) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.idle = append(t.idle, p)
}

// fill reads the pixels under the windows of a tile. The last tiles may reach
// beyond the picture: what comes of that is not stored.
func (t *tiling) fill(pixels []float32, y, x int) {
	h, w := t.from.size()
	rows, cols := t.sides()
	top, left := y*t.step-t.edge.margin(t.kh), x*t.step-t.edge.margin(t.kw)
	columns := make([]int, cols)
	for i := range columns {
		columns[i] = t.edge.at(left+i, w)
	}
	for c := range t.channels {
		for i := range rows {
			t.from.read(pixels[:cols], c, t.edge.at(top+i, h), columns)
			pixels = pixels[cols:]
		}
	}
}

// store writes the part of a tile that lies on the picture.
func (t *tiling) store(pixels []float32, y, x int) {
	h, w := t.to.size()
	for c := range t.made {
		for i := range min(t.rows, h-y) {
			at := (c*t.rows + i) * t.cols
			row := pixels[at : at+min(t.cols, w-x)]
			if t.doubt > 0 {
				t.decide(row, c, y+i, x)
			}
			t.to.write(row, c, y+i, x)
		}
	}
}

// decide computes again what may be rounded wrongly. What is far outside of
// what a picture holds is clamped anyway.
func (t *tiling) decide(row []float32, c, y, x int) {
	const most = 1 << 16
	for i, v := range row {
		above := float64(v) + 0.5
		if above < -t.doubt || above > most+t.doubt {
			continue
		}
		if beyond := above - math.Floor(above); beyond < t.doubt || beyond > 1-t.doubt {
			row[i] = float32(nearest(t.exact(c, y, x+i)))
		}
	}
}

// close closes the programs and returns the first error of the pass.
func (t *tiling) close() error {
	var err error
	if failed := t.failed.Load(); failed != nil {
		err = *failed
	}
	for _, p := range t.idle {
		if e := p.close(); err == nil {
			err = e
		}
	}
	return err
}
