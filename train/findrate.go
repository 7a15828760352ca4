package train

import (
	"context"
	"math"

	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/loaders"
)

// RangeTest says how to run a learning-rate range test. Its zero value works.
type RangeTest struct {
	Low   float64 // the first rate; 0 means 1e-7
	High  float64 // the last; 0 means 10
	Steps int     // from one to the other, at least 10; 0 means 100

	// Smoothing is what a moving average of the loss keeps of itself at each
	// step, below 1; its bias towards the first steps is taken out, as Adam does
	// it. 0 means 0.9. With 0.98, as others have it, half of 100 steps are in
	// the average, which then falls late.
	Smoothing float64

	// Diverged is how many times its smallest value the smoothed loss must
	// exceed for the test to end early, above 1; 0 means 4.
	Diverged float64

	OnStep func(RatePoint) // is told of each step as it comes; nil means nobody is
}

func (t RangeTest) withDefaults() (RangeTest, error) {
	fill(setting{&t.Low, 1e-7}, setting{&t.High, 10}, setting{&t.Smoothing, 0.9}, setting{&t.Diverged, 4})
	if t.Steps == 0 {
		t.Steps = 100
	}
	s := settings{of: "find rate"}
	s.above0("Low", t.Low)
	s.want(t.High > t.Low && finite(t.High/t.Low), "a finite High above Low", t.High)
	s.want(t.Steps >= 10, "Steps of at least 10, or 0 for 100", t.Steps)
	s.below1("Smoothing", t.Smoothing)
	s.want(t.Diverged > 1, "Diverged above 1, or 0 for 4", t.Diverged)
	return t, s.err
}

// at is the rate of a step, counted from 0: as far from the next, by their ratio,
// as any other.
func (t RangeTest) at(step int) float64 {
	return t.Low * math.Pow(t.High/t.Low, float64(step)/float64(t.Steps-1))
}

// FindRate is the learning-rate range test (Smith 2015, arXiv:1506.01186, §3.3),
// as fastai's and Lightning's lr_find: it trains at a rate that rises from step
// to step, looks at what becomes of the loss, and proposes a rate for Fit, which
// keeps away from the rates at which the loss is about to grow: see RateRange.
//
// c is what Fit is to be given. Its Batch, Optimizer, Loss, Seed, NoShuffle, Clip,
// Accumulate, Log and NoPreflight are taken as they are; the optimiser's
// LearningRate and a Schedule of ours give way to the test's rates, and the rest is
// passed over: there are as many epochs as it takes, and no callbacks.
//
// The network is afterwards as it was, bit for bit, its Steps too, and also where
// there is an error: the context's, the source's, or that there is no finite loss
// to begin with. With the context's error comes what there was by then, if there
// was a step. A loss that is no longer finite ends the test, and is no error.
func FindRate(ctx context.Context, net *graph.Network, data loaders.Source, c Config, t RangeTest) (*RateRange, error) {
	t, err := t.withDefaults()
	if err != nil {
		return nil, err
	}
	c = Config{
		Batch: c.Batch, Optimizer: c.Optimizer, Loss: c.Loss, Seed: c.Seed, NoShuffle: c.NoShuffle,
		Clip: c.Clip, Accumulate: c.Accumulate, Log: c.Log, NoPreflight: c.NoPreflight,
	}
	if c, err = c.withDefaults(); err != nil {
		return nil, err
	}
	c.Optimizer = unscheduled{c.Optimizer}
	r := &ranging{RangeTest: t, found: &RateRange{Low: t.Low, High: t.High}}
	r.fitting = &fitting{Config: c, net: net, data: data, history: &History{}, programs: newPrograms(net, c.Loss)}
	defer r.programs.close()
	if net != nil {
		defer keep(net)()
	}
	if err := r.prepare(ctx); err != nil {
		return nil, err
	}
	if err = r.run(ctx); err != nil {
		err = errors.WithMessagef(err, "find rate: after %d steps", len(r.found.Points))
		if len(r.found.Points) == 0 || !errors.Is(err, ctx.Err()) {
			return nil, err
		}
	}
	r.found.propose()
	return r.found, err
}

// keep is what puts a network back to where it is.
func keep(net *graph.Network) (restore func()) {
	was, steps := cloneAll(values(net.Params())), net.Steps()
	return func() {
		setParams(net.Params(), was)
		net.SetSteps(steps)
	}
}

// unscheduled is an optimiser without its schedule, if that is one of ours.
type unscheduled struct{ Optimizer }

func (u unscheduled) Start(params []*graph.Param) (Stepper, error) {
	s, err := u.Optimizer.Start(params)
	if of, ok := s.(*stepping); ok && err == nil {
		of.schedule = nil
	}
	return s, err
}

// ranging is a range test under way.
type ranging struct {
	RangeTest
	*fitting
	found *RateRange

	loss    float64 // of the batches since the last step, each times what it counts
	counted int
	average float64 // of the losses of steps, biased
	best    float64 // the smallest that it was, unbiased
}

// run goes through the data until the test is over.
func (r *ranging) run(ctx context.Context) error {
	for epoch := 1; ; epoch++ {
		if done, err := r.epoch(ctx, epoch); done || err != nil {
			return err
		}
	}
}

func (r *ranging) epoch(ctx context.Context, number int) (done bool, err error) {
	batches := loaders.NewBatches(r.data, loaders.BatchConfig{Size: r.Batch, Seed: r.Seed, Epoch: number, NoShuffle: r.NoShuffle})
	defer batches.Close()
	seen := 0
	for b := batches.Next(); b != nil; b = batches.Next() {
		if err := ctx.Err(); err != nil {
			return true, err
		}
		seen += b.N
		if done, err := r.batch(b, seen >= r.data.Len()); done || err != nil {
			return true, err
		}
	}
	return false, batches.Err()
}

// batch adds a batch to the step; last says that it is the epoch's.
func (r *ranging) batch(b *loaders.Batch, last bool) (done bool, err error) {
	p, err := r.forward(b)
	if err != nil || !finite(p.Loss) {
		return true, r.overflow(p, b, err)
	}
	n := r.programs.tally().divisor(b)
	r.loss += p.Loss * float64(n)
	r.counted += n
	grads := r.sums.add(p.Grads, n, last)
	if grads == nil || r.counted == 0 { // more is to come, or nothing says how good the rate is
		return false, nil
	}
	rate := r.at(r.steps)
	if err := setRate(r.stepper, rate); err != nil {
		return true, err
	}
	if done = r.note(rate, r.loss/float64(r.counted)); done {
		return true, nil
	}
	r.loss, r.counted = 0, 0
	r.steps++
	return false, r.stepper.Step(grads)
}

// setRate makes the rate of the next step another.
func setRate(s Stepper, rate float64) error {
	was := s.Rate()
	if !(was > 0) || !finite(was) {
		return errors.Errorf("want an optimiser whose rate is above 0 at each step, got %v", was)
	}
	return s.Scale(rate / was)
}

// note keeps the loss that a step begins with, and says whether it is the last.
func (r *ranging) note(rate, loss float64) (done bool) {
	r.average = r.Smoothing*r.average + (1-r.Smoothing)*loss
	n := len(r.found.Points) + 1
	smoothed := r.average / (1 - math.Pow(r.Smoothing, float64(n)))
	r.found.Points = append(r.found.Points, RatePoint{Rate: rate, Loss: loss, Smoothed: smoothed})
	if r.OnStep != nil {
		r.OnStep(r.found.Points[n-1])
	}
	if n == 1 || smoothed < r.best {
		r.best = smoothed
	}
	r.found.Diverged = smoothed > r.Diverged*r.best
	return r.found.Diverged || n == r.Steps
}

// overflow is what a loss that is not finite means: the end of the test, unless
// the rate is not to blame.
func (r *ranging) overflow(p *graph.Program, b *loaders.Batch, failed error) error {
	if p == nil || r.steps == 0 {
		return r.explain(p, b, failed)
	}
	if err := r.programs.badData(b); err != nil {
		return err
	}
	if _, broken := badWeight(r.net); failed != nil && !broken && p.NotFinite() == nil {
		return failed
	}
	r.found.Diverged = true
	return nil
}
