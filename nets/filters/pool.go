package filters

import (
	"context"
	"fmt"
	"image"
	"slices"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
)

// PoolSizeLimit is the largest size of a Pool: a tile holds one square at
// least.
const PoolSizeLimit = tileSide

// Pool makes one pixel of each square of Size×Size: of four pixels the largest
// stays, and 512×512 becomes 256×256. Channels are pooled each on its own,
// alpha too; a colour counts as much as it is seen, so that what is pooled is
// colour times alpha. Pixels at the right and the bottom that fill no square
// are left out.
type Pool struct {
	Size    int  // side of the square, 1 to 256; 0 means 1, which changes nothing
	Average bool // take the mean instead of the largest
}

// String is such as max-pool 2×2.
func (p Pool) String() string {
	kind := "max-pool"
	if p.Average {
		kind = "average-pool"
	}
	return fmt.Sprintf("%s %d×%d", kind, p.size(), p.size())
}

func (p Pool) size() int { return max(p.Size, 1) }

func (p Pool) check() error {
	if p.Size < 0 || p.Size > PoolSizeLimit {
		return errors.Errorf("pool: want a size from 1 to %d, got %d", PoolSizeLimit, p.Size)
	}
	return nil
}

// Apply pools a picture. It is an error if the picture is smaller than the
// square, and when ctx ends.
func (p Pool) Apply(ctx context.Context, picture image.Image) (image.Image, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	from, err := newRaster(picture)
	if err != nil {
		return nil, err
	}
	if p.size() == 1 {
		return picture, nil
	}
	alpha := from.translucent()
	pass := p.pass(from.colours, alpha, true)
	if !alpha {
		pass.doubt, pass.exact = p.doubt(from), p.exact(from)
	}
	h, w, err := pass.over(from.size())
	if err != nil {
		return nil, errors.WithMessage(err, p.String())
	}
	to := from.like(h, w)
	if !alpha {
		to.fillAlpha()
	}
	if err := pass.run(ctx, from, to); err != nil {
		return nil, err
	}
	return to.image(), nil
}

// pass is the pooling of so many colours and, where there is one, alpha.
func (p Pool) pass(colours int, alpha, round bool) pass {
	pass := pass{kh: 1, kw: 1, step: p.size(), edge: Valid, channels: colours}
	if alpha {
		pass.channels++
		pass.compile = func(c, h, w int) (program, error) { return newPoolSeen(p, round, c, h, w), nil }
		return pass
	}
	pass.compile = func(c, h, w int) (program, error) { return asProgram(newMachine(c, h, w, p.declare)) }
	return pass
}

// doubt is by how much, in levels, a mean may be missed. A largest value is
// not.
func (p Pool) doubt(from *raster) float64 {
	if !p.Average {
		return 0
	}
	n := p.Size * p.Size
	return doubt(slices.Repeat([]float64{1 / float64(n)}, n), 0, float64(from.levels()-1))
}

// exact is the mean of one square, in levels and in float64.
func (p Pool) exact(from *raster) func(c, y, x int) float64 {
	return func(c, y, x int) float64 {
		sum := 0.
		for i := range p.Size {
			for j := range p.Size {
				sum += from.level(c, y*p.Size+i, x*p.Size+j)
			}
		}
		return sum / float64(p.Size*p.Size)
	}
}

// declare adds the pooling to the graph of x (N, 1, H, W). Gorgonia v0.9.18
// divides an average by the wrong number, so the mean is a convolution with
// equal weights.
func (p Pool) declare(x *G.Node) (*G.Node, error) {
	window, stride := tensor.Shape{p.Size, p.Size}, []int{p.Size, p.Size}
	if !p.Average {
		y, err := engine.MaxPool2D(x, window, nil, stride)
		return guard(y, err, x)
	}
	weights := make([]float32, p.Size*p.Size)
	for i := range weights {
		weights[i] = 1 / float32(len(weights))
	}
	mean := constant(x.Graph(), "mean", weights, 1, 1, p.Size, p.Size)
	y, err := engine.Conv(x, mean, nil, engine.ConvConfig{Stride: stride})
	return guard(y, err, x, mean)
}
