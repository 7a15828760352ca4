package cli

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/internal/decimal"
	"euryale/loaders"
	"euryale/train"
)

// sumSpeed is how long ranks take to add up so many values, in float32.
type sumSpeed struct {
	Values int     `json:"values"`
	Micros float64 `json:"us"`
}

// ranksSpeed is how fast ranks add up, and what of a training step that is.
type ranksSpeed struct {
	Ranks      int        `json:"ranks"`
	Group      string     `json:"group"` // what they are, "" where that is not known
	Sums       []sumSpeed `json:"sums"`
	Latency    float64    `json:"latency_us"`      // α of a sum: α + bytes/β
	Bandwidth  float64    `json:"bytes_per_us"`    // β
	Samples    int        `json:"samples"`         // of a step, of this rank
	Step       float64    `json:"step_us"`         // of all ranks, their sums among it
	StepSums   int        `json:"step_sums"`       // how many
	StepValues int        `json:"step_sum_values"` // that they add up
	Summing    float64    `json:"step_sums_us"`    // by themselves
	Efficiency float64    `json:"efficiency"`      // 1 - summing / step
}

// sumSizes are of how many values a sum is timed, and how often.
var sumSizes = []struct{ values, rounds int }{{1, 400}, {1 << 10, 400}, {1 << 14, 200}, {1 << 18, 50}}

// ranks is the section on what ranks have to tell one another.
func (c *checkup) ranks(ctx context.Context) error {
	g := c.lesson.Group
	found := &ranksSpeed{Ranks: g.Size()}
	c.found.Ranks = found
	if g.Size() == 1 {
		c.out.printf("\nOne rank: nothing to add up with others\n")
		return nil
	}
	c.out.printf("\n%d ranks\n", g.Size())
	if s, ok := g.(fmt.Stringer); ok {
		found.Group = s.String()
		c.out.printf("  %s\n", found.Group)
	}
	for _, s := range sumSizes {
		took, err := timeSums(g, []int{s.values}, s.rounds)
		if err != nil {
			return err
		}
		found.Sums = append(found.Sums, sumSpeed{s.values, took})
		c.out.printf("  sum of %9s values  %9.1f µs\n", decimal.Group(int64(s.values)), took)
	}
	found.fit()
	c.out.printf("  latency %.1f µs, bandwidth %.2f GB/s\n", found.Latency, found.Bandwidth/1e3)
	if err := c.sharedStep(ctx, found); err != nil {
		return errors.WithMessage(err, "a step of all ranks")
	}
	c.out.printf("\nA training step of %s, %d samples, %d of them here: %.2f ms\n", c.found.Network, c.flags.Batch, found.Samples, found.Step/1e3)
	c.out.printf("  %d sums of %s values in all, by themselves %.2f ms, %.1f %% of it\n", found.StepSums, decimal.Group(int64(found.StepValues)), found.Summing/1e3, 100*found.Summing/found.Step)
	c.out.printf("  efficiency %.2f: what is left for the samples\n", found.Efficiency)
	return nil
}

// fit sets latency and bandwidth to those of the smallest and the largest sum.
func (s *ranksSpeed) fit() {
	const valueBytes = 4
	few, many := s.Sums[0], s.Sums[len(s.Sums)-1]
	s.Latency = few.Micros
	s.Bandwidth = valueBytes * float64(many.Values-few.Values) / max(many.Micros-few.Micros, 1e-3)
}

// timeSums is the median time, in µs, of sums of so many float32 each, one after the
// other, over several rounds that all ranks begin together. It is rank 0's on each.
func timeSums(g train.Group, values []int, rounds int) (float64, error) {
	x := make([]float32, slices.Max(values))
	var took []float64
	for range rounds {
		if err := g.Barrier(); err != nil {
			return 0, err
		}
		start := time.Now()
		for _, n := range values {
			if err := g.SumFloat32(x[:n], g.Size()); err != nil {
				return 0, err
			}
		}
		took = append(took, float64(time.Since(start).Nanoseconds())/1e3)
	}
	return rankZeros(g, median(took))
}

// rankZeros is what rank 0 has.
func rankZeros(g train.Group, x float64) (float64, error) {
	all := []float64{x}
	err := g.SumFloat64(all, 1)
	return all[0], err
}

func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}

// noting is a group that notes how many values are added up.
type noting struct {
	train.Group
	values []int
}

// SumFloat32 notes the sum.
func (n *noting) SumFloat32(x []float32, ranks int) error {
	n.values = append(n.values, len(x))
	return n.Group.SumFloat32(x, ranks)
}

// SumFloat64 notes the sum as one of twice as many float32.
func (n *noting) SumFloat64(x []float64, ranks int) error {
	n.values = append(n.values, 2*len(x))
	return n.Group.SumFloat64(x, ranks)
}

// sharedStep times training steps of all ranks, and the sums of one by themselves.
func (c *checkup) sharedStep(ctx context.Context, found *ranksSpeed) error {
	g := &noting{Group: c.lesson.Group}
	data, err := c.images(ctx)
	if err != nil {
		return err
	}
	p, stepper, err := c.program(graph.Training, data, &graph.Share{Rank: g.Rank(), Ranks: g.Size(), Sums: g})
	if err != nil {
		return err
	}
	defer p.Close()
	batches := data.Batches(loaders.BatchConfig{Size: c.flags.Batch, Seed: c.flags.Seed, Rank: g.Rank(), Ranks: g.Size()})
	defer batches.Close()
	b := batches.Next()
	if b == nil {
		return batches.Err()
	}
	found.Samples = b.N
	took, err := c.stepTimes(ctx, g, p, stepper, b)
	if err != nil {
		return err
	}
	found.StepSums = len(g.values)
	for _, n := range g.values {
		found.StepValues += n
	}
	if found.Step, err = rankZeros(g, median(took)); err != nil {
		return err
	}
	found.Summing, err = timeSums(c.lesson.Group, g.values, 50)
	found.Efficiency = max(1-found.Summing/found.Step, 0)
	return err
}

// stepTimes times steps on a batch until rank 0 has enough. Of the last g has the sums.
func (c *checkup) stepTimes(ctx context.Context, g *noting, p *graph.Program, stepper train.Stepper, b *loaders.Batch) (took []float64, err error) {
	for spent := time.Duration(0); ; {
		g.values = nil
		start := time.Now()
		if _, err := timed(p, stepper, graph.Training, b); err != nil {
			return nil, err
		}
		last := time.Since(start)
		spent += last
		took = append(took, float64(last.Nanoseconds())/1e3)
		ended, err := c.enough(ctx, len(took) > 2 && spent >= c.effort.steps)
		if err != nil || ended {
			return took[1:], err
		}
	}
}

// enough says whether rank 0 has, and reports that some rank was interrupted.
func (c *checkup) enough(ctx context.Context, own bool) (bool, error) {
	g := c.lesson.Group
	var x [2]float64
	if own && g.Rank() == 0 {
		x[0] = 1
	}
	if ctx.Err() != nil {
		x[1] = 1
	}
	if err := g.SumFloat64(x[:], g.Size()); err != nil {
		return true, err
	}
	if x[1] > 0 {
		return true, context.Canceled
	}
	return x[0] > 0, nil
}
