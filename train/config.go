package train

import (
	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/loaders"
)

// Config says how to train, evaluate or predict. Its zero value works.
type Config struct {
	Epochs    int        // passes over the data; 0 means 1
	Batch     int        // samples a step; 0 means 32
	Optimizer Optimizer  // nil means Adam{}
	Loss      graph.Loss // nil means graph.SparseCategoricalCrossEntropy{}
	Seed      uint64     // of the order of the samples
	NoShuffle bool       // take the samples in the order of the dataset
	Callbacks []Callback // told of each event, in order

	// Validation is evaluated after each epoch of Fit; nil means none.
	Validation *loaders.Dataset
}

// check fills in the defaults, and reports what does not fit.
func (c Config) check(net *graph.Network, data *loaders.Dataset) (Config, error) {
	if c.Epochs < 0 {
		return c, errors.Errorf("train: want Epochs of at least 1, or 0 for 1, got %d", c.Epochs)
	}
	if c.Batch < 0 {
		return c, errors.Errorf("train: want a Batch of at least 1, or 0 for 32, got %d", c.Batch)
	}
	for i, callback := range c.Callbacks {
		if callback == nil {
			return c, errors.Errorf("train: want no nil among Callbacks, got one at %d", i)
		}
	}
	c.Epochs = max(c.Epochs, 1)
	if c.Batch == 0 {
		c.Batch = 32
	}
	if c.Optimizer == nil {
		c.Optimizer = Adam{}
	}
	if c.Loss == nil {
		c.Loss = graph.SparseCategoricalCrossEntropy{}
	}
	if c.Validation != nil {
		if err := fits(net, c.Validation); err != nil {
			return c, errors.WithMessage(err, "validation")
		}
	}
	return c, fits(net, data)
}

// fits reports a dataset that the network cannot take.
func fits(net *graph.Network, data *loaders.Dataset) error {
	if net == nil || data == nil {
		return errors.New("train: want a network and a dataset, got nil")
	}
	if err := data.Check(); err != nil {
		return err
	}
	if data.Len() == 0 {
		return errors.Errorf("%s: want at least one image, got none", data.Name)
	}
	if image := (graph.Shape{data.Channels, data.Height, data.Width}); !image.Eq(net.Input) {
		return errors.Errorf("%s: want images of shape %v, as the network takes, got %v", data.Name, net.Input, image)
	}
	if out := net.Output(); len(out) != 1 || out[0] < len(data.Classes) {
		return errors.Errorf("%s: want a network with an output for each of %d classes, got output shape %v", data.Name, len(data.Classes), out)
	}
	return nil
}
