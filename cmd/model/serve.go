package main

import (
	"cmp"
	"context"
	"image"
	"io"

	"github.com/spf13/cobra"

	"euryale/cmd/internal/serve"
	"euryale/graph"
)

// service is what to serve, and where.
type service struct {
	seeing
	addr   serve.Address
	name   string
	batch  int
	shapes shapes
}

// serveCommand answers over HTTP.
func serveCommand() *cobra.Command {
	var s service
	cmd := &cobra.Command{
		Use:   "serve FILE",
		Short: "Serve a network over HTTP",
		Long: `Serve a network over HTTP: POST /predict for pictures and arrays, the Open
Inference Protocol below /v2, and GET /healthz, /readyz and /metrics. Pictures
are resized, cropped and scaled as by run. An interrupt ends it once all is
answered that was asked.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := s.check(args); err != nil {
				return err
			}
			n, err := openNetwork(args[0], s.shapes)
			if err != nil {
				return err
			}
			return s.serve(cmd.Context(), n, args[0], cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	p := cmd.Flags()
	s.addr.Add(p)
	p.StringVar(&s.name, "name", "", "the model's `NAME` below /v2 (default: the file's)")
	p.IntVar(&s.batch, "batch", 8, "take at most `N` samples at once")
	s.seeing.add(p)
	s.shapes.add(p)
	return cmd
}

func (s *service) check(args []string) error {
	if err := atLeast("batch", s.batch, 1); err != nil {
		return err
	}
	if err := s.addr.Check(); err != nil {
		return err
	}
	return files(args, "a file", 1)
}

// serve serves until ctx ends, which is as it should.
func (s *service) serve(ctx context.Context, n *graph.Network, path string, out, stderr io.Writer) error {
	if err := checkRoom(n, s.batch); err != nil {
		return err
	}
	c := serve.Config{Network: n, Name: s.name, Batch: s.batch, Log: stderr}
	eye, err := s.eye(n)
	switch {
	case err != nil && (s.resize != side{} || s.crop != side{} || s.mean != nil || s.deviation != nil):
		return err
	case err == nil:
		c.Picture = func(m image.Image, _ graph.Shape) ([]uint8, error) { return eye.pixels(m) }
		d := n.Details()
		d.Input = eye.scaling
		if err := n.SetDetails(d); err != nil {
			return err
		}
	}
	server, err := serve.New(c)
	if err != nil {
		return err
	}
	return s.addr.Serve(ctx, server, cmp.Or(s.name, path), out)
}
