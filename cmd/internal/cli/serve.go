package cli

import (
	"context"
	"io"

	"github.com/pkg/errors"
	"github.com/spf13/cobra"

	"euryale/cmd/internal/serve"
)

// serveCommand answers over HTTP.
func serveCommand(l Lesson) *cobra.Command {
	var load string
	var addr serve.Address
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve a trained network, with a page to draw on",
		Long: "Serve a trained network over HTTP: a page to draw on, POST /predict for pictures\n" +
			"and arrays, the Open Inference Protocol below /v2, and GET /healthz, /readyz and\n" +
			"/metrics. An interrupt ends it once all is answered that was asked.",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return serveModel(cmd.Context(), l, load, &addr, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&load, "load", "", "serve the network in `FILE`")
	addr.Add(cmd.Flags())
	return cmd
}

// serveModel serves until ctx ends, which is as it should.
func serveModel(ctx context.Context, l Lesson, load string, addr *serve.Address, out, stderr io.Writer) error {
	if err := addr.Check(); err != nil {
		return err
	}
	model, err := loadTrained("serve", load)
	if err != nil {
		return err
	}
	tellClasses(l, model, load, stderr)
	prepare, err := l.preparer(model)
	if err != nil {
		return errors.WithMessagef(err, "--load: %s", load)
	}
	page := &serve.Page{Title: l.Title, Thing: l.Thing, Files: l.Own}
	if !l.Own {
		_, samples := l.drawn(0, 10)
		page.Samples = serve.SamplesOf(samples)
	}
	s, err := serve.New(serve.Config{
		Network: model,
		Picture: prepare,
		Page:    page,
		Log:     stderr,
	})
	if err != nil {
		return err
	}
	return addr.Serve(ctx, s, load, out)
}
