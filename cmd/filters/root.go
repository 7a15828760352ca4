package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"euryale/cmd/internal/command"
	"euryale/nets/filters"
)

// flags are what the user chose.
type flags struct {
	choice
	Pool    int
	Average bool
	Then    bool
	Out     string
	Force   bool
}

// rootCommand filters a picture; its subcommands tell about filters.
func rootCommand() *cobra.Command {
	f := &flags{}
	root := &cobra.Command{
		Use:   "filters [PICTURE]",
		Short: "Filter a picture by convolution, and pool it",
		Long: `Filter a picture by convolution, and pool it.

Without --filter and --kernel, every filter goes on one contact sheet. A PICTURE
is a PNG, JPEG, GIF, WebP, BMP or TIFF file; without one, the built-in picture
is filtered. PNG files are written beside the picture, or into the current
folder: grey or in colour, with its transparency, depth and colour profile.`,
		Example: strings.Trim(`
  filters --filter vertical-lines,emboss --pool 2 photo.jpg
  filters --kernel '-1 -2 -1; 0 0 0; 1 2 1' photo.jpg
  filters explain --at 110,98 --filter sharpen photo.jpg`, "\n"),
		Args: onePicture,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(cmd.Flags()); err != nil {
				return err
			}
			return filterPicture(cmd.Context(), f, strings.Join(args, ""), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f.choice.add(root.Flags())
	f.add(root.Flags())
	root.AddCommand(explainCommand(), listCommand())
	return root
}

// onePicture takes one argument at most.
func onePicture(_ *cobra.Command, args []string) error {
	if len(args) > 1 {
		return command.Usagef("want one picture at most, got %d: %q", len(args), args)
	}
	if len(args) == 1 && args[0] == "" {
		return command.Usagef("want the name of a picture, got an empty one")
	}
	return nil
}

func (f *flags) add(p *pflag.FlagSet) {
	p.IntVar(&f.Pool, "pool", 0, "then keep the largest of each square of `N`×N")
	p.BoolVar(&f.Average, "average", false, "pool: take the mean instead of the largest")
	p.BoolVar(&f.Then, "then", false, "chain convolution, ReLU and pool for each filter")
	p.StringVar(&f.Out, "out", "", "write to `FILE`.png, or into the folder FILE/")
	p.BoolVar(&f.Force, "force", false, "replace files that exist")
}

// check reports flags that are out of range or do not go together.
func (f *flags) check(p *pflag.FlagSet) error {
	if err := f.choice.check(p); err != nil {
		return err
	}
	if p.Changed("pool") && (f.Pool < 1 || f.Pool > filters.PoolSizeLimit) {
		return command.Usagef("--pool: want a number from 1 to %d, got %d", filters.PoolSizeLimit, f.Pool)
	}
	if f.Average && f.Pool == 0 && !f.Then {
		return command.Usagef("--average: want --pool too")
	}
	if f.Then && f.Pool == 0 {
		f.Pool = 2 // as the lesson's network does
	}
	if f.Out == "" && p.Changed("out") {
		return command.Usagef("--out: want a file or a folder, got nothing")
	}
	for _, filter := range f.filters {
		if f.Then && !filter.Convolves() {
			return command.Usagef("--then: want convolutions, and %s is none", filter.Name)
		}
	}
	return nil
}

func (f *flags) pool() filters.Pool { return filters.Pool{Size: f.Pool, Average: f.Average} }
