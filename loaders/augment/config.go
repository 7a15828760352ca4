package augment

import (
	"math"
	"strconv"
	"strings"

	"github.com/pkg/errors"
)

// Config says what a Source makes of a Dataset's samples. Its zero value: nothing.
type Config struct {
	Pipeline Pipeline // nil means none

	// What is left of the values v, from 0 to 1, is (v - Mean)/Deviation: one a
	// channel, or one for all. It is graph.Scaling of the same Mean and
	// Deviation. nil means 0 and 1. See Measure.
	Mean, Deviation []float64

	// OneHot makes the target values, 1 for the class and 0 for the others, as
	// it is anyway where the pipeline mixes labels.
	OneHot bool

	// ClassWeights is how much each class counts in training, one a class; nil
	// means 1 each. A sample of mixed labels counts Σ label[k]·ClassWeights[k].
	// It is for losses that have no such field of their own.
	ClassWeights []float64
}

// ForEvaluation is the Config of what a network is evaluated on that trained with
// c: normalised alike, and else as it is. Targets are labels, which a loss of values
// takes as well.
func (c Config) ForEvaluation() Config { return Config{Mean: c.Mean, Deviation: c.Deviation} }

// values reports whether targets are.
func (c Config) values() bool { return c.OneHot || c.Pipeline.Mixes() }

// check reports what does not fit images of so many channels in so many classes.
func (c Config) check(channels, classes int) error {
	if err := c.Pipeline.Check(); err != nil {
		return err
	}
	for _, f := range []struct {
		name   string
		values []float64
		least  float64
	}{{"Mean", c.Mean, -math.MaxFloat64}, {"Deviation", c.Deviation, math.SmallestNonzeroFloat64}} {
		if n := len(f.values); n > 1 && n != channels {
			return errors.Errorf("augment: want a %s for each of %d channels, or one for all, got %d", f.name, channels, n)
		}
		for i, v := range f.values {
			if !(v >= f.least) || math.IsInf(v, 0) {
				return errors.Errorf("augment: want a finite %s%s, got %v for channel %d", f.name, map[bool]string{true: " above 0"}[f.least > 0], v, i)
			}
		}
	}
	if c.ClassWeights == nil {
		return nil
	}
	if len(c.ClassWeights) != classes {
		return errors.Errorf("augment: want ClassWeights for each of %d classes, got %d", classes, len(c.ClassWeights))
	}
	for i, v := range c.ClassWeights {
		if !(v >= 0) || math.IsInf(v, 0) {
			return errors.Errorf("augment: want finite ClassWeights of at least 0, got %v for class %d", v, i)
		}
	}
	return nil
}

// String is such as augmented by crop=4,flip, normalised by mean 0.5, deviation
// 0.25.
func (c Config) String() string {
	var parts []string
	if len(c.Pipeline) > 0 {
		parts = append(parts, "augmented by "+c.Pipeline.String())
	}
	if len(c.Mean)+len(c.Deviation) > 0 {
		parts = append(parts, "normalised by mean "+list(c.Mean, 0)+", deviation "+list(c.Deviation, 1))
	}
	if c.values() {
		parts = append(parts, "targets by class")
	}
	if c.ClassWeights != nil {
		parts = append(parts, "class weights "+list(c.ClassWeights, 1))
	}
	if len(parts) == 0 {
		return "as they are"
	}
	return strings.Join(parts, ", ")
}

// list is numbers with spaces between them.
func list(v []float64, otherwise float64) string {
	if len(v) == 0 {
		v = []float64{otherwise}
	}
	words := make([]string, len(v))
	for i, x := range v {
		words[i] = strconv.FormatFloat(x, 'g', -1, 64)
	}
	return strings.Join(words, " ")
}

// of is a channel's among values of one a channel, or one for all.
func of(v []float64, c int, otherwise float64) float64 {
	if len(v) == 0 {
		return otherwise
	}
	return v[min(c, len(v)-1)]
}
