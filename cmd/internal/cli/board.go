package cli

import (
	"cmp"
	"context"
	"image"

	"euryale/graph"
	"euryale/train"
	"euryale/train/pictures"
	"euryale/train/tensorboard"
)

// boardImages is how many images TensorBoard's mistakes are looked for in, at most:
// each epoch takes a prediction of them.
const boardImages = 1000

// boardPictures are what --tensorboard draws as each epoch ends, of those that
// there can be of the network: its filters and feature maps as --pictures draws
// them, and its mistakes in validation.
func (f *flags) boardPictures(ctx context.Context, net *graph.Network, d *data) []tensorboard.Picture {
	held := cmp.Or(d.validation, d.test)
	held = held.First(min(boardImages, held.Len()))
	all := []tensorboard.Picture{{Tag: "mistakes", Draw: func(net *graph.Network) (image.Image, error) {
		outputs, err := train.Predict(context.WithoutCancel(ctx), net, d.shown(held), train.PredictConfig{Batch: f.Batch})
		if err != nil {
			return nil, err
		}
		return pictures.Mistakes(held, outputs)
	}}}
	if pictures.FirstKernels(net) != nil {
		all = append(all, tensorboard.Picture{Tag: "filters", Draw: pictures.Kernels})
	}
	if convolutions(net) > 0 {
		all = append(all, tensorboard.Picture{Tag: "feature maps", Draw: func(net *graph.Network) (image.Image, error) {
			images, err := f.imagesToSee(d.test)
			if err != nil {
				return nil, err
			}
			return pictures.FeatureMaps(net, d.test, pictures.FeatureConfig{Images: images, Channel: f.Convolution})
		}})
	}
	return all
}
