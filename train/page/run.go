package page

import (
	"time"

	"euryale/graph"
	"euryale/loaders"
	"euryale/train"
	"euryale/train/pictures"
)

// Run is what a page tells.
type Run struct {
	Title    string // what was trained on what
	Training *loaders.Dataset
	Test     *loaders.Dataset
	Network  *graph.Network
	History  *train.History         // nil means that no epoch was completed
	Metrics  train.Metrics          // on Test
	Outputs  [][]float32            // of the network, one an image of Test; nil means that it was not tested
	Features pictures.FeatureConfig // the feature maps to draw
	Suspects []pictures.Mistake     // training images whose labels the network contradicts, the surest first; nil leaves them out
	Settings []Entry                // how the network was trained
	Machine  []Entry                // where

	Finished    time.Time // when; the zero Time leaves it out
	Interrupted bool      // before training was done: all else is of what there was by then

	Validation string // what images the History's is of; "" means "the test images"
}

// Entry is a name and a value.
type Entry struct {
	Name, Value string
	About       string // what it means; may be empty
}
