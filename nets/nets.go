// Package nets holds ready networks, by name:
//
//	net, err := nets.New("lesson", nets.Config{Seed: 1})
//
// Each is also a function that returns its layers, to be changed at will:
//
//	layers := nets.Lesson(10)
package nets

import (
	"strings"

	"github.com/pkg/errors"

	"euryale/graph"
)

// Default is the name of the network that commands train unless told otherwise.
const Default = "lesson"

// Config says for what kind of data a network is made. Its zero value fits
// MNIST and Fashion-MNIST.
type Config struct {
	Input   graph.Shape  // of one sample, (C, H, W); nil means (1, 28, 28)
	Classes int          // outputs; 0 means 10
	Seed    uint64       // of the weights
	Engine  graph.Engine // 0 means the default
	Dropout float64      // the share that is dropped before each Dense, from 0, which is none, to below 1
}

// entry is a network that New knows.
type entry struct {
	name   string
	about  string
	layers func(classes int) []graph.Layer
	takes  func(input graph.Shape) error // nil where the layers say it themselves
}

// entries are in the order in which they are shown.
var entries = []entry{
	{"simple", "the lesson's network before convolutions: dense 512", Simple, nil},
	{"dense128", "one dense layer of 128", Dense128, nil},
	{"lesson", "the lesson's: two convolutions of 64, dense 128", Lesson, nil},
	{"conv32", "exercise 1: one convolution of 32", Conv32, nil},
	{"conv64", "exercise 1: one convolution of 64", Conv64, nil},
	{"three-conv", "exercise 3: three convolutions of 32", ThreeConv, nil},
	{"lenet5", "LeNet-5 of 1998, max-pooled", LeNet5, nil},
	{"conv5", "two convolutions of 5×5, dense 1024", Conv5, pictures},
	{"vgg-small", "VGG's pattern: two stages of 3×3, dense 512", VGGSmall, pictures},
	{"all-conv", "strides and an average for pools and dense layers", AllConv, pictures},
	{"resnet20", "ResNet-20 of 2015: nine residual blocks", ResNet20, pictures},
	{"mobile", "MobileNet's pattern: five depthwise pairs", Mobile, pictures},
}

// pictures reports an input that the networks for pictures are not made for.
func pictures(input graph.Shape) error {
	if len(input) == 3 && (input[0] == 1 || input[0] == 3) && min(input[1], input[2]) >= 28 {
		return nil
	}
	return errors.Errorf("input: want a picture (C, H, W) of 1 or 3 channels and at least 28×28 pixels, got %v", input)
}

// Names are the networks that New knows.
func Names() []string {
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.name
	}
	return names
}

// About is a line on the network of the given name, empty if there is none.
func About(name string) string {
	for _, e := range entries {
		if e.name == name {
			return e.about
		}
	}
	return ""
}

// New makes the network of the given name, one of Names. It is an error to make
// one for an input that it does not take: conv5 and those behind it want 1 or 3
// channels and at least 28×28 pixels, the others what their layers want.
func New(name string, c Config) (*graph.Network, error) {
	if c.Input == nil {
		c.Input = graph.Shape{1, 28, 28}
	}
	if c.Classes == 0 {
		c.Classes = 10
	}
	if c.Classes < 1 {
		return nil, errors.Errorf("network %s: want Classes of at least 1, or 0 for 10, got %d", name, c.Classes)
	}
	for _, e := range entries {
		if e.name == name {
			if !(c.Dropout >= 0 && c.Dropout < 1) {
				return nil, errors.Errorf("network %s: Dropout: want from 0 to below 1, got %v", name, c.Dropout)
			}
			if e.takes != nil {
				if err := e.takes(c.Input); err != nil {
					return nil, errors.WithMessagef(err, "network %s", name)
				}
			}
			net, err := graph.New(graph.Config{Name: name, Input: c.Input, Seed: c.Seed, Engine: c.Engine}, dropping(c.Dropout, e.layers(c.Classes))...)
			return net, errors.WithMessagef(err, "network %s", name)
		}
	}
	return nil, errors.Errorf("network: want one of %s, got %q", strings.Join(Names(), ", "), name)
}

// dropping puts a Dropout before each Dense: that of simple's first drops pixels.
// The layers keep their names, and so their first weights.
func dropping(rate float64, layers []graph.Layer) []graph.Layer {
	if rate == 0 {
		return layers
	}
	var all []graph.Layer
	for _, l := range layers {
		if _, ok := l.(graph.Dense); ok {
			all = append(all, graph.Dropout{Rate: rate})
		}
		all = append(all, l)
	}
	return all
}
