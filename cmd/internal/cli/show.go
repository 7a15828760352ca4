package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/pkg/errors"
	"github.com/spf13/cobra"

	"euryale/loaders"
	"euryale/train/chart"
)

// showCommand prints images as text.
func showCommand(l Lesson, f *flags) *cobra.Command {
	var training bool
	cmd := &cobra.Command{
		Use:   "show INDEX...",
		Short: "Print images of the dataset as text",
		Long:  "Print images of the test set as text, counted from 0, with their classes.",
		RunE: func(cmd *cobra.Command, args []string) error {
			indices, err := parseIndices(args)
			if err != nil {
				return err
			}
			d, err := f.toShow(cmd.Context(), l, training, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			return show(d, indices, cmd.OutOrStdout())
		},
	}
	cmd.Flags().BoolVar(&training, "train", false, "print images of the training set")
	f.addData(cmd.Flags(), l)
	f.addSeed(cmd.Flags())
	return cmd
}

func parseIndices(args []string) ([]int, error) {
	if len(args) == 0 {
		return nil, usageError{errors.New("show: want the number of an image, such as 7, got none")}
	}
	var indices []int
	for _, arg := range args {
		i, err := strconv.Atoi(arg)
		if err != nil || i < 0 {
			return nil, usageError{errors.Errorf("show: want a whole number of at least 0, got %q", arg)}
		}
		indices = append(indices, i)
	}
	return indices, nil
}

// toShow is the part of the dataset that is asked for.
func (f *flags) toShow(ctx context.Context, l Lesson, training bool, stderr io.Writer) (*loaders.Dataset, error) {
	d, err := f.find(ctx, l, stderr)
	if err != nil {
		return nil, err
	}
	if d.missing != nil {
		fmt.Fprintf(stderr, "Showing the built-in dataset %s, not %s.\n%v\n", d.name, l.Dataset, d.missing)
	}
	if training {
		return d.train, nil
	}
	return d.test, nil
}

// show prints all the images, or none if one is not there.
func show(d *loaders.Dataset, indices []int, out io.Writer) error {
	for _, i := range indices {
		if i >= d.Len() {
			return errors.Errorf("show: want an image from 0 to %d, as %s has %d, got %d", d.Len()-1, d.Name, d.Len(), i)
		}
	}
	for _, i := range indices {
		if _, err := fmt.Fprintf(out, "%s, image %d: %s\n%s", d.Name, i, class(d, i), chart.Image(d, i)); err != nil {
			return err
		}
	}
	return nil
}

// class is that of an image: its label, and its name where that says more.
func class(d *loaders.Dataset, i int) string {
	label := strconv.Itoa(int(d.Labels[i]))
	name := d.Classes[d.Labels[i]]
	if name == label {
		return "class " + label
	}
	return "class " + label + ", " + name
}
