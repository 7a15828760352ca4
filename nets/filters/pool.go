package filters

import (
	"context"
	"fmt"
	"image"

	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/internal/engine"
)

// MaxPool is the largest size of a Pool: a tile holds one square at least.
const MaxPool = tileSide

// Pool makes one pixel of each square of Size×Size: of four pixels the largest
// stays, and 512×512 becomes 256×256. Channels are pooled each on its own, alpha too.
// Pixels at the right and the bottom that fill no square are left out.
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
	if p.Size < 0 || p.Size > MaxPool {
		return errors.Errorf("pool: want a size from 1 to %d, got %d", MaxPool, p.Size)
	}
	return nil
}

// Apply pools a picture. It is an error if the picture is smaller than the
// square, and when ctx ends.
func (p Pool) Apply(ctx context.Context, picture image.Image) (image.Image, error) {
	if err := p.check(); err != nil || p.size() == 1 {
		return picture, err
	}
	from, err := newRaster(picture)
	if err != nil {
		return nil, err
	}
	pass := pass{kh: 1, kw: 1, step: p.Size, edge: Valid, channels: from.samples}
	pass.compile = func(c, h, w int) (program, error) { return newMachine(c, h, w, p.declare) }
	h, w, err := pass.over(from.size())
	if err != nil {
		return nil, errors.WithMessage(err, p.String())
	}
	to := from.like(h, w)
	if err := pass.run(ctx, from, to); err != nil {
		return nil, err
	}
	return to.image(), nil
}

// declare adds the pooling to the graph of x (N, 1, H, W). Gorgonia v0.9.18 divides an average by
// the wrong number, so the mean is a convolution with equal weights.
func (p Pool) declare(x *G.Node) (*G.Node, error) {
	window, stride := tensor.Shape{p.Size, p.Size}, []int{p.Size, p.Size}
	if !p.Average {
		return engine.MaxPool2D(x, window, nil, stride)
	}
	weights := make([]float32, p.Size*p.Size)
	for i := range weights {
		weights[i] = 1 / float32(len(weights))
	}
	return engine.Conv(x, constant(x.Graph(), "mean", weights, 1, 1, p.Size, p.Size), nil, window, nil, stride, nil, false, false)
}
