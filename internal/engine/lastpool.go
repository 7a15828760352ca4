package engine

import (
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"

	"euryale/internal/f32"
	"euryale/internal/parallel"
)

// MaxPoolLast is MaxPool with channels last: (N, H, W, C) gives (N, H', W', C),
// C a multiple of f32.Lanes. The window has at most f32.MostCodes pixels.
func MaxPoolLast(x *G.Node, c PoolConfig) (*G.Node, error) {
	const name = "MaxPoolLast"
	win, err := newWindow(c.Kernel, c.Pad, c.Stride, c.Dilation)
	if err != nil {
		return nil, errors.WithMessage(err, name)
	}
	if err := wantFloat32(name, x); err != nil {
		return nil, err
	}
	s := x.Shape()
	if len(s) != 4 || s[3]%f32.Lanes != 0 || win.kh*win.kw > f32.MostCodes {
		return nil, errors.Errorf("%s: want (N, H, W, C), C a multiple of %d, and a window of at most %d pixels, got %v and %d×%d", name, f32.Lanes, f32.MostCodes, s, win.kh, win.kw)
	}
	rows, cols, err := win.over(s[1], s[2])
	if err != nil {
		return nil, errors.WithMessage(err, name)
	}
	op := &maxPoolLastOp{
		result: newResult[float32](name, G.Nodes{x}, s[0], rows, cols, s[3]),
		n:      s[0], h: s[1], w: s[2], c: s[3], lines: cells(win, s[1], s[2], rows, cols), step: win.strideW * s[3],
	}
	op.scale()
	op.args = newBuffer[uint8](x, len(op.y))
	op.args.hold(&op.arg)
	op.body = op.image
	return G.ApplyOp(op, x)
}

// cellLine is some windows side by side that see the same pixels of theirs: at
// is where the first of them lies in the output, from the first pixel that it
// sees; the others follow at the taps' offsets. Codes number the window's
// pixels.
type cellLine struct {
	at, from, count int
	taps            []int
	codes           []uint8
}

// cells are the windows on an image, in pixels, those that see nothing left out.
func cells(win window, h, w, rows, cols int) []cellLine {
	var all []cellLine
	for i := range rows {
		for j := 0; j < cols; {
			line := win.sees(i, j, h, w)
			line.at, line.count = i*cols+j, 1
			for j++; j < cols && line.like(win.sees(i, j, h, w)); j++ {
				line.count++
			}
			if len(line.taps) > 0 {
				all = append(all, line)
			}
		}
	}
	return all
}

// sees is what the window at (i, j) of the output has of the image.
func (win window) sees(i, j, h, w int) (line cellLine) {
	for t := range win.kh * win.kw {
		y, x := i*win.strideH-win.pad.Top+t/win.kw*win.dilateH, j*win.strideW-win.pad.Left+t%win.kw*win.dilateW
		if y < 0 || y >= h || x < 0 || x >= w {
			continue
		}
		if len(line.taps) == 0 {
			line.from = y*w + x
		}
		line.taps = append(line.taps, y*w+x-line.from)
		line.codes = append(line.codes, uint8(t))
	}
	return line
}

// like says whether another window sees the same pixels.
func (line cellLine) like(other cellLine) bool {
	return string(line.codes) == string(other.codes)
}

type maxPoolLastOp struct {
	result[float32]
	n, h, w, c int // of the image
	lines      []cellLine
	step       int // values from a window to the next

	x    []float32 // of the run under way
	arg  []uint8   // which pixel of its window each output comes from
	args *buffer[uint8]
	body func(int)
}

func (op *maxPoolLastOp) Buffers() (Buffer, []Buffer) {
	y, _ := op.result.Buffers()
	return y, []Buffer{op.args}
}

var (
	_ G.SDOp = (*maxPoolLastOp)(nil)
	_ Owner  = (*maxPoolLastOp)(nil)
)

// scale makes values of the lines' pixels. Taps that are alike are one list.
func (op *maxPoolLastOp) scale() {
	seen := map[string][]int{}
	for i := range op.lines {
		line := &op.lines[i]
		line.at, line.from = line.at*op.c, line.from*op.c
		taps, ok := seen[string(line.codes)]
		if !ok {
			taps = line.taps
			for t := range taps {
				taps[t] *= op.c
			}
			seen[string(line.codes)] = taps
		}
		line.taps = taps
	}
}

func (op *maxPoolLastOp) DiffWRT(n int) []bool { return all(n) }

func (op *maxPoolLastOp) SymDiff(in G.Nodes, output, grad *G.Node) (G.Nodes, error) {
	// The output is an input too: the places it comes from must have been found.
	from := G.Nodes{output, grad}
	back := &maxPoolLastGradOp{result: newResult[float32](op.name+"Grad", from, in[0].Shape()...), pool: op}
	back.body = back.image
	dx, err := G.ApplyOp(back, from...)
	return G.Nodes{dx}, err
}

func (op *maxPoolLastOp) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.x, err = floats(in[0], op.n*op.h*op.w*op.c); err != nil {
		return nil, err
	}
	parallel.For(op.n, op.body)
	return op.out, nil
}

// image pools image i.
func (op *maxPoolLastOp) image(i int) {
	size, area := len(op.y)/op.n, op.h*op.w*op.c
	y, arg, x := op.y[i*size:(i+1)*size], op.arg[i*size:(i+1)*size], op.x[i*area:(i+1)*area]
	for _, l := range op.lines {
		f32.MaxPool(y[l.at:], arg[l.at:], x[l.from:], l.taps, l.codes, l.count, op.step, op.c)
	}
}

// maxPoolLastGradOp hands each output's gradient to the pixel that it comes
// from.
type maxPoolLastGradOp struct {
	result[float32]
	pool *maxPoolLastOp
	g    []float32 // of the run under way
	body func(int)
}

var _ Owner = (*maxPoolLastGradOp)(nil)

func (op *maxPoolLastGradOp) Buffers() (Buffer, []Buffer) {
	dx, _ := op.result.Buffers()
	return dx, []Buffer{op.pool.args}
}

func (op *maxPoolLastGradOp) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.g, err = floats(in[1], len(op.pool.y)); err != nil {
		return nil, err
	}
	parallel.For(op.pool.n, op.body)
	return op.out, nil
}

func (op *maxPoolLastGradOp) image(i int) {
	p := op.pool
	size, area := len(p.y)/p.n, p.h*p.w*p.c
	dx := op.y[i*area : (i+1)*area]
	clear(dx)
	for _, l := range p.lines {
		f32.MaxPoolGrad(dx[l.from:], op.g[i*size+l.at:], p.arg[i*size+l.at:], l.taps, l.codes, l.count, p.step, p.c)
	}
}
