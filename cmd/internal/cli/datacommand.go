package cli

import (
	"context"
	"io"
	"path/filepath"
	"strings"

	"github.com/pkg/errors"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"euryale/cmd/internal/command"
)

// lookAt is what data is asked for, besides the data.
type lookAt struct {
	*flags
	sheet     string // a file
	augmented bool   // the sheet is of what the network will see
}

// dataCommand tells of a dataset.
func dataCommand(l Lesson, f *flags) *cobra.Command {
	d := &lookAt{flags: f}
	cmd := &cobra.Command{
		Use:   "data",
		Short: "Tell of the images: classes, sizes, duplicates",
		Long: "Tell of the images: how many there are of each class in either part, of which\n" +
			"size, their mean and deviation, which are the same as others, within a part and\n" +
			"between both, and the checksums of the parts.",
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return d.run(cmd.Context(), l, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	command.Group(cmd.Flags(), "Data", func(p *pflag.FlagSet) {
		f.addData(p, l)
		f.addTrainSamples(p)
		f.addTestSamples(p)
		f.addSeedOf(p, "what is drawn, split off and varied")
	})
	command.Group(cmd.Flags(), "Output", func(p *pflag.FlagSet) {
		f.addJSON(p, "what is found")
		p.StringVar(&d.sheet, "sheet", "", "draw images of each class into `FILE`, a PNG")
		p.BoolVar(&d.augmented, "augmented", false, "draw them as --augment shows them to the network")
		f.addAugment(p)
		f.addForce(p)
	})
	return cmd
}

// check reports flags that are out of range, or would have no effect.
func (d *lookAt) check() error {
	if err := wantAll([]demand{
		{"--train-samples", "at least 0", d.TrainSamples >= 0, d.TrainSamples},
		{"--test-samples", "at least 0", d.TestSamples >= 0, d.TestSamples},
	}); err != nil {
		return err
	}
	if d.given("fit") {
		if err := d.checkOwn(); err != nil {
			return err
		}
	}
	if _, err := d.pipeline(); err != nil {
		return err
	}
	for _, n := range []struct {
		flag string
		set  bool
		met  bool
		want string
	}{
		{"--augmented", d.augmented, d.sheet != "", "--sheet FILE"},
		{"--augmented", d.augmented, d.Augment != "" && d.Augment != noneOf, "--augment TEXT"},
		{"--augment", d.Augment != noneOf, d.augmented, "--augmented"},
		{"--force", d.Force, d.sheet != "" || d.JSON != "" && d.JSON != standardOutput, "--sheet or --json FILE"},
	} {
		if n.set && !n.met {
			return command.Usagef("%s: want %s too", n.flag, n.want)
		}
	}
	files := []file{d.jsonFile(), d.sheetFile()}
	if err := checkDash(files[1:]); err != nil {
		return err
	}
	if err := checkApart(files); err != nil {
		return err
	}
	if d.sheet != "" {
		if strings.ToLower(filepath.Ext(d.sheet)) != ".png" {
			return command.Usagef("--sheet: want a name that ends in .png, got %s", d.sheet)
		}
		if err := d.sheetFile().check(d.Force); err != nil {
			return err
		}
	}
	return d.checkJSON()
}

func (d *lookAt) sheetFile() file { return file{"--sheet", d.sheet} }

func (d *lookAt) run(ctx context.Context, l Lesson, stdout, stderr io.Writer) error {
	if err := d.check(); err != nil {
		return err
	}
	out := d.told(stdout, stderr)
	d.Batch, d.Epochs = 32, 1 // none of this command's flags
	all, err := d.load(ctx, l, (*data).sizes, out, stderr)
	if err != nil {
		return err
	}
	found, err := lookOver(ctx, all)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(out, found.String()); err != nil {
		return err
	}
	if d.JSON != "" {
		if err := d.saveJSON(found, out, stdout); err != nil {
			return err
		}
	}
	if d.sheet == "" {
		return nil
	}
	text, err := d.drawn(all)
	if err != nil {
		return errors.WithMessage(err, "--sheet")
	}
	return d.sheetFile().write(text, d.Force, out)
}
