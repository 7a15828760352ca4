package cli

import (
	"fmt"
	"io"
	"strconv"

	"github.com/pkg/errors"
	"github.com/spf13/cobra"

	"euryale/cmd/internal/command"
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
			if f.given("fit") {
				if err := f.checkOwn(); err != nil {
					return err
				}
			}
			indices, err := parseIndices(args)
			if err != nil {
				return err
			}
			d, err := f.find(cmd.Context(), l, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			d.tell(cmd.Flags().Changed("seed"), cmd.ErrOrStderr())
			if training {
				return show(d.train, indices, cmd.OutOrStdout())
			}
			return show(d.test, indices, cmd.OutOrStdout())
		},
	}
	cmd.Flags().BoolVar(&training, "train", false, "print images of the training set")
	f.addData(cmd.Flags(), l)
	f.addSeedOf(cmd.Flags(), "drawn images")
	return cmd
}

func parseIndices(args []string) ([]int, error) {
	if len(args) == 0 {
		return nil, command.Usagef("show: want the number of an image, such as 7, got none")
	}
	var indices []int
	for _, arg := range args {
		i, err := strconv.Atoi(arg)
		if err != nil || i < 0 {
			return nil, command.Usagef("show: want a whole number of at least 0, got %q", arg)
		}
		indices = append(indices, i)
	}
	return indices, nil
}

// tell tells what somebody who looks at d, with --seed or without, may not
// expect.
func (d *data) tell(seeded bool, stderr io.Writer) {
	if d.missing != nil {
		fmt.Fprintf(stderr, "Showing %s.\n%v\n", d.called(), d.missing)
	}
	if seeded && !isDrawn(d.name) {
		fmt.Fprintf(stderr, "--seed has no effect: %s is read from files, not drawn.\n", d.name)
	}
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
	label := strconv.Itoa(d.Labels[i])
	name := d.Classes[d.Labels[i]]
	if name == label {
		return "class " + label
	}
	return "class " + label + ", " + name
}
