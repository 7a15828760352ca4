package tensorboard

import (
	"image"
	"time"

	"github.com/pkg/errors"

	"euryale/graph"
)

// Config says what to write besides the curves. Its zero value works.
type Config struct {
	// Every is how many epochs lie between histograms, and between pictures:
	// those of the epochs that it divides are written. 0 means 1.
	Every        int
	NoHistograms bool
	Pictures     []Picture // drawn anew each time

	Now func() time.Time // the time of what is written; nil means time.Now
}

// Picture is a picture of a network, such as of its feature maps:
//
//	tensorboard.Picture{Tag: "feature maps", Draw: func(net *graph.Network) (image.Image, error) {
//		return pictures.FeatureMaps(net, data, pictures.FeatureConfig{})
//	}}
type Picture struct {
	Tag  string // its name
	Draw func(net *graph.Network) (image.Image, error)
}

func (c Config) withDefaults() (Config, error) {
	if c.Every < 0 {
		return c, errors.Errorf("tensorboard: want Every of at least 1 epoch, or 0 for 1, got %d", c.Every)
	}
	c.Every = max(c.Every, 1)
	for i, p := range c.Pictures {
		if p.Tag == "" {
			return c, errors.Errorf("tensorboard: want a Tag for picture %d, got none", i)
		}
		if p.Draw == nil {
			return c, errors.Errorf("tensorboard: want a Draw for picture %s, got none", p.Tag)
		}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c, nil
}
