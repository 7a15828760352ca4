package cli

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"euryale/cmd/internal/command"
	"euryale/internal/near"
	"euryale/train"
)

// steps are the flags of how steps are taken.
type steps struct {
	Optimizer   string  `json:"optimizer"`
	Momentum    float64 `json:"momentum"`
	Nesterov    bool    `json:"nesterov"`
	WeightDecay float64 `json:"weight_decay"`
	Schedule    string  `json:"schedule"`
	WarmUp      float64 `json:"warm_up"` // epochs
}

var (
	optimizers = []string{"adam", "adamw", "sgd", "rmsprop", "lion"}
	schedules  = []string{"constant", "step", "exponential", "cosine", "one-cycle", "polynomial"}
)

// addOptimizer declares the flags of the optimiser but for its rate.
func (f *flags) addOptimizer(p *pflag.FlagSet) {
	p.StringVar(&f.Optimizer, "optimizer", "adam", "`NAME`: "+strings.Join(optimizers, ", "))
	p.Lookup("optimizer").DefValue = "" // as with --engine
	p.Float64Var(&f.Momentum, "momentum", 0, "momentum `M` of sgd, rmsprop; 0: none")
	p.BoolVar(&f.Nesterov, "nesterov", false, "sgd with momentum: look ahead")
	p.Float64Var(&f.WeightDecay, "weight-decay", 0, "shrink weights by rate times `D` a step, not with adam; adamw: 0.004")
}

// addRate declares the flags of the optimiser's rate.
func (f *flags) addRate(p *pflag.FlagSet, l Lesson) {
	if l.Own {
		p.Float64Var(&f.LearningRate, "lr", 0.001, "learning `RATE` (default: by network and optimiser)")
	} else {
		p.Float64Var(&f.LearningRate, "lr", 0.001, "learning `RATE`; that of sgd is 0.01")
	}
	p.StringVar(&f.Schedule, "schedule", "constant", "the rate's course over all epochs, `NAME`: "+strings.Join(schedules, ", "))
	p.Float64Var(&f.WarmUp, "warm-up", 0, "let the rate rise for `N` epochs first")
	p.Lookup("schedule").DefValue = ""
	if l.Own {
		p.Lookup("lr").DefValue = "0" // which is not printed
	}
}

// fillIn gives flags that are not set the defaults that hang on the optimiser.
func (f *flags) fillIn() {
	if f.Epochs == 0 && !(f.given("epochs") && f.set.Changed("epochs")) { // what is left to choose, at most
		f.Epochs = mostRuns
	}
	if f.Optimizer == "sgd" && !f.set.Changed("lr") {
		f.LearningRate = 0.01
	}
	if f.Optimizer == "adamw" && !f.set.Changed("weight-decay") {
		f.WeightDecay = 0.004
	}
}

// checkOptimizer reports the first of these flags that is out of range, or that
// means nothing to the optimiser.
func (f *flags) checkOptimizer() error {
	if err := oneOf("--optimizer", f.Optimizer, optimizers); err != nil {
		return err
	}
	if err := oneOf("--schedule", f.Schedule, schedules); err != nil {
		return err
	}
	return wantAll([]demand{
		{"--momentum", "0 to below 1", f.Momentum >= 0 && f.Momentum < 1, f.Momentum},
		{"--momentum", "--optimizer sgd or rmsprop", f.Momentum == 0 || f.takes("sgd", "rmsprop"), f.Optimizer},
		{"--nesterov", "--optimizer sgd", !f.Nesterov || f.takes("sgd"), f.Optimizer},
		{"--nesterov", "a --momentum above 0", !f.Nesterov || f.Momentum > 0, f.Momentum},
		{"--weight-decay", "a number of at least 0", f.WeightDecay >= 0 && !math.IsInf(f.WeightDecay, 0), f.WeightDecay},
		{"--weight-decay", "--optimizer adamw, sgd, rmsprop or lion", f.WeightDecay == 0 || !f.takes("adam"), f.Optimizer},
		{"--weight-decay", "a number above 0 with adamw, as adam is that without", f.WeightDecay > 0 || !f.takes("adamw"), f.WeightDecay},
		{
			"--warm-up", fmt.Sprintf("0 epochs or more, but fewer than --epochs, which is %d", f.Epochs), f.WarmUp >= 0 && f.WarmUp < float64(f.Epochs),
			strconv.FormatFloat(f.WarmUp, 'f', -1, 64),
		},
		{"--warm-up", "another --schedule, as this one rises by itself", f.WarmUp == 0 || f.Schedule != "one-cycle", f.Schedule},
	})
}

// takes says whether the optimiser is one of these.
func (f *flags) takes(names ...string) bool { return slices.Contains(names, f.Optimizer) }

// oneOf reports a name that is none of those that a flag takes.
func oneOf(flag, got string, names []string) error {
	if slices.Contains(names, got) {
		return nil
	}
	return command.Usagef("%s: want one of %s, got %q%s", flag, strings.Join(names, ", "), got, near.Hint(got, "", names...))
}

// optimizer is the one that the flags ask for.
func (f *flags) optimizer(s train.Schedule) train.Optimizer {
	switch f.Optimizer {
	case "adamw":
		return train.AdamW{LearningRate: f.LearningRate, WeightDecay: f.WeightDecay, Schedule: s}
	case "sgd":
		return train.SGD{LearningRate: f.LearningRate, Momentum: f.Momentum, Nesterov: f.Nesterov, WeightDecay: f.WeightDecay, Schedule: s}
	case "rmsprop":
		return train.RMSprop{LearningRate: f.LearningRate, Momentum: f.Momentum, WeightDecay: f.WeightDecay, Schedule: s}
	case "lion":
		return train.Lion{LearningRate: f.LearningRate, WeightDecay: f.WeightDecay, Schedule: s}
	}
	return train.Adam{LearningRate: f.LearningRate, Schedule: s}
}

// schedule is the course of the rate over so many steps: the warm-up, and in what
// is left of them what --schedule says. nil means a constant rate.
func (f *flags) schedule(steps int) train.Schedule {
	if f.WarmUp == 0 {
		return f.course(steps)
	}
	rise := int(math.Round(f.WarmUp / float64(f.Epochs) * float64(steps)))
	rise = max(rise, 1)
	return train.WarmUp{Steps: rise, Then: f.course(steps - rise)}
}

// course is what --schedule makes of so many steps: step divides by ten after
// each third, exponential comes to a hundredth, cosine and polynomial to nothing.
func (f *flags) course(steps int) train.Schedule {
	steps = max(steps, 1)
	switch f.Schedule {
	case "step":
		return train.Step{Every: (steps + 2) / 3}
	case "exponential":
		return train.Exponential{Decay: 0.01, Every: steps}
	case "cosine":
		return train.Cosine{Steps: steps}
	case "one-cycle":
		return train.OneCycle{Steps: steps}
	case "polynomial":
		return train.Polynomial{Steps: steps}
	}
	return nil
}
