package graph

import (
	"context"
	"image"

	"github.com/pkg/errors"

	"euryale/internal/prepare"
)

// Picture is what the network is given for a picture: its only input must be of 1 or
// 3 channels, (C, H, W). The picture is resized so that it covers H×W, its middle is
// cut out, and its pixels are scaled as Details.Input says: from 0 to 1 where that says
// nothing. What is transparent shows white, where Pillow's convert("RGB") leaves out how
// transparent it is, and shows the colour below.
//
// loaders.Digit and loaders.Garment make of any picture one like those of MNIST and of
// Fashion-MNIST; give it theirs.
func (n *Network) Picture(m image.Image) ([]float32, error) {
	if len(n.inputs) != 1 || len(n.inputs[0].Shape) != 3 || n.inputs[0].Shape[0] != 1 && n.inputs[0].Shape[0] != 3 {
		return nil, errors.Errorf("picture: want a network of pictures, one input (N, 1 or 3, H, W), got %v", n.Inputs())
	}
	if m == nil || m.Bounds().Empty() {
		return nil, errors.New("picture: want one of at least one pixel, got none")
	}
	in := n.inputs[0].Shape
	size := image.Pt(in[2], in[1])
	c := prepare.Config{Channels: in[0], Size: prepare.Cover(m.Bounds().Size(), size), Crop: size}
	pixels, _, err := c.Pixels(m)
	if err != nil {
		return nil, errors.WithMessage(err, "picture")
	}
	return n.Details().Input.Float32s(pixels, in[0]), nil
}

// PredictImage is Predict of a picture: see Network.Picture, which says what becomes of
// its size, its colours and what is transparent.
func (p *Predictor) PredictImage(ctx context.Context, m image.Image) ([][]float32, error) {
	if p == nil || p.queue == nil {
		return nil, errors.New("predictor: want one that NewPredictor made, got an empty one")
	}
	x, err := p.net.Picture(m)
	if err != nil {
		return nil, errors.WithMessage(err, "predictor")
	}
	return p.Predict(ctx, x)
}
