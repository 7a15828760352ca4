package serve

import (
	"context"
	"fmt"
	"io"
	"net"

	"github.com/pkg/errors"
	"github.com/spf13/pflag"

	"euryale/cmd/internal/command"
)

// Address is the flag that says where a command serves.
type Address struct{ text string }

// Add declares --addr.
func (a *Address) Add(p *pflag.FlagSet) {
	p.StringVar(&a.text, "addr", "127.0.0.1:8080", "listen at `HOST:PORT`; port 0: any that is free")
}

// Check reports what is no address.
func (a *Address) Check() error {
	if _, _, err := net.SplitHostPort(a.text); err != nil {
		return command.Usagef("--addr: want HOST:PORT, such as 127.0.0.1:8080, got %q", a.text)
	}
	return nil
}

// Serve says on out where it serves what, and does so until ctx ends, which is as it
// should: see Server.Serve.
func (a *Address) Serve(ctx context.Context, s *Server, what string, out io.Writer) error {
	listener, err := net.Listen("tcp", a.text)
	if err != nil {
		return errors.Wrap(err, "--addr")
	}
	if _, err := fmt.Fprintf(out, "Serving %s at http://%s/ until interrupted\n", what, listener.Addr()); err != nil {
		listener.Close()
		return errors.WithStack(err)
	}
	return s.Serve(ctx, listener)
}
