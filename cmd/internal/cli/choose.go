package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/internal/decimal"
	"euryale/loaders"
)

// What is chosen for pictures of one's own hangs on how large they are, and how many.
const (
	smallSide  = 28     // below it the networks for pictures are not made
	largeSide  = 40     // above it a residual network takes four times CIFAR's time, and more
	manyImages = 20_000 // of which at large sides a smaller network has to do

	seenImages  = 600_000 // that all epochs together are to show, about
	fewestRuns  = 10      // epochs
	mostRuns    = 100
	provisional = "mobile" // the network by which flags are checked before there is data: it has the most channels
)

// chosen is what trains by default on images like those of d.
type chosen struct {
	net      string
	epochs   int
	rate     float64
	schedule string
	because  string
}

// choose is made of the images alone, and of what the user chose.
func (f *flags) choose(d *loaders.Dataset) chosen {
	c := chosen{net: f.Net, epochs: min(max(seenImages/max(d.Len(), 1), fewestRuns), mostRuns)}
	if c.net == "" {
		c.net, c.because = netFor(d)
	}
	c.rate, c.schedule = f.rateFor(c.net)
	return c
}

// netFor is the network for images like those of d, and why.
func netFor(d *loaders.Dataset) (name, because string) {
	least, most := min(d.Height, d.Width), max(d.Height, d.Width)
	switch {
	case least < 10:
		return "dense128", "images too small to convolve"
	case least < smallSide || d.Channels == 1 && most <= largeSide:
		return "lesson", "small images"
	case most > largeSide && d.Len() > manyImages:
		return "mobile", "many large images"
	case most > largeSide:
		return "resnet20", "large images, not many"
	}
	return "resnet20", "small images in colour"
}

// normalised are the networks with a batch normalisation behind each convolution, which
// take larger rates.
var normalised = map[string]bool{"resnet20": true, "mobile": true}

// rateFor is the learning rate and its course for a network, by the optimiser.
func (f *flags) rateFor(net string) (rate float64, schedule string) {
	rates := map[string][2]float64{ // of networks without, and with normalisation
		"adam": {0.001, 0.003}, "adamw": {0.001, 0.003}, "rmsprop": {0.001, 0.001}, "sgd": {0.01, 0.1}, "lion": {0.0001, 0.0003},
	}
	if !normalised[net] {
		return rates[f.Optimizer][0], "constant"
	}
	if f.WarmUp > 0 { // one-cycle rises by itself
		return rates[f.Optimizer][1], "cosine"
	}
	return rates[f.Optimizer][1], "one-cycle"
}

// settle sets the flags that the user left to the program, and tells.
func (f *flags) settle(d *data, out io.Writer) error {
	c := f.choose(d.train)
	var said []string
	if f.begunWith != nil {
		_, c.schedule = f.rateFor(f.begunWith.Config().Name)
		c.rate, _ = f.rateFor("")
	} else if f.Net == "" {
		said = append(said, fmt.Sprintf("--net %s (%s)", c.net, c.because))
	}
	f.Net = c.net
	if f.given("epochs") && !f.set.Changed("epochs") {
		f.Epochs = c.epochs
		said = append(said, fmt.Sprintf("--epochs %d (of %s)", c.epochs, decimal.Count(d.train.Len(), "image", "images")))
	}
	if f.given("lr") && !f.set.Changed("lr") {
		f.LearningRate = c.rate
		said = append(said, fmt.Sprintf("--lr %v", c.rate))
	}
	if f.given("schedule") && !f.set.Changed("schedule") {
		f.Schedule = c.schedule
		said = append(said, "--schedule "+c.schedule)
	}
	if len(said) > 0 {
		fmt.Fprintf(f.listener(out), "Chosen: %s\n", strings.Join(said, ", "))
	}
	if err := f.checkTrained(); err != nil {
		return err
	}
	return f.checkSteps(d.train.Len())
}

// given says whether the command has the flag.
func (f *flags) given(name string) bool { return f.set.Lookup(name) != nil }

// suited is the network for the data: the one that is given where it fits, and has the
// name that is wanted, else a new one.
func (f *flags) suited(net *graph.Network, flag, name string, d *data) (*graph.Network, error) {
	if f.Load != "" {
		return net, nil
	}
	in := graph.Shape{d.train.Channels, d.train.Height, d.train.Width}
	if net.Config().Name == name && sameShape(net, in) && net.Outputs()[0].Shape.TotalSize() == len(d.train.Classes) {
		return net, nil
	}
	net, err := f.networkFor(flag, name, in, len(d.train.Classes))
	return net, errors.WithMessagef(err, "%s", flag)
}

func sameShape(net *graph.Network, in graph.Shape) bool {
	return fmt.Sprint(net.Inputs()[0].Shape) == fmt.Sprint(in)
}

// provisionalNet is the network by which flags are checked before the data is read: of
// pictures of one's own it is not known yet.
func (l Lesson) provisionalNet(f *flags) (*graph.Network, error) {
	if !l.Own {
		return f.network("--net", f.Net)
	}
	name := f.Net
	if name == "" {
		name = provisional
	}
	return f.networkFor("--net", name, graph.Shape{3, 32, 32}, 10)
}
