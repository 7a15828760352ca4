package filters

import (
	"context"
	"sync/atomic"
)

// progressKey is the context key of a progress.
type progressKey struct{}

// progress is told how much of a pass is done: how many tiles of how many.
type progress func(done, all int)

// WithProgress is a context with which work tells how far it is: after each
// tile of a picture it calls report with the number of tiles that are done, of
// those in the pass under way. A filter and a pooling take one pass each.
// Several goroutines may call report at once.
func WithProgress(ctx context.Context, report func(done, all int)) context.Context {
	return context.WithValue(ctx, progressKey{}, progress(report))
}

// progressOf is what ctx wants to be told, or nothing.
func progressOf(ctx context.Context) progress {
	p, _ := ctx.Value(progressKey{}).(progress)
	return p
}

// pass is to be called after each of all tiles of a pass.
func (p progress) pass(all int) func() {
	if p == nil {
		return func() {}
	}
	var done atomic.Int64
	return func() { p(int(done.Add(1)), all) }
}
