package engine

import (
	"runtime"
	"slices"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/f32"
	"euryale/internal/parallel"
)

// A convolution that makes many channels of few, and a depthwise one behind it,
// which looks at each of them for itself, are computed together: a panel of
// channels at a time, of some rows of an image, so that what lies between the two
// never leaves the cache. What two strips of rows have in common is kept for the
// second; what two pieces have, each computes. Each number is made of the same ones
// in the same order as by the two ops, one after the other.

// ConvStage is a convolution of several in one op.
type ConvStage struct {
	Filter, Bias *G.Node // as ConvLast takes them
	ConvLastConfig
}

// ConvPairLast is ConvLast twice, without gradients: y = behind(first(x)), where
// behind is depthwise. The first has no groups, no tiles, no pool and no sum;
// that of the second is of the shape of y. Channels of the second may be 0, as
// they are what the first makes.
func ConvPairLast(x *G.Node, first, behind ConvStage) (*G.Node, error) {
	const name = "ConvPairLast"
	in := present(x, first.Filter, first.Bias, behind.Filter, behind.Bias, behind.Skip)
	if err := wantFloat32(name, in...); err != nil {
		return nil, err
	}
	a, err := newFirst(name, x, first)
	if err != nil {
		return nil, err
	}
	s := &convPair{first: a}
	if s.behind, err = a.newBehind(name, behind); err != nil {
		return nil, err
	}
	s.prepare(runtime.GOMAXPROCS(0))
	b := s.behind
	op := &convPairOp{newResult[float32](name, in, b.n, b.rows, b.cols, b.pixel), s}
	op.buffer.hold(&b.made)
	return G.ApplyOp(op, in...)
}

// newFirst is the first convolution of a pair.
func newFirst(name string, x *G.Node, c ConvStage) (*convLast, error) {
	shape, err := newConvShape(name, x.Shape(), c.Filter.Shape(), c.ConvLastConfig)
	if err != nil {
		return nil, err
	}
	if shape.groups > 1 || c.Tile > 0 || c.Pool != nil || c.Skip != nil {
		return nil, errors.Errorf("%s: want a first convolution without groups, tiles, pool and sum, got %d groups, tiles of %d, the pool %v, a sum: %v",
			name, shape.groups, c.Tile, c.Pool, c.Skip != nil)
	}
	if err := wantEnds(name, shape, c); err != nil {
		return nil, err
	}
	s := &convLast{convBase: newConvBase(shape, c.Bias != nil, c.ConvLastConfig), last: c.Channels > 0}
	s.prepare(0)
	return s, nil
}

// newBehind is the depthwise convolution of what s makes.
func (s *convLast) newBehind(name string, c ConvStage) (*depthwiseLast, error) {
	c.Channels = s.f
	shape, err := newConvShape(name, tensor.Shape{s.n, s.rows, s.cols, s.fp}, c.Filter.Shape(), c.ConvLastConfig)
	if err != nil {
		return nil, err
	}
	if !shape.depthwise() || c.Pool != nil {
		return nil, errors.Errorf("%s: want a depthwise convolution without pool behind the first, got filters %v in %d groups and the pool %v",
			name, c.Filter.Shape(), shape.groups, c.Pool)
	}
	if err := wantEnds(name, shape, c); err != nil {
		return nil, err
	}
	return newDepthwiseLast(name, shape, c.Bias != nil, c.ConvLastConfig)
}

// wantEnds refuses a bias or a function that does not fit.
func wantEnds(name string, shape convShape, c ConvStage) error {
	if err := wantBias(name, c.Bias, shape.f); err != nil {
		return err
	}
	return wantCurve(name, c.ConvLastConfig)
}

// convPair is two convolutions, of which the second is depthwise.
type convPair struct {
	first  *convLast
	behind *depthwiseLast

	bands  bands // of the output
	sheets []sheet
	parts  int   // into which these are cut
	widths []int // of sheets
	widest int
	tall   int           // rows of the highest strip between the two
	kept   int           // the most that a strip has of the one before it
	strips [][]pairStrip // of each band of an image
	loops  struct{ piece, end func(int) }
}

// pairStrip is some rows of the output, and the rows between the two that they are
// made of.
type pairStrip struct {
	from, to int
	under    rowSpan
	kept     int         // of the rows under it: how many the strip before it has computed
	windows  [][]windows // for each width of a sheet
}

// sheet is panels side by side, whose channels lie together between the two.
type sheet struct {
	panel
	panels []panel
}

// rowSpan is the rows [from, to).
type rowSpan struct{ from, to int }

// prepare cuts the work for so many cores.
func (s *convPair) prepare(cores int) {
	high := s.cut(cores)
	for _, p := range s.sheets {
		if !slices.Contains(s.widths, p.width) {
			s.widths = append(s.widths, p.width)
		}
	}
	s.widest = slices.Max(s.widths)
	for i := range s.bands.count {
		_, from, to := s.bands.of(i)
		s.strips = append(s.strips, s.stripsOf(from, to, high))
	}
	s.loops.piece, s.loops.end = s.piece, s.end
}

// cut cuts the output into bands and strips, which are so high, and the panels into
// sheets, and these into parts where there would be too few pieces for all cores.
// That changes no bit.
func (s *convPair) cut(cores int) (high int) {
	const values = 1 << 16 // 256 KiB between the two
	b, panels := s.behind, len(s.first.kernel.panels)
	row := s.first.cols * slices.MaxFunc(s.first.kernel.panels, func(p, q panel) int { return p.width - q.width }).width
	enough := 1
	if cores > 1 {
		enough = 4 * cores
	}
	count := 1
	if few := pieces(enough, b.n*panels); few > 1 { // but no band of which much is computed twice
		least := pieces(6*b.reachH()+1, b.strideH)
		count = max(1, min(few, b.rows/least))
	}
	each := pieces(b.rows, count)
	s.bands = bands{b.rows, each, pieces(b.rows, each)}
	// A small image would spend its time on calls: as many panels as its cache takes.
	s.gather(max(1, min(values/2/(s.first.rows*row), b.n*s.bands.count*panels/enough)))
	s.parts = max(1, min(len(s.sheets), pieces(enough, b.n*s.bands.count)))
	high = max(1, (values/row-b.reachH()-1)/b.strideH+1)
	return pieces(each, pieces(each, high))
}

// gather makes sheets of so many panels.
func (s *convPair) gather(panels int) {
	for all := range slices.Chunk(s.first.kernel.panels, panels) {
		p := panel{from: all[0].from}
		for _, q := range all {
			p.width += q.width
		}
		s.sheets = append(s.sheets, sheet{p, all})
	}
}

// stripsOf are those of a band.
func (s *convPair) stripsOf(from, to, high int) (strips []pairStrip) {
	for at := from; at < to; at += high {
		strip := pairStrip{from: at, to: min(at+high, to)}
		strip.under = s.behind.under(strip.from, strip.to)
		if last := len(strips) - 1; last >= 0 {
			strip.kept = max(0, strips[last].under.to-strip.under.from)
		}
		for _, width := range s.widths {
			all := s.behind.forwardRegionsOf(width, s.behind.pixel).in(strip.from, strip.to)
			strip.windows = append(strip.windows, above(all, strip.under.from*s.first.cols*width))
		}
		s.tall, s.kept = max(s.tall, strip.under.to-strip.under.from), max(s.kept, strip.kept)
		strips = append(strips, strip)
	}
	return strips
}

// under is the rows of the image that the rows [from, to) of the output see.
func (s *convShape) under(from, to int) rowSpan {
	inside := func(y int) int { return min(max(y, 0), s.imH) }
	low := inside(from*s.strideH - s.pad.Top)
	return rowSpan{low, max(low, inside((to-1)*s.strideH-s.pad.Top+s.reachH()+1))}
}

// piece computes piece i: some sheets of a band, strip by strip. Of each sheet,
// the rows that the next strip sees too are kept.
func (s *convPair) piece(i int) {
	image, band := i/s.parts/s.bands.count, i/s.parts%s.bands.count
	part, sheets := i%s.parts, s.sheets
	first, last := len(sheets)*part/s.parts, len(sheets)*(part+1)/s.parts
	row := s.first.cols * s.widest
	between, kept := scratch.get(s.tall*row), scratch.get(s.kept*row*(last-first))
	strips := s.strips[band]
	for j := range strips {
		next := 0
		if j+1 < len(strips) {
			next = strips[j+1].kept
		}
		s.strip(image, &strips[j], next, sheets[first:last], between, kept)
		if s.parts == 1 {
			s.endRows(image, strips[j].from, strips[j].to)
		}
	}
	scratch.put(kept)
	scratch.put(between)
}

// strip computes some sheets of a strip. It takes the rows that it begins with
// from kept, and leaves those there that the next begins with.
func (s *convPair) strip(image int, strip *pairStrip, next int, sheets []sheet, between, kept []float32) {
	a, b := s.first, s.behind
	rows := rowSpan{strip.under.from + strip.kept, strip.under.to} // to compute
	var x, frame []float32
	if rows.to > rows.from {
		x, frame = a.frameOf(a.image(a.operands.x, image), rows.from, rows.to)
	}
	y := b.outputOf(b.made, image)
	low, high := b.bounds()
	for i, p := range sheets {
		row := a.cols * p.width
		between, kept := between[:(strip.under.to-strip.under.from)*row], kept[i*s.kept*a.cols*s.widest:]
		copy(between, kept[:strip.kept*row])
		s.sheet(between[strip.kept*row:], x, rows, p)
		for _, w := range strip.windows[slices.Index(s.widths, p.width)] {
			f32.Depthwise(y[w.y+p.from:], between[w.x:], b.weights[p.from:], b.offset[p.from:], w.taps, w.grid, p.width, low, high)
		}
		copy(kept, between[len(between)-next*row:])
	}
	if frame != nil {
		scratch.put(frame)
	}
}

// sheet computes a sheet's channels of some rows between the two.
func (s *convPair) sheet(y, x []float32, rows rowSpan, all sheet) {
	a := s.first
	if rows.to == rows.from {
		return
	}
	l := a.lines(rows.to-rows.from, all.width)
	for _, p := range all.panels {
		a.kernel.multiplyPanel(y[p.from-all.from:], x, l, a.run, a.weights[p.from*a.kernel.rows():], p, a.ends.At(p.from))
	}
	a.end(y, 0, a.ends.Cuts())
}

// end ends band i of the output, where several pieces have computed it.
func (s *convPair) end(i int) { s.endRows(s.bands.of(i)) }

func (s *convPair) endRows(image, from, to int) {
	b := s.behind
	row := b.cols * b.pixel
	b.end(b.outputOf(b.made, image)[from*row:to*row], (image*b.rows+from)*row, !b.sum)
}

// take takes in what a run reads.
func (s *convPair) take(in []G.Value) (err error) {
	own := 2 // of the first
	if s.first.bias {
		own++
	}
	if err = s.first.take(in[:own], s.first.layOut); err != nil {
		return err
	}
	b := s.behind
	if b.operands.w, err = floats(in[own], b.filters()); err != nil {
		return err
	}
	return b.takeBehind(in[own+1:], b.layOut)
}

type convPairOp struct {
	result[float32]
	*convPair
}

var _ Owner = (*convPairOp)(nil)

func (op *convPairOp) Do(in ...G.Value) (G.Value, error) {
	if err := op.take(in); err != nil {
		return nil, err
	}
	bands := op.behind.n * op.bands.count
	parallel.For(bands*op.parts, op.loops.piece)
	if op.parts > 1 && op.behind.infers() {
		parallel.For(bands, op.loops.end)
	}
	return op.out, nil
}
