package cli

import (
	"github.com/pkg/errors"

	"euryale/cmd/internal/command"
	"euryale/graph"
	"euryale/loaders"
	"euryale/loaders/augment"
)

// pipeline is what --augment asks for; nil for none.
func (f *flags) pipeline() (augment.Pipeline, error) {
	p, err := augment.Parse(f.Augment)
	if err != nil {
		return nil, command.Usagef("--%v", err) // it begins with "augment:"
	}
	return p, nil
}

// checkAugment reports a transform of --augment that does not suit images of that size.
func (f *flags) checkAugment(channels, height, width int) error {
	p, err := f.pipeline()
	if err != nil {
		return err
	}
	if err := p.Suits(channels, height, width); err != nil {
		return command.Usagef("--%v", err)
	}
	return nil
}

// augmentation is how images of the data are shown to the network in training.
func (d *data) augmentation() augment.Config {
	c := augment.Config{Pipeline: d.pipeline}
	c.Mean, c.Deviation = ofUnits(d.scaling)
	if d.pipeline.Mixes() {
		c.ClassWeights = d.weights // the loss of values has none
	}
	return c
}

// ofUnits are the mean and the deviation that a scaling has of pixels from 0 black to 1
// white.
func ofUnits(s graph.Scaling) (mean, deviation []float64) {
	share := s.Most / 255
	if s.Most == 0 || s.Most == 255 {
		return s.Mean, s.Deviation
	}
	for _, v := range s.Mean {
		mean = append(mean, v*share)
	}
	for _, v := range s.Deviation {
		deviation = append(deviation, v*share)
	}
	if deviation == nil {
		deviation = []float64{share}
	}
	return mean, deviation
}

// training is the source of the images that are trained on.
func (d *data) training() loaders.Source {
	if d.pipeline == nil {
		return d.shown(d.train)
	}
	return sourceOf(d.train, d.augmentation())
}

// shown is a part of the data as the network is shown it where it is judged.
func (d *data) shown(part *loaders.Dataset) loaders.Source {
	if !normalises(d.scaling) {
		return part
	}
	return sourceOf(part, d.augmentation().ForEvaluation())
}

// checkShown reports what does not suit the images.
func (d *data) checkShown() error {
	_, err := augment.New(d.train, d.augmentation())
	return err
}

// sourceOf is a source that tells of what is wrong with it when it is asked.
func sourceOf(d *loaders.Dataset, c augment.Config) loaders.Source {
	s, err := augment.New(d, c)
	if err != nil {
		return unsuited{d, err}
	}
	return s
}

// unsuited is a source that cannot be.
type unsuited struct {
	*loaders.Dataset
	err error
}

// Fill is the error.
func (u unsuited) Fill(*loaders.Batch, []int) error { return errors.WithStack(u.err) }
