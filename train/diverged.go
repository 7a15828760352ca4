package train

import (
	"fmt"
	"strings"

	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/loaders"
)

// explain says why a batch has no finite loss, or failed to run.
func (f *fitting) explain(p *graph.Program, b *loaders.Batch, failed error) error {
	if p == nil {
		return failed
	}
	if err := f.programs.badData(b); err != nil {
		return err
	}
	weight, broken := badWeight(f.net)
	switch {
	case f.steps > 0 && broken:
		return f.divergence("weight %s is no longer finite (the output of %s is the first that is not, though the input is)", weight, layerOf(weight))
	case broken:
		return errors.Errorf("weight %s was not finite before the first step: train a new network, at a smaller learning rate", weight)
	case failed != nil:
		return failed
	case f.steps == 0:
		return errors.Errorf("batch %d: the loss is %v%s before the first step: scale the inputs to values of about 0 to 1", f.batch, p.Loss, cause(p))
	}
	return f.divergence("the loss is %v%s", p.Loss, cause(p))
}

// diverged reports a weight that the steps so far have made other than finite:
// the last step of all is followed by no loss that would tell.
func (f *fitting) diverged() error {
	if f.steps == 0 {
		return nil
	}
	if weight, broken := badWeight(f.net); broken {
		return f.divergence("weight %s is no longer finite (the output of %s would be the first that is not)", weight, layerOf(weight))
	}
	return nil
}

// divergence says what is no longer finite, after which step, and what to try.
func (f *fitting) divergence(format string, args ...any) error {
	text := fmt.Sprintf("batch %d, after a step at learning rate %.3g: %s, so training has diverged: try a smaller learning rate than that of %v%s, or inputs scaled to about 0 to 1",
		f.batch, f.rate, fmt.Sprintf(format, args...), f.Optimizer, either(f.Clip == Clip{}, ", a Clip of the gradients", ""))
	return errors.WithStack(divergence(text))
}

// divergence is the error of training that has diverged.
type divergence string

func (d divergence) Error() string { return string(d) }

// Diverged is for a command to know that the weights are worth nothing.
func (d divergence) Diverged() bool { return true }

// layerOf is the layer that has a weight.
func layerOf(weight string) string {
	if i := strings.LastIndexByte(weight, '/'); i >= 0 {
		return weight[:i]
	}
	return weight
}
