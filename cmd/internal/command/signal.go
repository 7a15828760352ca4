package command

import (
	"context"
	"io/fs"
	"os"
	"os/signal"
	"syscall"

	"github.com/pkg/errors"
)

// exitSignal is to be added to a signal's number for the exit status of a
// command that it ended, as shells have it.
const exitSignal = 128

// signalError is why a signal ends a context.
type signalError struct{ syscall.Signal }

func (e signalError) Error() string { return e.String() }

// interruptible is a context that the first interrupt, or request to terminate,
// or hang-up ends. After it a second one ends the process at once, but for a
// hang-up: of those a terminal that closes sends more than one. A hang-up that is
// ignored from the start, as nohup has it, remains so.
func interruptible() context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		ends = append(ends, syscall.SIGHUP)
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, ends...)
	go func() {
		s := <-signals
		signal.Ignore(syscall.SIGHUP) // before it would end the process
		signal.Stop(signals)
		number, _ := s.(syscall.Signal)
		cancel(signalError{number})
	}()
	return ctx
}

// interrupted is the exit status of a command that ctx ended.
func interrupted(ctx context.Context) int {
	var s signalError
	if errors.As(context.Cause(ctx), &s) {
		return exitSignal + int(s.Signal)
	}
	return exitSignal + int(syscall.SIGINT)
}

// ReaderGone reports whether err is that nobody reads the standard output any
// more. Of that there is no need to tell: who read has ended it.
func ReaderGone(err error) bool {
	var at *fs.PathError
	return errors.As(err, &at) && at.Path == os.Stdout.Name() && errors.Is(at.Err, syscall.EPIPE)
}
