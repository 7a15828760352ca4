package main

import (
	"context"
	"fmt"
	"image"
	"io"
	"strconv"
	"strings"

	"github.com/pkg/errors"
	"github.com/spf13/cobra"

	"euryale/cmd/internal/command"
)

// explainCommand prints the arithmetic of one pixel.
func explainCommand() *cobra.Command {
	c := &choice{}
	var at image.Point
	cmd := &cobra.Command{
		Use:   "explain --at X,Y --filter NAME [PICTURE]",
		Short: "Print how a filter comes to one pixel",
		Long: `Print how a filter comes to one pixel: the pixels around it, the filter, their
products, the sum, factor, bias and clamping, for each colour channel. Values
are from 0 to 255. Pixels are counted from the upper left corner, which is 0,0.
A pixel that is not opaque counts as much as it is seen; the mean of what is
seen around it stands in for the rest.`,
		Example: strings.Trim(`
  filters explain --at 110,98 --filter sharpen photo.jpg
  filters explain --at 1,1 --kernel '-1 0 -2; .5 4.5 -1.5; 1.5 2 -3'`, "\n"),
		Args: onePicture,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := c.check(cmd.Flags()); err != nil {
				return err
			}
			switch {
			case !cmd.Flags().Changed("at"):
				return command.Usagef("explain: want a pixel, such as --at 120,80")
			case len(c.filters) == 0:
				return command.Usagef("explain: want a filter, such as --filter sharpen; 'filters list' names all")
			}
			return explain(cmd.Context(), c, at, strings.Join(args, ""), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().Var(parsed(&at, "", parsePoint), "at", "the pixel in column `X,Y`")
	c.add(cmd.Flags())
	return cmd
}

// parsePoint reads two whole numbers of at least 0, with a comma or blanks
// between them: 120,80.
func parsePoint(text string) (image.Point, error) {
	x, y, found := strings.Cut(text, ",")
	if !found {
		x, y, _ = strings.Cut(strings.TrimSpace(text), " ")
	}
	px, errX := strconv.ParseUint(strings.TrimSpace(x), 10, 31)
	py, errY := strconv.ParseUint(strings.TrimSpace(y), 10, 31)
	if errX != nil || errY != nil {
		return image.Point{}, errors.Errorf("want a column and a row such as 120,80, got %q", text)
	}
	return image.Pt(int(px), int(py)), nil
}

func explain(ctx context.Context, c *choice, at image.Point, name string, stdout, stderr io.Writer) error {
	p, err := load(ctx, name, stderr)
	if err != nil {
		return err
	}
	for _, f := range c.filters {
		channels, err := f.Explain(p.Image, at.X, at.Y, c.edges)
		if err != nil {
			return errors.WithMessagef(err, "%s: --at", title(name))
		}
		text := fmt.Sprintf("%s at %d,%d of %s, %s, edges: %v\n", called(f), at.X, at.Y, title(name), size(p.Image.Bounds().Size()), c.edges)
		for _, a := range channels {
			text += "\n" + a.String()
		}
		if _, err := io.WriteString(stdout, text); err != nil {
			return err
		}
	}
	return nil
}
