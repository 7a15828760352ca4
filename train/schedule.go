package train

import (
	"fmt"
	"math"

	"github.com/pkg/errors"

	"euryale/graph"
)

// Schedule is how an optimiser's rate changes from step to step: its rate is
// LearningRate·Factor. The steps are counted in the optimiser's state, so that a
// Fit that goes on goes on with the schedule too. A Fit takes as many steps an
// epoch as there are batches, or groups of Config.Accumulate batches.
type Schedule interface {
	fmt.Stringer

	// Factor is what the LearningRate is multiplied by at a step, counted
	// from 0: 0 or more.
	Factor(step int) float64
}

// checkSchedule says what is wrong with the settings of a schedule of ours.
func checkSchedule(s Schedule) error {
	if s != nil && isNil(s) {
		return errors.Errorf("want a Schedule, got a nil %T", s)
	}
	if c, ok := s.(interface{ check() error }); ok {
		return c.check()
	}
	return nil
}

// Constant is the LearningRate at each step, as no Schedule is.
type Constant struct{}

var _ Schedule = Constant{}

func (c Constant) String() string { return graph.Literal(c) }

// Factor is 1.
func (Constant) Factor(int) float64 { return 1 }

// WarmUp raises the rate on a straight line before another schedule begins, as
// Keras' CosineDecay does before its own:
//
//	Start + (1-Start)·step/Steps    for the first Steps steps
//	Then.Factor(step-Steps)         from there on
//
// With a Start of 0 the very first step changes nothing.
type WarmUp struct {
	Steps int      // at least 1
	Start float64  // share of the LearningRate at step 0
	Then  Schedule // nil means Constant{}
}

var _ Schedule = WarmUp{}

func (s WarmUp) String() string { return graph.Literal(s) }

func (s WarmUp) check() error {
	c := settings{of: "warm-up"}
	c.want(s.Steps >= 1, "Steps of at least 1", s.Steps)
	c.atLeast0("Start", s.Start)
	if c.err != nil {
		return c.err
	}
	return errors.WithMessage(checkSchedule(s.Then), "warm-up: Then")
}

// Factor rises, then is that of Then.
func (s WarmUp) Factor(step int) float64 {
	switch {
	case step < s.Steps:
		return s.Start + (1-s.Start)*float64(step)/float64(s.Steps)
	case s.Then == nil:
		return 1
	}
	return s.Then.Factor(step - s.Steps)
}

// Step multiplies the rate by a factor every so many steps, PyTorch's StepLR
// and Keras' ExponentialDecay with staircase: Decay^⌊step/Every⌋.
type Step struct {
	Decay float64 // 0 means 0.1
	Every int     // steps, at least 1
}

var _ Schedule = Step{}

func (s Step) String() string { return graph.Literal(s.defaults()) }

func (s Step) defaults() Step {
	fill(setting{&s.Decay, 0.1})
	return s
}

func (s Step) check() error {
	c := settings{of: "step"}
	c.above0("Decay", s.defaults().Decay)
	c.want(s.Every >= 1, "Every to be at least 1", s.Every)
	return c.err
}

// Factor is constant for Every steps.
func (s Step) Factor(step int) float64 {
	return math.Pow(s.defaults().Decay, float64(step/max(s.Every, 1)))
}

// Exponential multiplies the rate a little at each step, Keras'
// ExponentialDecay: Decay^(step/Every). A Decay above 1 makes it grow.
type Exponential struct {
	Decay float64 // above 0
	Every int     // steps that it takes for the whole of Decay; 0 means 1
}

var _ Schedule = Exponential{}

func (s Exponential) String() string { return graph.Literal(s) }

func (s Exponential) check() error {
	c := settings{of: "exponential"}
	c.above0("Decay", s.Decay)
	c.want(s.Every >= 0, "Every to be at least 1, or 0 for 1", s.Every)
	return c.err
}

// Factor changes at each step.
func (s Exponential) Factor(step int) float64 {
	return math.Pow(s.Decay, float64(step)/float64(max(s.Every, 1)))
}

// Cosine lets the rate fall along half a cosine (Loshchilov & Hutter,
// arXiv:1608.03983, without restarts), Keras' CosineDecay:
//
//	End + (1-End)·(1 + cos(π·step/Steps))/2    until Steps, then End
//
// For a warm-up put it behind one: WarmUp{Steps: 500, Then: Cosine{Steps: 9000}}.
type Cosine struct {
	Steps int     // at least 1
	End   float64 // share of the LearningRate that is left
}

var _ Schedule = Cosine{}

func (s Cosine) String() string { return graph.Literal(s) }

func (s Cosine) check() error {
	c := settings{of: "cosine"}
	c.want(s.Steps >= 1, "Steps of at least 1", s.Steps)
	c.atLeast0("End", s.End)
	return c.err
}

// Factor falls from 1 to End.
func (s Cosine) Factor(step int) float64 {
	return cosine(1, s.End, float64(min(step, s.Steps))/float64(max(s.Steps, 1)))
}

// cosine goes from one value to another along half a cosine.
func cosine(from, to, share float64) float64 {
	return to + (from-to)*(1+math.Cos(math.Pi*share))/2
}

// Polynomial lets the rate fall to a power, Keras' PolynomialDecay, on a
// straight line if it is 1:
//
//	End + (1-End)·(1 - step/Steps)^Power    until Steps, then End
type Polynomial struct {
	Steps int     // at least 1
	Power float64 // 0 means 1
	End   float64 // share of the LearningRate that is left
}

var _ Schedule = Polynomial{}

func (s Polynomial) String() string { return graph.Literal(s.defaults()) }

func (s Polynomial) defaults() Polynomial {
	fill(setting{&s.Power, 1})
	return s
}

func (s Polynomial) check() error {
	c := settings{of: "polynomial"}
	c.want(s.Steps >= 1, "Steps of at least 1", s.Steps)
	c.above0("Power", s.defaults().Power)
	c.atLeast0("End", s.End)
	return c.err
}

// Factor falls from 1 to End.
func (s Polynomial) Factor(step int) float64 {
	left := 1 - float64(min(step, s.Steps))/float64(max(s.Steps, 1))
	return s.End + (1-s.End)*math.Pow(left, s.defaults().Power)
}
