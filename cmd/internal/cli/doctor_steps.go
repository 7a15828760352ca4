package cli

import (
	"bytes"
	"context"
	"time"

	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/loaders"
	"euryale/train"
)

// stepSpeed is how fast a step of the network's program is, in µs a sample. What
// multiplies nothing has no speed.
type stepSpeed struct {
	Layer    string  `json:"layer"` // the last that it stands for
	Computes string  `json:"computes"`
	Kernel   string  `json:"kernel"`
	Forward  float64 `json:"forward_us_per_sample"`
	Backward float64 `json:"backward_us_per_sample"`
	GFLOPs   float64 `json:"gflops"`
	Share    float64 `json:"share_of_peak"` // of the product on all cores
}

// programSpeed is a program's steps, and what else a run of it takes.
type programSpeed struct {
	Steps     []stepSpeed `json:"steps"`
	Between   float64     `json:"between_us_per_sample"`
	Optimizer float64     `json:"optimizer_us_per_sample"`
	All       float64     `json:"us_per_sample"`
	Memory    int         `json:"shared_buffer_bytes"` // graph.Program.Memory
}

// profiles is the fourth section: the steps of training and of inference.
func (c *checkup) profiles(ctx context.Context) error {
	for _, p := range []struct {
		heading string
		mode    graph.Mode
		found   *programSpeed
	}{{"training", graph.Training, &c.found.Training}, {"inference", graph.Inference, &c.found.Inference}} {
		c.out.printf("\nSteps in %s, engine %v\n", p.heading, c.net.Config().Engine)
		median, last, memory, err := c.profile(ctx, p.mode)
		if err != nil {
			return errors.WithMessagef(err, "steps in %s", p.heading)
		}
		if p.mode == graph.Training {
			c.traced = last
		}
		median.Peak = c.found.MatrixProduct.AllCores
		*p.found = newProgramSpeed(median)
		p.found.Memory = memory
		c.out.printf("%vBuffers that share memory: %.1f MB\n", median, float64(memory)/1e6)
	}
	return nil
}

// profile runs the network's program on one batch after the other. It is the
// median of its runs but for the first, the last of them, and the program's
// Memory.
func (c *checkup) profile(ctx context.Context, mode graph.Mode) (median, last *graph.Profile, memory int, err error) {
	data, err := c.images(ctx)
	if err != nil {
		return nil, nil, 0, err
	}
	p, stepper, err := c.program(mode, data, nil)
	if err != nil {
		return nil, nil, 0, err
	}
	defer p.Close()
	var runs []*graph.Profile
	var spent time.Duration
	enough := func() bool { return len(runs) > 1 && spent >= c.effort.steps }
	pass := func(epoch int) error {
		batches := data.Batches(loaders.BatchConfig{Size: c.flags.Batch, Seed: c.flags.Seed, Epoch: epoch})
		defer batches.Close()
		for b := batches.Next(); b != nil && !enough(); b = batches.Next() {
			if err := ctx.Err(); err != nil {
				return err
			}
			r, err := timed(p, stepper, mode, b)
			if err != nil {
				return err
			}
			runs = append(runs, r)
			spent += r.Took
		}
		return nil
	}
	for epoch := 0; !enough(); epoch++ {
		if err := pass(epoch); err != nil {
			return nil, nil, 0, err
		}
	}
	median, err = graph.MedianProfile(runs[1:])
	return median, runs[len(runs)-1], p.Memory(), err
}

// program is the network's, timed, and the optimiser of its weights.
func (c *checkup) program(mode graph.Mode, data *loaders.Dataset, share *graph.Share) (*graph.Program, train.Stepper, error) {
	p, err := c.net.Compile(graph.ProgramConfig{Batch: c.flags.Batch, Mode: mode, Loss: graph.SparseCategoricalCrossEntropy{}, Profile: true, Share: share})
	if err != nil {
		return nil, nil, err
	}
	stepper, err := c.flags.config(data.Len()).Optimizer.Start(c.net.Params(graph.Trained))
	if err != nil {
		p.Close()
	}
	return p, stepper, err
}

// timed is the profile of a run on a batch and, in training, of the optimiser's
// step behind it.
func timed(p *graph.Program, stepper train.Stepper, mode graph.Mode, b *loaders.Batch) (*graph.Profile, error) {
	if err := p.SetInput(0, b.Inputs[0]); err != nil {
		return nil, err
	}
	if err := p.SetLabels(0, b.Targets[0].Labels); err != nil {
		return nil, err
	}
	if err := p.Run(); err != nil {
		return nil, err
	}
	profile, err := p.Profile()
	if err != nil || mode != graph.Training {
		return profile, err
	}
	start := time.Now()
	if err := stepper.Step(p.Grads); err != nil {
		return nil, err
	}
	profile.After = []graph.ProfilePart{{Name: "Optimiser", Took: time.Since(start)}}
	return profile, nil
}

func newProgramSpeed(p *graph.Profile) programSpeed {
	speed := programSpeed{Between: p.PerSample(p.Between()), All: p.PerSample(p.Took)}
	for _, a := range p.After {
		speed.Optimizer = p.PerSample(a.Took)
		speed.All += speed.Optimizer
	}
	for _, s := range p.Steps {
		gflops := p.GFLOPs(s.MultiplyAdds+s.GradientMultiplyAdds, s.Forward+s.Backward)
		speed.Steps = append(speed.Steps, stepSpeed{
			s.Name(), s.Ops, s.Kernel, p.PerSample(s.Forward), p.PerSample(s.Backward), gflops, gflops / p.Peak,
		})
	}
	return speed
}

func (f *flags) traceFile() file { return file{"--trace", f.Trace} }

// checkTrace reports, before anything is measured, a trace that cannot be
// written.
func (f *flags) checkTrace() error {
	if err := checkDash([]file{f.traceFile()}); err != nil {
		return err
	}
	if err := checkApart([]file{f.jsonFile(), f.traceFile()}); err != nil || f.Trace == "" {
		return err
	}
	return f.traceFile().check(f.Force)
}

// writeTrace writes what --trace asks for.
func (c *checkup) writeTrace() error {
	if c.flags.Trace == "" {
		return nil
	}
	var text bytes.Buffer
	if err := c.traced.WriteTrace(&text); err != nil {
		return errors.WithMessage(err, "--trace")
	}
	return c.flags.traceFile().write(text.Bytes(), c.flags.Force, c.out.w)
}
