package cli

import (
	"math"
	"strings"

	"github.com/pkg/errors"
	"github.com/spf13/cobra"

	"euryale/graph"
	"euryale/loaders"
	"euryale/nets"
	"euryale/train"
)

// flags are what the user chose.
type flags struct {
	Net          string  `json:"net"`
	Epochs       int     `json:"epochs"`
	Batch        int     `json:"batch"`
	LearningRate float64 `json:"lr"`
	Seed         uint64  `json:"seed"`
	StopAt       float64 `json:"stop_at"`
	TrainSamples int     `json:"train_samples"`
	TestSamples  int     `json:"test_samples"`
	Dir          string  `json:"data"`
	Dataset      string  `json:"dataset"`
	Engine       string  `json:"engine"`
	JSON         string  `json:"-"`
	Quiet        bool    `json:"-"`
}

// add declares the flags. All but --json go for subcommands too.
func (f *flags) add(root *cobra.Command, l Lesson) {
	p := root.PersistentFlags()
	p.SortFlags = false
	root.Flags().SortFlags = false
	p.StringVar(&f.Net, "net", nets.Default, "network: "+strings.Join(nets.Names(), ", "))
	p.IntVar(&f.Epochs, "epochs", l.Epochs, "passes over the training images")
	p.IntVar(&f.Batch, "batch", 32, "images a step")
	p.Float64Var(&f.LearningRate, "lr", 0.001, "learning rate of Adam")
	p.Uint64Var(&f.Seed, "seed", 1, "seed of weights, order and built-in images")
	p.Float64Var(&f.StopAt, "stop-at", l.StopAt, "stop at this training accuracy, 0 to 1 (0: never)")
	p.IntVar(&f.TrainSamples, "train-samples", 0, "train on the first N images (0: all)")
	p.IntVar(&f.TestSamples, "test-samples", 0, "test on the first N images (0: all)")
	p.StringVar(&f.Dir, "data", "", "folder with the dataset's files (default: search, then download)")
	p.StringVar(&f.Dataset, "dataset", "", "dataset: "+strings.Join(loaders.Names(), ", ")+
		" (default: "+l.Dataset+", or "+l.BuiltIn+" if it cannot be had)")
	p.StringVar(&f.Engine, "engine", graph.DefaultEngine.String(), "engine: default, gorgonia")
	p.BoolVar(&f.Quiet, "quiet", false, "print the test result only")
	root.Flags().StringVar(&f.JSON, "json", "", "write the results to this file")
}

// check reports the first flag that is out of range.
func (f *flags) check() error {
	for _, n := range []struct {
		name       string
		got, least int
	}{
		{"--epochs", f.Epochs, 1},
		{"--batch", f.Batch, 1},
		{"--train-samples", f.TrainSamples, 0},
		{"--test-samples", f.TestSamples, 0},
	} {
		if n.got < n.least {
			return usageError{errors.Errorf("%s: want at least %d, got %d", n.name, n.least, n.got)}
		}
	}
	if !(f.LearningRate > 0) || math.IsInf(f.LearningRate, 0) {
		return usageError{errors.Errorf("--lr: want a number above 0, got %v", f.LearningRate)}
	}
	if !(f.StopAt >= 0 && f.StopAt <= 1) {
		return usageError{errors.Errorf("--stop-at: want an accuracy from 0 to 1, got %v", f.StopAt)}
	}
	return nil
}

// network makes the network of the given name.
func (f *flags) network(name string) (*graph.Network, error) {
	engine, err := graph.ParseEngine(f.Engine)
	if err != nil {
		return nil, usageError{err}
	}
	if nets.About(name) == "" {
		return nil, usageError{errors.Errorf("network: want one of %s, got %q", strings.Join(nets.Names(), ", "), name)}
	}
	return nets.New(name, nets.Config{Seed: f.Seed, Engine: engine})
}

// config is how to train, with more callbacks than stopping.
func (f *flags) config(callbacks ...train.Callback) train.Config {
	return train.Config{
		Epochs:    f.Epochs,
		Batch:     f.Batch,
		Optimizer: train.Adam{LearningRate: f.LearningRate},
		Seed:      f.Seed,
		Callbacks: callbacks,
	}
}
