package loaders

import (
	"context"
	"io"
	"time"

	"github.com/pkg/errors"
)

// watchdog ends a context when nothing has come for a while.
type watchdog struct {
	after  time.Duration
	timer  *time.Timer
	cancel context.CancelCauseFunc
	ctx    context.Context
}

// watch starts a watchdog over what is done under the context it returns.
func watch(parent context.Context, after time.Duration) (context.Context, *watchdog) {
	ctx, cancel := context.WithCancelCause(parent)
	stalled := errors.Errorf("nothing came for %v", after)
	return ctx, &watchdog{
		after:  after,
		timer:  time.AfterFunc(after, func() { cancel(stalled) }),
		cancel: cancel,
		ctx:    ctx,
	}
}

func (w *watchdog) stop() {
	w.timer.Stop()
	w.cancel(nil)
}

// explain is the watchdog's own error where it is what caused err.
func (w *watchdog) explain(err error) error {
	if w.ctx.Err() != nil {
		return context.Cause(w.ctx)
	}
	return err
}

// watched is a network's reader. Its bytes keep the watchdog quiet, and its
// errors are passing ones.
type watched struct {
	r   io.Reader
	dog *watchdog
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if n > 0 {
		w.dog.timer.Reset(w.dog.after)
	}
	if err != nil && err != io.EOF {
		err = passingError{err}
	}
	return n, err
}
