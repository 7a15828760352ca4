package pictures

import (
	"slices"

	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/loaders"
)

// FeatureConfig says which feature maps to draw.
type FeatureConfig struct {
	Images  []int // positions in the dataset; nil means the first three of the first one's class
	Channel int   // to draw of each layer, counted from 0
}

// FirstOfClass are the positions of the first n images of a class; fewer if
// there are fewer, and none of a nil dataset.
func FirstOfClass(data *loaders.Dataset, class, n int) []int {
	if data == nil {
		return nil
	}
	var found []int
	for i, label := range data.Labels {
		if int(label) == class && len(found) < n {
			found = append(found, i)
		}
	}
	return found
}

// activations are what a network sees of some images.
type activations struct {
	layers []graph.Row
	images []int                // positions in the dataset
	chosen *loaders.Dataset     // these, in memory
	maps   map[string][][]plane // by layer, image and channel
}

// see runs the images through the network, as a batch.
func see(net *graph.Network, data *loaders.Dataset, images []int) (*activations, error) {
	if err := CheckImages(net); err != nil {
		return nil, err
	}
	a := &activations{layers: ImageLayers(net), images: images, maps: map[string][][]plane{}}
	if len(a.layers) == 0 {
		return nil, errors.New("want a network with a layer whose output is an image, got one that has none")
	}
	var err error
	if a.chosen, err = a.choose(net, data); err != nil {
		return nil, err
	}
	return a, a.run(net, a.chosen)
}

// choose is a dataset of the images.
func (a *activations) choose(net *graph.Network, data *loaders.Dataset) (*loaders.Dataset, error) {
	if err := data.Check(); err != nil {
		return nil, err
	}
	want, got := inputs(net)[0], graph.Shape{data.Channels, data.Height, data.Width}
	if !slices.Equal(got, want) {
		return nil, errors.Errorf("%s: want images of shape %v, as the network takes, got %v", data.Name, want, got)
	}
	if a.images == nil && data.Len() > 0 {
		a.images = FirstOfClass(data, data.Labels[0], 3)
	}
	if len(a.images) == 0 {
		return nil, errors.Errorf("%s: want at least one image, got none", data.Name)
	}
	for _, i := range a.images {
		if i < 0 || i >= data.Len() {
			return nil, errors.Errorf("%s: want images from 0 to %d, got %d", data.Name, data.Len()-1, i)
		}
	}
	return data.Take(a.images)
}

// run reads the layers of the inference program.
func (a *activations) run(net *graph.Network, data *loaders.Dataset) error {
	config := graph.ProgramConfig{Batch: data.Len(), Mode: graph.Inference}
	for _, l := range a.layers {
		config.Keep = append(config.Keep, l.Name)
	}
	p, err := net.Compile(config)
	if err != nil {
		return err
	}
	defer p.Close()
	if err := p.SetInput(0, pixels(net, data)); err != nil {
		return err
	}
	if err := p.Run(); err != nil {
		return err
	}
	for _, l := range a.layers {
		t, err := p.Activation(l.Name)
		if err != nil {
			return err
		}
		if a.maps[l.Name], err = planes(t); err != nil {
			return err
		}
	}
	return nil
}

// pixels are all of data, in the values that the network is trained with: scaled as
// its Details say.
func pixels(net *graph.Network, data *loaders.Dataset) []float32 {
	scaling := net.Details().Input
	var all []float32
	for i := range data.Len() {
		all = append(all, scaling.Float32s(data.Image(i), data.Channels)...)
	}
	return all
}
