package train

import (
	"context"
	"fmt"
	"time"

	"github.com/pkg/errors"

	"euryale/loaders"
)

// pass is one way through a source, batch by batch: an epoch of training, an
// evaluation or a prediction.
type pass struct {
	source    loaders.Source
	batches   loaders.BatchConfig
	callbacks []Callback
	group     Group // nil alone

	// use is what is done with a batch. It returns the metrics so far.
	use func(*loaders.Batch) (Metrics, error)

	// after is what is done when a BatchEnd was told; nil means nothing.
	after func(context.Context) (stop bool, err error)

	start time.Time
	event Event // what is told: the last one
}

// run goes through the source and tells of each batch.
func (p *pass) run(ctx context.Context) (stop bool, err error) {
	if p.group != nil {
		p.batches.Rank, p.batches.Ranks = p.group.Rank(), p.group.Size()
	}
	batches := loaders.NewBatches(p.source, p.batches)
	defer batches.Close()
	for b := batches.Next(); b != nil; b = batches.Next() {
		if err := over(ctx, p.group, &p.event); err != nil && !p.event.pending { // a step is finished
			return true, err
		}
		metrics, err := p.use(b)
		if err != nil {
			return true, errors.WithMessage(err, p.where())
		}
		p.event.Metrics = metrics
		p.event.Samples += wholeOf(b)
		if stop, err := p.tell(ctx, BatchEnd); stop || err != nil {
			return stop, err
		}
		if p.after == nil {
			continue
		}
		if stop, err := p.after(ctx); stop || err != nil {
			return true, err
		}
	}
	if err := batches.Err(); err != nil {
		return true, errors.WithMessage(err, p.where())
	}
	return false, nil
}

// whole is a pass that stands alone.
func (p *pass) whole(ctx context.Context) error {
	stop, err := p.run(ctx)
	if err == nil && !stop {
		_, err = p.tell(ctx, EpochEnd)
	}
	p.event.Kind, p.event.Elapsed = End, time.Since(p.start)
	if _, e := tell(callbacksOf(p.group, p.callbacks), &p.event); err == nil {
		err = e
	}
	return err
}

// where is how far the pass has come.
func (p *pass) where() string {
	if p.event.Phase == Training {
		return fmt.Sprintf("epoch %d, after %d samples", p.event.Epoch, p.event.Samples)
	}
	if d := datasetOf(p.source); d != nil {
		return fmt.Sprintf("%s: after %d samples", d.Name, p.event.Samples)
	}
	return fmt.Sprintf("after %d samples", p.event.Samples)
}

func (p *pass) tell(ctx context.Context, k Kind) (stop bool, err error) {
	p.event.Kind, p.event.Elapsed = k, time.Since(p.start)
	stop, err = tellRanks(ctx, p.group, p.callbacks, &p.event)
	p.event.Gradients = nil // the next batch's are others
	return stop, err
}
