package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"euryale/cmd/internal/command"
)

// running is what to run a network on, and how.
type running struct {
	inputs []string // NAME=FILE, or FILE
	output string
	force  bool

	seeing
	top    int
	asJSON bool

	batch  int
	shapes shapes
}

// runCommand runs a network on arrays, or on pictures.
func runCommand() *cobra.Command {
	var r running
	cmd := &cobra.Command{
		Use:   "run FILE {PICTURE... | --input NAME=X.npy... --output DIR}",
		Short: "Run a network on pictures, or on arrays",
		Long: `Run a network on pictures, and print the likeliest classes of each; or on arrays,
batch first, of any number of samples, and write each output to a file.

A PICTURE is a PNG, JPEG, GIF, WebP, BMP or TIFF file, or - for the standard
input. It is resized, cropped and scaled as torchvision does: without --resize
and --crop so that it covers the network's input; without --mean and --std as the
FILE says, or from 0 to 1. What is transparent shows white (Pillow's
convert("RGB") shows the colour below). One that cannot be read does not stop the
others: the exit status is 1 then.`,
		Example: strings.Trim(`
  model run net.safetensors digit.png
  model run net.onnx --resize 256 --crop 224 --mean 0.485,0.456,0.406 \
    --std 0.229,0.224,0.225 cat.jpg dog.png
  model run net.onnx --input image=x.npy --output results`, "\n"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := r.check(cmd.Flags(), args); err != nil {
				return err
			}
			net, err := openNetwork(args[0], r.shapes)
			if err != nil {
				return err
			}
			if len(r.inputs) > 0 {
				return r.arrays(cmd.Context(), net, cmd.OutOrStdout())
			}
			return r.pictures(cmd, net, args[1:])
		},
	}
	r.add(cmd.Flags())
	return cmd
}

func (r *running) add(p *pflag.FlagSet) {
	command.Group(p, "Pictures", func(p *pflag.FlagSet) {
		r.seeing.add(p)
		p.IntVar(&r.top, "top", 5, "print the `N` likeliest classes")
		p.BoolVar(&r.asJSON, "json", false, "print JSON instead")
	})
	command.Group(p, "Arrays", func(p *pflag.FlagSet) {
		p.Var(&value{kind: "string", read: r.addInput}, "input", "`NAME=FILE`.npy of an input, or FILE.npy in order")
		p.StringVar(&r.output, "output", "", "write each output to a file in `DIR`")
		p.BoolVar(&r.force, "force", false, "replace files that exist")
	})
	p.IntVar(&r.batch, "batch", 8, "take at most `N` samples at once")
	r.shapes.add(p)
}

func (r *running) addInput(text string) error {
	if text != "" { // which NotEmpty reports
		r.inputs = append(r.inputs, text)
	}
	return nil
}

// check reports flags that are out of range or do not go together.
func (r *running) check(p *pflag.FlagSet, args []string) error {
	if err := atLeast("batch", r.batch, 1); err != nil {
		return err
	}
	if err := atLeast("top", r.top, 1); err != nil {
		return err
	}
	if len(args) == 0 || args[0] == "" {
		return command.Usagef("want a file, got none")
	}
	foreign, want := []string{"output", "force"}, "--input"
	switch {
	case len(r.inputs) > 0 && len(args) > 1:
		return command.Usagef("want either pictures or --input, got both")
	case len(r.inputs) > 0 && r.output == "":
		return command.Usagef("--input: want --output too")
	case len(r.inputs) > 0:
		foreign, want = []string{"resize", "crop", "mean", "std", "top", "json"}, "pictures"
	}
	for _, name := range foreign {
		if p.Changed(name) {
			return command.Usagef("--%s: want %s too", name, want)
		}
	}
	if len(r.inputs) == 0 && len(args) == 1 {
		return command.Usagef("want pictures, or --input and --output, got neither")
	}
	return command.CheckPictures("", args[1:])
}
