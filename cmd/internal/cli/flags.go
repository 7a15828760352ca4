package cli

import (
	"fmt"
	"math"
	"strings"

	"github.com/spf13/pflag"

	"euryale/cmd/internal/command"
	"euryale/graph"
	"euryale/internal/near"
	"euryale/loaders"
	"euryale/nets"
	"euryale/train"
)

// flags are what the user chose.
type flags struct {
	group  train.Group // nil alone
	verify int

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
	steps
	care
	model
	own
	seen

	outputs `json:"-"`
	mine    mine // what a run that goes on has written before

	Trace     string         `json:"-"` // of doctor
	begunWith *graph.Network `json:"-"` // that of --load; nil without
	Config    string         `json:"-"`
	set       *pflag.FlagSet // of these, in the command that runs
}

// outputs are the flags of where a run goes, and not of what is trained.
type outputs struct {
	JSON        string `json:"json"`
	CSV         string `json:"csv"`
	JSONL       string `json:"jsonl"`
	TensorBoard string `json:"tensorboard"`
	Quiet       bool   `json:"quiet"`

	Pictures        string `json:"pictures"`
	Convolution     int    `json:"convolution"`
	AllConvolutions bool   `json:"all_convolutions"`
	ImageClass      int    `json:"image_class"`
	Force           bool   `json:"force"`

	Chart    bool   `json:"chart"`
	Suspects int    `json:"suspects"`
	Page     string `json:"page"`

	Save string `json:"save"`
	checkpoints
}

// addNet declares --net. listed is where the help lists the networks.
func (f *flags) addNet(p *pflag.FlagSet, l Lesson, listed string) {
	name := nets.Default
	if l.Own {
		name, listed = "", listed+" (default: by the pictures)"
	}
	p.StringVar(&f.Net, "net", name, "network `NAME`, "+listed)
}

// addTraining declares the flags of what trains.
func (f *flags) addTraining(p *pflag.FlagSet, l Lesson) {
	command.Group(p, "Training", func(p *pflag.FlagSet) {
		p.IntVar(&f.Epochs, "epochs", l.Epochs, "make `N` passes over the training images"+l.byTheirNumber())
		f.addBatch(p)
		f.addSeed(p)
		p.Float64Var(&f.StopAt, "stop-at", l.StopAt, "end at training accuracy `A`, 0: never")
		f.addEngine(p)
	})
	command.Group(p, "Optimiser", func(p *pflag.FlagSet) {
		f.addOptimizer(p)
		f.addRate(p, l)
	})
	command.Group(p, "Generalisation", func(p *pflag.FlagSet) {
		f.addValidation(p)
		f.addBatches(p)
	})
	command.Group(p, "Data", func(p *pflag.FlagSet) {
		f.addData(p, l)
		f.addTrainSamples(p)
		f.addTestSamples(p)
		f.addSeen(p)
	})
}

// byTheirNumber says of what the number of epochs hangs on where nobody says it.
func (l Lesson) byTheirNumber() string {
	if l.Epochs > 0 {
		return ""
	}
	return " (default: by their number)"
}

// addQuiet declares --quiet.
func (f *flags) addQuiet(p *pflag.FlagSet) {
	p.BoolVar(&f.Quiet, "quiet", false, "print the result only")
}

// addJSON declares --json.
func (f *flags) addJSON(p *pflag.FlagSet, what string) {
	p.StringVar(&f.JSON, "json", "", "write "+what+" to `FILE`; -: stdout, the rest to stderr")
}

// addPage declares --page.
func (f *flags) addPage(p *pflag.FlagSet) {
	p.StringVar(&f.Page, "page", "", "write a page of the run, with pictures, to `FILE`")
}

// addForce declares --force.
func (f *flags) addForce(p *pflag.FlagSet) {
	p.BoolVar(&f.Force, "force", false, "replace files that exist")
}

// addData declares --data and --dataset.
func (f *flags) addData(p *pflag.FlagSet, l Lesson) {
	if l.Own {
		p.StringVar(&f.Dir, "data", "", "pictures in `PATH`: a folder, zip or tar with a folder a class, or with train and test of these; a CSV of names and labels; arrays")
		p.StringVar(&f.Dataset, "dataset", "", "or the published dataset `NAME`: "+strings.Join(loaders.Names(), ", "))
		f.addOwn(p)
		return
	}
	p.StringVar(&f.Dir, "data", "", "dataset files in `DIR` (default: search, download)")
	p.StringVar(&f.Dataset, "dataset", "", "dataset `NAME`: "+strings.Join(loaders.Names(), ", ")+
		" (default: "+l.Dataset+", or drawn ones)")
}

// addTrainSamples declares --train-samples.
func (f *flags) addTrainSamples(p *pflag.FlagSet) {
	p.IntVar(&f.TrainSamples, "train-samples", 0, "train on the first `N` images, 0: all")
}

// addTestSamples declares --test-samples.
func (f *flags) addTestSamples(p *pflag.FlagSet) {
	p.IntVar(&f.TestSamples, "test-samples", 0, "test on the first `N` images, 0: all")
}

// addBatch declares --batch.
func (f *flags) addBatch(p *pflag.FlagSet) {
	p.IntVar(&f.Batch, "batch", 32, "take `N` images a step")
}

// addEngine declares --engine.
func (f *flags) addEngine(p *pflag.FlagSet) {
	p.StringVar(&f.Engine, "engine", graph.DefaultEngine.String(), "engine `NAME`: "+strings.Join(engineNames(), ", "))
	p.Lookup("engine").DefValue = "" // the name says that it is the default
}

// addSeed declares --seed.
func (f *flags) addSeed(p *pflag.FlagSet) { f.addSeedOf(p, "weights, order, drawn images") }

// addSeedOf declares --seed of a command that draws but this.
func (f *flags) addSeedOf(p *pflag.FlagSet, what string) {
	p.Uint64Var(&f.Seed, "seed", 1, "seed `N` of "+what)
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
		{"--image-class", f.ImageClass, -1},
		{"--suspects", f.Suspects, 0},
	} {
		if n.got < n.least {
			return command.Usagef("%s: want at least %d, got %d", n.name, n.least, n.got)
		}
	}
	if !(f.LearningRate > 0) || math.IsInf(f.LearningRate, 0) {
		return command.Usagef("--lr: want a number above 0, got %v", f.LearningRate)
	}
	if !(f.StopAt >= 0 && f.StopAt <= 1) {
		return command.Usagef("--stop-at: want an accuracy from 0 to 1, got %v", f.StopAt)
	}
	return nil
}

// checkSteps reports so many epochs that nothing can count the steps of all.
func (f *flags) checkSteps(samples int) error {
	steps := train.Config{Epochs: 1, Batch: f.Batch, Accumulate: f.Accumulate}.Steps(samples)
	if most := math.MaxInt / max(steps, 1); f.Epochs > most {
		return command.Usagef("--epochs: want at most %d, of %s each, got %d", most, command.Counted(steps, "step", "steps"), f.Epochs)
	}
	return nil
}

// demand is what is wanted of the value of a flag.
type demand struct {
	flag, want string
	ok         bool
	got        any
}

// wantAll reports the first demand that is not met.
func wantAll(demands []demand) error {
	for _, d := range demands {
		if !d.ok {
			return command.Usagef("%s: want %s, got %v", d.flag, d.want, d.got)
		}
	}
	return nil
}

// checkTraining fills in what is not set, and reports the first flag of training
// that is out of range or would have no effect.
func (f *flags) checkTraining() error {
	f.fillIn()
	return f.checkTrained()
}

// checkTrained is checkTraining once all is set.
func (f *flags) checkTrained() error {
	checks := []func() error{f.check, f.checkOptimizer, f.checkCare, f.checkKept, f.checkSeen}
	if f.given("fit") {
		checks = append(checks, f.checkOwn)
	}
	for _, check := range checks {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// checkEffect reports a flag that, without another, would have no effect.
func (f *flags) checkEffect(p *pflag.FlagSet) error {
	for _, n := range []struct {
		flag string
		met  bool
		want string
	}{
		{"convolution", f.draws(), "--pictures, --page or --tensorboard"},
		{"image-class", f.draws(), "--pictures, --page or --tensorboard"},
		{"all-convolutions", f.Pictures != "", "--pictures"},
		{
			"force", f.Pictures != "" || f.Page != "" || f.JSON != "" || f.CSV != "" || f.JSONL != "" || f.TensorBoard != "" || f.Save != "" || f.Checkpoint != "",
			"--json, --csv, --jsonl, --tensorboard, --page, --pictures, --save or --checkpoint",
		},
		{"keep", f.Checkpoint != "", "--checkpoint"},
		{"checkpoint-every", f.Checkpoint != "", "--checkpoint"},
		{"resume", f.Checkpoint != "", "--checkpoint"},
		{"freeze-until", f.Load != "", "--load"},
	} {
		if p.Changed(n.flag) && !n.met {
			return command.Usagef("--%s: want %s too", n.flag, n.want)
		}
	}
	return nil
}

// draws says whether the run is to be seen in pictures, which show validation, too.
func (f *flags) draws() bool { return f.Pictures != "" || f.Page != "" || f.TensorBoard != "" }

// network makes the network of the given name, which the flag asked for, for images as
// those of MNIST and Fashion-MNIST.
func (f *flags) network(flag, name string) (*graph.Network, error) {
	return f.networkFor(flag, name, nil, 0)
}

// networkFor is network for images of the shape in so many classes.
func (f *flags) networkFor(flag, name string, in graph.Shape, classes int) (*graph.Network, error) {
	engine, err := graph.ParseEngine(f.Engine)
	if err != nil {
		return nil, command.Usagef("--%v%s", err, near.Hint(f.Engine, "", engineNames()...)) // it begins with "engine:"
	}
	if f.group != nil && f.group.Size() > 1 && engine == graph.Gorgonia {
		return nil, command.Usagef("--engine: want %v or %v for several ranks, which share a batch by that one alone, got %v", graph.DefaultEngine, graph.Fused, engine)
	}
	if nets.About(name) == "" {
		return nil, command.Usagef("%s: want one of %s, got %q%s", flag, strings.Join(nets.Names(), ", "), name,
			near.Hint(name, "", nets.Names()...))
	}
	if !(f.Dropout >= 0 && f.Dropout < 1) {
		return nil, command.Usagef("--dropout: want a share of 0 to below 1, got %v", f.Dropout)
	}
	return nets.New(name, nets.Config{Input: in, Classes: classes, Seed: f.Seed, Engine: engine, Dropout: f.Dropout})
}

func engineNames() []string {
	return []string{graph.DefaultEngine.String(), graph.Gorgonia.String(), graph.Fused.String()}
}

// aboutNetworks is the list of networks for the help of a command.
func aboutNetworks() string {
	var b strings.Builder
	b.WriteString("Networks:\n")
	for _, name := range nets.Names() {
		fmt.Fprintf(&b, "  %-11s %s\n", name, nets.About(name))
	}
	return strings.TrimRight(b.String(), "\n")
}

// config is how to train on so many images.
func (f *flags) config(samples int) train.Config {
	c := train.Config{
		Epochs: f.Epochs, Batch: f.Batch, Seed: f.Seed,
		Clip: train.Clip{GlobalNorm: f.ClipNorm}, Accumulate: f.Accumulate, Average: train.EMA{Decay: f.EMA},
		ValidateEvery: f.ValidateEvery, Group: f.group, Verify: f.verify,
	}
	c.Optimizer = f.optimizer(f.schedule(c.Steps(samples)))
	return c
}
