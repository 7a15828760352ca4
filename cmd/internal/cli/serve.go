package cli

import (
	"context"
	"fmt"
	"image"
	"io"
	"net"
	"strings"

	"github.com/pkg/errors"
	"github.com/spf13/cobra"

	"euryale/cmd/internal/command"
	"euryale/cmd/internal/serve"
	"euryale/graph"
	"euryale/loaders"
)

// serveCommand answers over HTTP.
func serveCommand(l Lesson) *cobra.Command {
	var load, addr string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve a trained network, with a page to draw on",
		Long: "Serve a trained network over HTTP: a page to draw on, POST /predict for pictures\n" +
			"and arrays, the Open Inference Protocol below /v2, and GET /healthz, /readyz and\n" +
			"/metrics. An interrupt ends it once all is answered that was asked.",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return serveModel(cmd.Context(), l, load, addr, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&load, "load", "", "serve the network in `FILE`")
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:8080", "listen at `HOST:PORT`; port 0: any that is free")
	return cmd
}

// serveModel serves until ctx ends, which is as it should.
func serveModel(ctx context.Context, l Lesson, load, addr string, out, stderr io.Writer) error {
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return command.Usagef("--addr: want HOST:PORT, such as 127.0.0.1:8080, got %q", addr)
	}
	model, err := loadTrained("serve", load)
	if err != nil {
		return err
	}
	tellClasses(l, model, load, stderr)
	_, samples := loaders.RenderedDigits(1, 0, 10)
	if strings.Contains(l.BuiltIn, "garments") {
		_, samples = loaders.RenderedGarments(1, 0, 10)
	}
	s, err := serve.New(serve.Config{
		Network: model,
		Picture: func(m image.Image, _ graph.Shape) ([]uint8, error) { return bytesOf(l.Picture(m)) },
		Page:    &serve.Page{Title: l.Title, Thing: l.Thing, Samples: serve.SamplesOf(samples)},
		Log:     stderr,
	})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return errors.Wrap(err, "--addr")
	}
	if _, err := fmt.Fprintf(out, "Serving %s at http://%s/ until interrupted\n", load, listener.Addr()); err != nil {
		listener.Close()
		return errors.WithStack(err)
	}
	return s.Serve(ctx, listener)
}

func bytesOf(g *image.Gray, err error) ([]uint8, error) {
	if err != nil {
		return nil, err
	}
	return g.Pix, nil
}
