package engine

import (
	"slices"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/f32"
	"euryale/internal/parallel"
)

// ConvLastConfig is what ConvLast takes besides nodes.
type ConvLastConfig struct {
	ConvConfig
	Channels int        // of an x in which they lie last; 0 means that x is planar
	Tile     int        // side of the tiles of Winograd's minimal filtering, 2 or 4; 0 means that taps are multiplied
	Rows     bool       // Winograd's minimal filtering along rows, f32.RowOutput, in generic Go; Tile is 0
	Skip     *G.Node    // of the output's shape, added before the cut; nil means none, and must be where gradients are wanted
	Cut      Cut        // what the sum goes through; ReLU, of ConvConfig, is not looked at
	Curve    *f32.Curve // a function behind that, which must be 0 at 0; nil means none, and must be with Pool and where gradients are wanted
	Version  *Version   // of the parameters that filter and bias are made of alone; nil means that they may be others in each run
	Pool     []int      // height and width of a max-pool's windows behind the cut, side by side; nil means none, and must be with Skip
}

// ConvLast is Conv with channels last: it makes (N, H', W', PadChannels(F)) of
// an x that is (N, H, W, PadChannels(C)) or planar; a depthwise one, and one
// whose gradient is wanted, must be the former.
func ConvLast(x, filter, bias *G.Node, c ConvLastConfig) (*G.Node, error) {
	const name = "ConvLast"
	in := present(x, filter, bias, c.Skip)
	if err := wantFloat32(name, in...); err != nil {
		return nil, err
	}
	shape, err := newConvShape(name, x.Shape(), filter.Shape(), c)
	if err != nil {
		return nil, err
	}
	if err := shape.wantRows(name, c); err != nil {
		return nil, err
	}
	if err := shape.wantTiles(name, c.Tile, c.Channels > 0); err != nil {
		return nil, err
	}
	if err := wantBias(name, bias, shape.f); err != nil {
		return nil, err
	}
	if c.Channels == 0 && (c.InputGrad || shape.depthwise()) {
		return nil, errors.Errorf("%s: want channels last where the gradient by them is asked for or each has a filter of its own, got planes", name)
	}
	if err := wantCurve(name, c); err != nil {
		return nil, err
	}
	if shape.depthwise() {
		return depthwiseLastOf(name, shape, in, bias != nil, c)
	}
	s := &convLast{convBase: newConvBase(shape, bias != nil, c), last: c.Channels > 0}
	s.over = batchOn(x, s.n)
	if c.Pool != nil {
		if s.pool, err = s.newPool(name, c); err != nil {
			return nil, err
		}
	}
	if c.Tile > 0 && c.Tile%s.pool.high() != 0 {
		return nil, errors.Errorf("%s: want a pool whose windows are in the rows of tiles of %d, got %v", name, c.Tile, c.Pool)
	}
	s.rowwise.on = c.Rows
	s.prepare(c.Tile)
	made := tensor.Shape{s.n, s.rows / s.pool.high(), s.cols / s.pool.wide(), s.fp}
	if err := wantSum(name, c.Skip, made); err != nil {
		return nil, err
	}
	op := &convLastOp{newResult[float32](name, in, made...), s}
	op.buffer.hold(&s.made)
	s.pool.remember(x, len(s.made))
	return G.ApplyOp(op, in...)
}

// errInference says that what adds something, or computes a function, has no
// gradients.
var errInference = errors.New("ConvLast: want no sum and no function where gradients are asked for")

// infers says whether what is made is all that is left: there are no gradients.
func (s *convBase) infers() bool { return s.sum || s.curve != nil }

// wantCurve refuses a function that would fill the padding, or comes before a pool.
func wantCurve(name string, c ConvLastConfig) error {
	switch {
	case c.Curve == nil:
		return nil
	case c.Pool != nil:
		return errors.Errorf("%s: want no pool with a function, got one of %v with %s", name, c.Pool, c.Curve.Name)
	case c.Curve.At(0) != 0:
		return errors.Errorf("%s: want a function that is 0 at 0, got %s", name, c.Curve.Name)
	}
	return nil
}

// wantBias refuses a bias that is not one number for each of f filters. Nil is none.
func wantBias(name string, bias *G.Node, f int) error {
	if bias != nil && !slices.Equal(bias.Shape(), tensor.Shape{f}) {
		return errors.Errorf("%s: want a bias of (%d), one for each filter, got %v", name, f, bias.Shape())
	}
	return nil
}

// wantSum refuses what cannot be added to what is made. Nil adds nothing.
func wantSum(name string, sum *G.Node, made tensor.Shape) error {
	if sum != nil && !slices.Equal(sum.Shape(), made) {
		return errors.Errorf("%s: want a sum of %v, got %v", name, made, sum.Shape())
	}
	return nil
}

// newConvShape is the shape of a convolution of an image xs with filters ws.
func newConvShape(name string, xs, ws tensor.Shape, c ConvLastConfig) (s convShape, err error) {
	groups := max(c.Groups, 1)
	if len(xs) != 4 || len(ws) != 4 {
		return s, errors.Errorf("%s: want an image and a filter of 4 dimensions, got %v and %v", name, xs, ws)
	}
	s = convShape{n: xs[0], c: ws[1] * groups, f: ws[0], groups: groups}
	channels := s.c
	if c.Channels > 0 {
		s.imH, s.imW, channels = xs[1], xs[2], f32.PadChannels(s.c)
		xs = tensor.Shape{xs[0], xs[3], xs[1], xs[2]}
	} else {
		s.imH, s.imW = xs[2], xs[3]
	}
	if xs[1] != channels || c.Channels > 0 && c.Channels != s.c || s.f%groups != 0 {
		return s, errors.Errorf("%s: want an image of %d channels and filters in %d groups, got %v and %v", name, s.c, groups, xs, ws)
	}
	if c.Stride == nil {
		c.Stride = []int{1, 1}
	}
	if s.window, err = newWindow(ws[2:], c.Pad, c.Stride, c.Dilation); err != nil {
		return s, errors.WithMessage(err, name)
	}
	s.rows, s.cols, err = s.over(s.imH, s.imW)
	return s, errors.WithMessage(err, name)
}

// convLast is what the forward and the backward op of one convolution share.
type convLast struct {
	convBase // the weights are nil where tiles keep theirs
	last     bool

	kernel tapKernel
	fp     int // values of a pixel of the output
	frame  framed
	run    tapRun
	bands  bands
	pieces int       // of the work
	ends   f32.Ends  // of the products
	tiles  *tileConv // nil where taps are multiplied
	pool   *convPool // nil without one

	rowwise rowConv // off where taps are multiplied

	loops struct{ pack, filter, keep, forward func(int) }
}

// bands are into which rows of an image the work is cut.
type bands struct{ rows, each, count int }

// newBands cuts rows of width values each, some of which go together, so that a
// strip stays in the cache and a small batch keeps all cores busy. That changes
// no bit.
func newBands(n, rows, width, together int) bands {
	const values = 1 << 16 // 256 KiB
	each := min(rows, max(1, values/width))
	if n < batchParts {
		each = min(each, pieces(rows*n, batchParts))
	}
	each = pieces(each, together) * together
	return bands{rows, each, pieces(rows, each)}
}

// of is the image of piece i, and the rows [from, to) of it.
func (s bands) of(i int) (image, from, to int) {
	from = i % s.count * s.each
	return i / s.count, from, min(from+s.each, s.rows)
}

func (s *convLast) prepare(tile int) {
	s.pixel, s.fp = s.c, f32.PadChannels(s.f)
	if s.last {
		s.pixel = f32.PadChannels(s.c)
	}
	pixel := s.framePixel()
	s.frame = s.framed(pixel, s.last && pixel == s.pixel)
	if s.rowwise.on {
		s.frame = framed{s.rowWidth(), pixel, false}
	}
	s.run = s.forwardTaps(s.frame)
	s.bands = newBands(s.n, s.rows, max(s.strideH*s.frame.width*s.frame.pixel, s.cols*s.fp), s.pool.high())
	s.kernel = newTapKernel(s.convShape)
	if s.bias {
		s.ends.From = s.offset
	}
	if !s.sum && s.pool == nil { // else what comes behind the products is cut
		s.ends.Low, s.ends.High = s.cut.bounds()
	}
	s.loops.pack, s.loops.forward = s.pack, s.forward
	if tile > 0 {
		s.prepareTiles(f32.MinimalOf(tile, s.kh))
	}
	if s.rowwise.on {
		s.prepareRows()
	}
	if s.tiles == nil || !s.tiles.keep {
		s.weights = make([]float32, s.kernel.values())
	}
	if s.pieces = s.n * s.bands.count; s.isWhole() {
		s.pieces, s.loops.forward = pieces(s.n, wholeImages), s.forwardWhole
	}
}

// framePixel is how many values a pixel has in the frame: those of the input or, where
// few of them are channels and generic Go goes over them one by one, the channels
// alone, so that the pixels under a row of the window lie next to one another.
func (s *convLast) framePixel() int {
	whole := s.imH == s.kh && s.imW == s.kw && !s.rowwise.on
	if s.last && s.c < f32.Lanes && s.kw > 1 && !whole && f32.Current() == f32.Generic {
		return s.c
	}
	return s.pixel
}

// frameOf is the framed rows of an image under the rows [from, to) of the
// output. The buffer is nil or goes back.
func (s *convLast) frameOf(x []float32, from, to int) (rows, buffer []float32) {
	if s.frame.bare {
		return x[from*s.strideH*s.imW*s.pixel:], nil
	}
	high := (to-from-1)*s.strideH + s.reachH() + 1
	wide := s.frame.width * s.frame.pixel
	buffer = scratch.get(high * wide)
	for r := range high {
		s.frameRow(buffer[r*wide:(r+1)*wide], x, from*s.strideH+r-s.pad.Top)
	}
	return buffer, buffer
}

// frameRow copies row y of an image into its frame.
func (s *convLast) frameRow(to, x []float32, y int) {
	if y < 0 || y >= s.imH {
		clear(to)
		return
	}
	pixel := s.frame.pixel
	left := s.pad.Left * pixel
	wide := max(0, min(s.imW, s.frame.width-s.pad.Left))
	clear(to[:min(left, len(to))])
	switch {
	case wide == 0:
		return
	case pixel != s.pixel:
		for i := range wide {
			copy(to[left+i*pixel:][:pixel], x[(y*s.imW+i)*s.pixel:])
		}
	case s.last || s.c == 1:
		copy(to[left:], x[y*s.imW*pixel:][:wide*pixel])
	default:
		f32.Transpose(to[left:], s.c, x[y*s.imW:], s.imH*s.imW, s.c, wide)
	}
	clear(to[left+wide*pixel:])
}

// pack lays out piece i of the weights for the kernel.
func (s *convLast) pack(i int) { s.kernel.pack(s.weights, s.operands.w, i) }

// forward computes piece i: some rows of an image.
func (s *convLast) forward(i int) {
	image, from, to := s.bands.of(i)
	x, buffer := s.frameOf(s.image(s.operands.x, image), from, to)
	y := s.strip(image, from, to)
	if s.groups > 1 && s.f < s.stripPixel() {
		clearPadding(y, s.f, s.fp)
	}
	s.kernel.multiply(y, x, s.lines(to-from, s.stripPixel()), s.run, s.weights, s.ends)
	s.finish(y, image, from, to)
	if buffer != nil {
		scratch.put(buffer)
	}
}

// lines are so many rows of the output, whose pixels have values values, and what
// is under them.
func (s *convLast) lines(rows, values int) lines {
	l := lines{rows, s.cols, values, s.cols * values, s.strideW * s.frame.pixel, s.strideH * s.frame.width * s.frame.pixel}
	if s.strideH == 1 && s.strideW == 1 && s.frame.width == s.cols { // rows lie behind one another
		l.count, l.m = 1, l.count*l.m
	}
	return l
}

// strip is where the rows [from, to) of an image are computed.
func (s *convLast) strip(image, from, to int) []float32 {
	row := s.cols * s.stripPixel()
	if s.pool != nil {
		return scratch.get((to - from) * row)
	}
	return s.made[(image*s.rows+from)*row : (image*s.rows+to)*row]
}

// stripPixel is how many values lie from a pixel of a strip to the next.
func (s *convLast) stripPixel() int {
	if s.pool != nil {
		return s.pool.strip.pixel
	}
	return s.fp
}

// finish makes the output of a strip: adds what is to be added, pools, cuts and
// computes the function.
func (s *convLast) finish(y []float32, image, from, to int) {
	if s.pool != nil {
		s.cut.apply(s.pool.apply(s.made, y, image, from, to))
		scratch.put(y)
		return
	}
	s.end(y, (image*s.rows+from)*s.cols*s.fp, s.ends.Cuts())
}

type convLastOp struct {
	result[float32]
	*convLast
}

var (
	_ G.SDOp = (*convLastOp)(nil)
	_ Owner  = (*convLastOp)(nil)
)

func (op *convLastOp) Buffers() (Buffer, []Buffer) {
	made, _ := op.result.Buffers()
	return made, op.pool.buffers()
}

func (op *convLastOp) SymDiff(in G.Nodes, output, grad *G.Node) (G.Nodes, error) {
	if op.infers() {
		return nil, errInference
	}
	return convLastGrads(op.convLast, in, output, grad)
}

func (op *convLastOp) Do(in ...G.Value) (G.Value, error) {
	if err := op.take(in, op.layOut); err != nil {
		return nil, err
	}
	if op.tiles != nil {
		op.tiles.run(op.loops.filter, op.loops.forward)
		return op.out, nil
	}
	parallel.For(op.pieces, op.loops.forward)
	return op.out, nil
}

// layOut lays out the weights.
func (s *convLast) layOut() {
	if s.tiles == nil || !s.tiles.keep {
		parallel.For(s.kernel.packs(), s.loops.pack)
		if s.rowwise.on {
			parallel.For(s.f, s.rowwise.filter)
		}
		return
	}
	parallel.For(s.c, s.loops.keep)
}
