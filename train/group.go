package train

import (
	"context"
	"time"

	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/internal/eighths"
)

// Group is several ranks, processes as a rule, that train one network together:
// each calls Fit with the same Config but for the Group, on a network and data of
// its own that are the same. Fit, Evaluate and what they call make the same calls in
// the same order on each rank; a call returns once all ranks have made it.
//
// An implementation serves one goroutine at a time, but for Abort. Where a rank is
// gone its calls return an error, or end the process, rather than wait for ever.
type Group interface {
	Rank() int // from 0
	Size() int // how many there are

	// SumFloat32 and SumFloat64 add up in an order that is always the same.
	graph.Summer

	// Allgather is what all ranks give, each as many bytes, in their order.
	Allgather(own []byte) (all []byte, err error)

	// Broadcast sets data to that of the rank root: as many bytes on all.
	Broadcast(data []byte, root int) error

	// Barrier waits until all ranks have called it.
	Barrier() error

	// Abort ends the work of all ranks because of an error of this one, which
	// is not nil. Calls that others wait in return errors, or their processes
	// end. It may be called from any goroutine, more than once.
	Abort(err error)
}

// checkGroup is the Group, nil for one rank alone, and reports one of a size that
// cannot share batches.
func checkGroup(g Group) (Group, error) {
	if isNil(g) {
		return nil, nil
	}
	n, rank := g.Size(), g.Rank()
	if err := eighths.CheckRanks(n); err != nil {
		return nil, errors.WithMessage(err, "train: Group")
	}
	if rank < 0 || rank >= n {
		return nil, errors.Errorf("train: Group: want a Rank from 0 to %d, got %d", n-1, rank)
	}
	if n == 1 {
		return nil, nil
	}
	return g, nil
}

// leads says whether a rank is the one that tells, prints and writes.
func leads(g Group) bool { return g == nil || g.Rank() == 0 }

// callbacksOf are the callbacks that a rank calls: all of them are rank 0's.
func callbacksOf(g Group, callbacks []Callback) []Callback {
	if leads(g) {
		return callbacks
	}
	return nil
}

// errElsewhere is that another rank was interrupted: a context.Canceled.
var errElsewhere error = elsewhere{}

type elsewhere struct{}

func (elsewhere) Error() string { return "another rank was interrupted" }

func (elsewhere) Is(target error) bool { return target == context.Canceled }

// abort ends the other ranks because of an error, or a panic, of this one. What all
// ranks have agreed upon ends them anyway.
func abort(g Group, err *error) {
	if g == nil {
		return
	}
	if r := recover(); r != nil {
		g.Abort(errors.Errorf("panic: %v", r))
		panic(r)
	}
	if *err != nil && !errors.Is(*err, context.Canceled) && !errors.Is(*err, context.DeadlineExceeded) {
		g.Abort(*err)
	}
}

// scaling notes the factors by which callbacks scale an optimiser's rates, for the
// ranks that do not call them.
type scaling struct {
	Stepper
	factors []float64
}

func (s *scaling) Scale(factor float64) error {
	err := s.Stepper.Scale(factor)
	if err == nil {
		s.factors = append(s.factors, factor)
	}
	return err
}

// news is what ranks tell one another behind an event: rank 0 whether a callback
// wants to stop, for good or for now, and by how many factors the rates are scaled;
// and each whether its context has ended.
type news struct{ stop, ended, factors, cancelled float64 }

// exchangeNews is the news of all ranks.
func exchangeNews(g Group, own news) (news, error) {
	x := []float64{own.stop, own.ended, own.factors, own.cancelled}
	err := g.SumFloat64(x, g.Size())
	return news{x[0], x[1], x[2], x[3]}, err
}

func flag(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// tellRanks passes an event to the callbacks of rank 0, and all ranks do as these say.
// It says whether to stop.
func tellRanks(ctx context.Context, g Group, callbacks []Callback, e *Event) (stop bool, err error) {
	stop, err = tell(callbacksOf(g, callbacks), e)
	if g == nil || err != nil {
		return stop, err
	}
	s, _ := e.Optimizer.(*scaling)
	own := news{stop: flag(stop), ended: flag(e.ended), cancelled: flag(ctx.Err() != nil)}
	if s != nil && leads(g) {
		own.factors = float64(len(s.factors))
	}
	all, err := exchangeNews(g, own)
	if err != nil {
		return true, err
	}
	e.cancelled = all.cancelled > 0
	e.ended = e.ended || all.ended > 0
	if all.factors > 0 && s != nil {
		err = s.agree(g, int(all.factors))
	}
	return all.stop > 0 || err != nil, err
}

// agree scales the rates as on rank 0.
func (s *scaling) agree(g Group, n int) error {
	factors := make([]float64, n)
	if leads(g) {
		copy(factors, s.factors)
	}
	err := g.SumFloat64(factors, 1)
	for _, factor := range factors {
		if err == nil && !leads(g) {
			err = s.Stepper.Scale(factor)
		}
	}
	s.factors = nil
	return err
}

// over is why a pass ends before the next batch: that the context of some rank has
// ended.
func over(ctx context.Context, g Group, e *Event) error {
	switch {
	case g == nil:
		return ctx.Err()
	case !e.cancelled:
		return nil
	}
	select { // a signal is for all ranks, as a rule, and on its way
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(patience):
		return errElsewhere
	}
}

// patience is how long after another rank this one may learn of an interrupt that is
// for all.
const patience = 500 * time.Millisecond

// interrupted says whether training has ended because the context has, of whatever
// rank.
func interrupted(ctx context.Context, g Group, err error) bool {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return true
	}
	return g != nil && errors.Is(err, errElsewhere)
}
