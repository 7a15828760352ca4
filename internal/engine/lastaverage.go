package engine

import (
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"

	"euryale/internal/f32"
	"euryale/internal/parallel"
)

// AveragePoolLast is AveragePool with channels last: (N, H, W, C) gives
// (N, H', W', C), C a multiple of f32.Lanes. The sums are taken in float32.
func AveragePoolLast(x *G.Node, c AverageConfig) (*G.Node, error) {
	const name = "AveragePoolLast"
	if err := wantFloat32(name, x); err != nil {
		return nil, err
	}
	s := x.Shape()
	if len(s) != 4 || s[3]%f32.Lanes != 0 {
		return nil, errors.Errorf("%s: want (N, H, W, C), C a multiple of %d, got %v", name, f32.Lanes, s)
	}
	down, across, err := c.taps(s[1], s[2])
	if err != nil {
		return nil, errors.WithMessage(err, name)
	}
	op := &averageLastOp{
		result: newResult[float32](name, G.Nodes{x}, s[0], len(down), len(across), s[3]),
		down:   down, across: across, h: s[1], w: s[2], c: s[3], bands: newBands(s[0], len(down), s[2]*s[3], 1),
	}
	op.body = op.band
	return G.ApplyOp(op, x)
}

// averageLastOp takes the mean of each window: all its pixels that count have one
// share.
type averageLastOp struct {
	result[float32]
	down, across Taps
	h, w, c      int // of the image
	bands        bands
	x            []float32 // of the run under way
	body         func(int)
}

var (
	_ G.SDOp = (*averageLastOp)(nil)
	_ Owner  = (*averageLastOp)(nil)
)

func (op *averageLastOp) DiffWRT(n int) []bool { return all(n) }

func (op *averageLastOp) SymDiff(in G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	back := &averageLastGradOp{result: newResult[float32](op.name+"Grad", G.Nodes{grad}, in[0].Shape()...), pool: op}
	back.body = back.image
	dx, err := G.ApplyOp(back, grad)
	return G.Nodes{dx}, err
}

func (op *averageLastOp) Do(in ...G.Value) (G.Value, error) {
	n := op.out.Shape()[0]
	var err error
	if op.x, err = floats(in[0], n*op.h*op.w*op.c); err != nil {
		return nil, err
	}
	parallel.For(n*op.bands.count, op.body)
	return op.out, nil
}

// band pools some rows of an image.
func (op *averageLastOp) band(i int) {
	image, from, to := op.bands.of(i)
	x := op.x[image*op.h*op.w*op.c : (image+1)*op.h*op.w*op.c]
	for r := from; r < to; r++ {
		for j, across := range op.across {
			at := ((image*len(op.down)+r)*len(op.across) + j) * op.c
			op.mean(op.y[at:at+op.c], x, op.down[r], across)
		}
	}
}

// mean is that of the pixels in some rows and columns.
func (op *averageLastOp) mean(y, x []float32, down, across []Tap) {
	if len(down) == 0 || len(across) == 0 {
		clear(y)
		return
	}
	first := true
	for _, d := range down {
		for _, a := range across {
			pixel := x[(d.From*op.w+a.From)*op.c:][:op.c]
			if first {
				copy(y, pixel)
				first = false
				continue
			}
			f32.AddTo(y, pixel)
		}
	}
	f32.Scale(y, y, float32(down[0].Weight*across[0].Weight))
}

// averageLastGradOp hands each pixel its share of the gradients of its windows.
type averageLastGradOp struct {
	result[float32]
	pool *averageLastOp
	g    []float32 // of the run under way
	body func(int)
}

var _ Owner = (*averageLastGradOp)(nil)

func (op *averageLastGradOp) Do(in ...G.Value) (G.Value, error) {
	var err error
	if op.g, err = floats(in[0], len(op.pool.y)); err != nil {
		return nil, err
	}
	parallel.For(op.out.Shape()[0], op.body)
	return op.out, nil
}

func (op *averageLastGradOp) image(i int) {
	p := op.pool
	area := p.h * p.w * p.c
	dx := op.y[i*area : (i+1)*area]
	clear(dx)
	share := scratch.get(p.c)
	for r, down := range p.down {
		for j, across := range p.across {
			if len(down) == 0 || len(across) == 0 {
				continue
			}
			at := ((i*len(p.down)+r)*len(p.across) + j) * p.c
			f32.Scale(share, op.g[at:at+p.c], float32(down[0].Weight*across[0].Weight))
			for _, d := range down {
				for _, a := range across {
					f32.AddTo(dx[(d.From*p.w+a.From)*p.c:][:p.c], share)
				}
			}
		}
	}
	scratch.put(share)
}
