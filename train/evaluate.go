package train

import (
	"context"
	"strconv"
	"time"

	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/loaders"
)

// Evaluate is the network's metrics over data, taken in order. A loss that is
// no finite number is an error. Where a callback returns ErrStop, the metrics
// are those of the samples seen, and there is no error.
func Evaluate(ctx context.Context, net *graph.Network, data loaders.Source, c EvaluateConfig) (_ Metrics, err error) {
	c, err = c.withDefaults()
	if err != nil {
		return Metrics{}, err
	}
	ps := newPrograms(net, c.Loss)
	ps.classWeights, ps.group = c.ClassWeights, c.Group
	defer abort(c.Group, &err)
	defer ps.close()
	if err := ps.prepare(ctx, graph.Inference, data, c.Batch); err != nil {
		return Metrics{}, err
	}
	if c.Group != nil {
		if err := compareRanks(c.Group, []runSetting{{"the data to evaluate on", describeSource(data), sumOf(data)}, {"Batch", strconv.Itoa(c.Batch), ""}}); err != nil {
			return Metrics{}, err
		}
	}
	if c.Outputs != nil {
		*c.Outputs = make([][][]float32, len(ps.outputs))
		ps.rows = *c.Outputs
	}
	return ps.evaluate(ctx, data, c.Batch, c.Callbacks)
}

// evaluate is Evaluate with programs that may be there already, on data that
// has been checked.
func (ps *programs) evaluate(ctx context.Context, data loaders.Source, batch int, callbacks []Callback) (Metrics, error) {
	sum := ps.tally()
	p := &pass{
		source:    data,
		batches:   loaders.BatchConfig{Size: batch, NoShuffle: true},
		callbacks: callbacks,
		group:     ps.group,
		use: func(b *loaders.Batch) (Metrics, error) {
			err := ps.score(b, sum)
			return sum.mean(), err
		},
		start: time.Now(),
		event: Event{Network: ps.net, Phase: Evaluation, Total: data.Len()},
	}
	err := p.whole(ctx)
	return sum.mean(), err
}

// score adds a batch to the sum.
func (ps *programs) score(b *loaders.Batch, sum *tally) error {
	p, err := ps.run(graph.Inference, b)
	if err == nil && finite(p.Loss) {
		if err := sum.add(p, b); err != nil || ps.rows == nil {
			return err
		}
		return ps.keepRows(p.Outputs, b)
	}
	if p == nil {
		return err
	}
	if bad := ps.badData(b); bad != nil {
		return bad
	}
	if weight, broken := badWeight(ps.net); broken {
		return errors.Errorf("weight %s is not finite: train anew at a smaller learning rate", weight)
	}
	if err != nil {
		return err
	}
	return errors.Errorf("the loss is %v%s, as the weights are too large: train anew at a smaller learning rate", p.Loss, cause(p))
}
