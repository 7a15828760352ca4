package engine

import (
	"math"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/parallel"
)

// ResponseNormConfig is what ResponseNorm takes besides x.
type ResponseNormConfig struct {
	Size              int // channels around each, itself among them, one more behind than before where it is even
	Alpha, Beta, Bias float64
}

// ResponseNorm divides each number of x, (N, C, …), by a power of what those of
// the channels around it have:
//
//	y[c] = x[c]·s[c]^-Beta,  s[c] = Bias + Alpha/Size·Σ x[k]²
//
// computed in float64.
func ResponseNorm(x *G.Node, c ResponseNormConfig) (*G.Node, error) {
	if err := wantFloats("ResponseNorm", x); err != nil {
		return nil, err
	}
	if x.Dims() < 2 || c.Size < 1 {
		return nil, errors.Errorf("ResponseNorm: want (N, C, …) and a size of at least 1, got %v and %d", x.Shape(), c.Size)
	}
	if x.Dtype() == tensor.Float32 {
		return responseNorm[float32](x, c)
	}
	return responseNorm[float64](x, c)
}

func responseNorm[T float](x *G.Node, c ResponseNormConfig) (*G.Node, error) {
	shape := x.Shape()
	op := &responseNormOp[T]{result: newResult[T]("ResponseNorm", G.Nodes{x}, shape...), response: response{
		ResponseNormConfig: c, s: channels{shape[0], shape[1], volume(shape[2:])},
	}}
	op.body = op.piece
	return G.ApplyOp(op, x)
}

// response is where the channels are, and what is made of them.
type response struct {
	ResponseNormConfig
	s channels
}

// pixelsTogether is how many pixels of all channels are a piece.
const pixelsTogether = 256

func (r response) pieces() int { return r.s.n * pieces(r.s.area, pixelsTogether) }

// pixels calls f with where the first channel of each pixel of a piece lies.
func (r response) pixels(piece int, f func(at int)) {
	cut := pieces(r.s.area, pixelsTogether)
	start := piece / cut * r.s.c * r.s.area
	for p := piece % cut * pixelsTogether; p < min((piece%cut+1)*pixelsTogether, r.s.area); p++ {
		f(start + p)
	}
}

// around are the channels that count for channel c.
func (r response) around(c int) (from, to int) {
	before := (r.Size - 1) / 2
	return max(c-before, 0), min(c-before+r.Size, r.s.c)
}

// sumAround is s of channel c, of the pixel that begins at x[at].
func sumAround[T float](r response, x []T, at, c int) float64 {
	sum := 0.0
	from, to := r.around(c)
	for k := from; k < to; k++ {
		v := float64(x[at+k*r.s.area])
		sum += v * v
	}
	return r.Bias + r.Alpha/float64(r.Size)*sum
}

type responseNormOp[T float] struct {
	result[T]
	response
	x    []T
	body func(int)
}

var (
	_ G.SDOp = (*responseNormOp[float32])(nil)
	_ Owner  = (*responseNormOp[float32])(nil)
)

func (op *responseNormOp[T]) DiffWRT(n int) []bool { return all(n) }

func (op *responseNormOp[T]) SymDiff(in G.Nodes, _, grad *G.Node) (G.Nodes, error) {
	back := &responseNormGradOp[T]{result: newResult[T]("ResponseNormGrad", G.Nodes{in[0], grad}, in[0].Shape()...), response: op.response}
	back.body = back.piece
	back.term = newBuffer[T](grad, len(back.y))
	back.term.hold(&back.terms)
	dx, err := G.ApplyOp(back, in[0], grad)
	return G.Nodes{dx}, err
}

func (op *responseNormOp[T]) Do(in ...G.Value) (_ G.Value, err error) {
	if op.x, err = values[T](in[0], len(op.y)); err != nil {
		return nil, err
	}
	parallel.For(op.pieces(), op.body)
	return op.out, nil
}

func (op *responseNormOp[T]) piece(i int) {
	op.pixels(i, func(at int) {
		for c := range op.s.c {
			j := at + c*op.s.area
			op.y[j] = T(float64(op.x[j]) * math.Pow(sumAround(op.response, op.x, at, c), -op.Beta))
		}
	})
}

// responseNormGradOp is the gradient by x from x and the gradient g of y:
//
//	dx[k] = g[k]·s[k]^-Beta - 2·Alpha·Beta/Size·x[k]·Σ g[c]·x[c]·s[c]^-(Beta+1)
//
// over the channels c for which k counts.
type responseNormGradOp[T float] struct {
	result[T]
	response
	x, g  []T
	terms []T // of the sum
	term  *buffer[T]
	body  func(int)
}

var _ Owner = (*responseNormGradOp[float32])(nil)

func (op *responseNormGradOp[T]) Buffers() (Buffer, []Buffer) {
	dx, _ := op.result.Buffers()
	return dx, []Buffer{op.term}
}

func (op *responseNormGradOp[T]) Do(in ...G.Value) (_ G.Value, err error) {
	if op.x, op.g, err = operands[T](in, len(op.y), len(op.y)); err != nil {
		return nil, err
	}
	parallel.For(op.pieces(), op.body)
	return op.out, nil
}

func (op *responseNormGradOp[T]) piece(i int) {
	back := 2 * op.Alpha * op.Beta / float64(op.Size)
	op.pixels(i, func(at int) {
		for c := range op.s.c {
			j := at + c*op.s.area
			s := sumAround(op.response, op.x, at, c)
			g := float64(op.g[j]) * math.Pow(s, -op.Beta)
			op.y[j], op.terms[j] = T(g), T(g*float64(op.x[j])/s)
		}
		for k := range op.s.c {
			sum := 0.0
			from, to := op.from(k)
			for c := from; c < to; c++ {
				sum += float64(op.terms[at+c*op.s.area])
			}
			j := at + k*op.s.area
			op.y[j] -= T(back * float64(op.x[j]) * sum)
		}
	})
}

// from are the channels for which channel k counts.
func (r response) from(k int) (from, to int) {
	before := (r.Size - 1) / 2
	return max(k+before-r.Size+1, 0), min(k+before+1, r.s.c)
}
