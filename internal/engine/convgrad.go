package engine

import (
	"github.com/chewxy/hm"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/f32"
	"euryale/internal/parallel"
)

func (s *convState) prepareGrad() {
	s.dw, s.gw = newDense(s.f, s.c/s.groups, s.kh, s.kw)
	s.gz = make([]float32, len(s.y))
	s.loops.backward, s.loops.bias = s.backward, s.biasGradient
	s.parts = make([]float32, partsOf(s.n)*len(s.gw))
	if s.bias {
		s.db, s.gb = newDense(s.f)
	}
	if s.inputGrad {
		s.dx, s.gx = newDense(s.n, s.c, s.imH, s.imW)
	}
}

// convGradOp computes all gradients of a convolution from its input, its
// filters, its output and the gradient of that, and returns the filters'.
type convGradOp struct {
	owned
	*convState
}

var (
	_ Owner = (*convGradOp)(nil)
	_ Alone = (*convGradOp)(nil)
)

// SumsAlone: networks have their convolutions with channels last.
func (op *convGradOp) SumsAlone() bool { return true }

func (op *convGradOp) Arity() int { return 4 }

func (op *convGradOp) Type() hm.Type {
	t := tensorOf(4)
	return hm.NewFnType(t, t, t, t, t)
}

func (op *convGradOp) InferShape(...G.DimSizer) (tensor.Shape, error) {
	return op.dw.Shape().Clone(), nil
}
func (op *convGradOp) Owned() *tensor.Dense { return op.dw }

func (op *convGradOp) Do(in ...G.Value) (G.Value, error) {
	err := op.inputs(in)
	if err != nil {
		return nil, err
	}
	if op.operands.y, err = floats(in[2], len(op.y)); err != nil {
		return nil, err
	}
	if op.operands.gy, err = floats(in[3], len(op.y)); err != nil {
		return nil, err
	}
	parallel.For(partsOf(op.n), op.loops.backward)
	addParts(op.parts, len(op.gw), 0, len(op.gw))
	copy(op.gw, op.parts)
	if op.bias {
		parallel.For(op.f, op.loops.bias)
	}
	return op.dw, nil
}

// backward goes over part p of the batch.
func (s *convState) backward(p int) {
	o := &s.operands
	size, image := s.f*s.places(), s.image()
	sum := s.parts[p*len(s.gw) : (p+1)*len(s.gw)]
	clear(sum)
	from, to := part(s.n, p)
	for i := from; i < to; i++ {
		gz := s.gz[i*size : (i+1)*size]
		if s.relu {
			f32.Unrectify(gz, o.gy[i*size:(i+1)*size], o.y[i*size:(i+1)*size])
		} else {
			copy(gz, o.gy[i*size:])
		}
		s.filterGradient(sum, gz, o.x[i*image:(i+1)*image])
		if s.inputGrad {
			s.imageGradient(s.gx[i*image:(i+1)*image], gz, o.w)
		}
	}
}

// filterGradient adds gz (F, places) times the transposed patches to sum.
func (s *convState) filterGradient(sum, gz, x []float32) {
	taps, places, step := s.taps(), s.places(), s.strip()
	buf := scratch.get(2 * taps * step * s.cols)
	defer scratch.put(buf)
	patches, turned := buf[:taps*step*s.cols], buf[taps*step*s.cols:]
	for row := 0; row < s.rows; row += step {
		rows := min(step, s.rows-row)
		width := rows * s.cols
		for g := range s.groups {
			toY, toX, toW := s.group(g)
			s.patches(patches, x[toX:], row, rows)
			for tap := range taps {
				for i, v := range patches[tap*width : (tap+1)*width] {
					turned[i*taps+tap] = v
				}
			}
			f32.Gemm(sum[toW:], taps, gz[toY+row*s.cols:], places, 1, turned, taps, s.f/s.groups, taps, width, true)
		}
	}
}

// imageGradient adds up, for each pixel, what the taps over it have: the
// transposed filters times gz.
func (s *convState) imageGradient(dx, gz, w []float32) {
	taps, places, step := s.taps(), s.places(), s.strip()
	patches := scratch.get(2 * taps * step * s.cols)
	defer scratch.put(patches)
	clear(dx)
	for row := 0; row < s.rows; row += step {
		rows := min(step, s.rows-row)
		width := rows * s.cols
		for g := range s.groups {
			toY, toX, toW := s.group(g)
			f32.Gemm(patches, width, w[toW:], 1, taps, gz[toY+row*s.cols:], places, taps, width, s.f/s.groups, false)
			s.addPatches(dx[toX:], patches, row, rows)
		}
	}
}

// addPatches is the transpose of patches: each tap's values go to the pixels
// under it.
func (s *convState) addPatches(dx, patches []float32, row, rows int) {
	width := rows * s.cols
	for tap := range s.taps() {
		line := patches[tap*width : (tap+1)*width]
		u, v := tap/s.kw%s.kh*s.dilateH-s.pad.Top, tap%s.kw*s.dilateW-s.pad.Left
		plane := dx[tap/(s.kh*s.kw)*s.imH*s.imW:]
		first, end := span(s.cols, s.imW, v, s.strideW)
		for r := range rows {
			y := (row+r)*s.strideH + u
			if y < 0 || y >= s.imH {
				continue
			}
			for i := first; i < end; i++ {
				plane[y*s.imW+i*s.strideW+v] += line[r*s.cols+i]
			}
		}
	}
}

// biasGradient sums gz of one filter over images and places.
func (s *convState) biasGradient(f int) {
	places := s.places()
	sum := batch{n: s.n}.overSamples(func(i int) float64 { return total(s.gz[(i*s.f+f)*places:][:places]) })
	s.gb[f] = float32(sum)
}
