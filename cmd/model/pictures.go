package main

import (
	"fmt"

	"github.com/pkg/errors"
	"github.com/spf13/cobra"

	"euryale/graph"
)

// prediction is what a network makes of a picture.
type prediction struct {
	Picture string `json:"picture"`
	Error   string `json:"error,omitempty"`
	Top     []rank `json:"top,omitempty"`
}

// pictures runs a network on pictures, and prints their likeliest classes.
func (r *running) pictures(cmd *cobra.Command, net *graph.Network, paths []string) error {
	eye, err := r.eye(net)
	if err != nil {
		return err
	}
	judge, err := newJudge(net)
	if err != nil {
		return err
	}
	b, err := newBatches(net, min(r.batch, len(paths)))
	if err != nil {
		return err
	}
	defer b.close()
	if note := judge.note(); note != "" {
		fmt.Fprintf(cmd.ErrOrStderr(), "model: %s\n", note)
	}
	out, failed := &printer{w: cmd.OutOrStdout(), asJSON: r.asJSON}, 0
	for from := 0; from < len(paths); from += r.batch {
		piece, err := r.piece(cmd, eye, judge, b, paths[from:min(from+r.batch, len(paths))])
		if err != nil {
			return err
		}
		for _, p := range piece {
			if p.Error != "" {
				failed++
				fmt.Fprintf(cmd.ErrOrStderr(), "model: %s\n", p.Error)
			}
		}
		if err := out.print(piece); err != nil {
			return err
		}
	}
	if err := out.end(judge); err != nil {
		return err
	}
	if failed > 0 {
		return errors.Errorf("run: %d of %d pictures could not be predicted", failed, len(paths))
	}
	return nil
}

// piece is what the network makes of a batch's pictures, those that are some.
func (r *running) piece(cmd *cobra.Command, eye *eye, judge *judge, b *batches, paths []string) ([]prediction, error) {
	ctx := cmd.Context()
	all := make([]prediction, len(paths))
	var good []int
	var x []float64
	for i, path := range paths {
		all[i].Picture = path
		seen, err := eye.see(ctx, path, cmd.InOrStdin(), cmd.ErrOrStderr())
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil:
			all[i].Error = err.Error()
			continue
		}
		good = append(good, i)
		x = append(x, seen...)
	}
	if len(good) == 0 {
		return all, nil
	}
	outputs, err := b.run(ctx, len(good), [][]float64{x})
	if err != nil {
		return nil, err
	}
	for j, i := range good {
		size := b.out[0]
		if all[i].Top, err = judge.top(outputs[0][j*size:(j+1)*size], r.top); err != nil {
			all[i].Error = errors.WithMessage(err, paths[i]).Error()
		}
	}
	return all, nil
}

// portsText is such as image (N, 3, 224, 224).
func portsText(all []graph.Port) string {
	text := ""
	for i, p := range all {
		if i > 0 {
			text += ", "
		}
		text += p.Name + " " + batchText(p.Shape)
	}
	return text
}
