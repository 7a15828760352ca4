package cli

import (
	"context"
	"fmt"
	"image"
	"io"

	"github.com/pkg/errors"
	"github.com/spf13/cobra"

	"euryale/cmd/internal/command"
	"euryale/cmd/internal/serve"
	"euryale/graph"
	"euryale/internal/picture"
	"euryale/loaders"
)

// predictor is what predict does.
type predictor struct {
	load string
	raw  bool
	make func(m image.Image, input graph.Shape) ([]uint8, error) // of a picture what the network was trained on
	net  *graph.Network

	answers *serve.Server
	in      io.Reader
	out     io.Writer // is told of each picture
	stderr  io.Writer
}

// predictCommand says what is on pictures.
func predictCommand(l Lesson, f *flags) *cobra.Command {
	p := &predictor{}
	cmd := &cobra.Command{
		Use:   "predict IMAGE|DIR...",
		Short: "Say what a trained network takes pictures for",
		Long: "Say what a trained network takes pictures for: " + picture.Formats + "\n" +
			"files, all files below a folder, in the order of their names, or - for the\nstandard input. One that is no picture is told of, and the others are predicted.\n\n" +
			l.aboutPictures(),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return command.Usagef("predict: want a picture, such as seven.png, got none")
			}
			if err := command.CheckPictures("predict: ", args); err != nil {
				return err
			}
			if err := f.checkEffectOfForce(); err != nil {
				return err
			}
			if err := checkApart([]file{{"--load", p.load}, f.jsonFile()}); err != nil {
				return err
			}
			if err := f.checkJSON(); err != nil {
				return err
			}
			p.in, p.out, p.stderr = cmd.InOrStdin(), f.told(cmd.OutOrStdout(), cmd.ErrOrStderr()), cmd.ErrOrStderr()
			all, failed, err := p.run(cmd.Context(), l, args)
			if err != nil {
				return err
			}
			if f.JSON != "" {
				if err := f.saveJSON(all, p.out, cmd.OutOrStdout()); err != nil {
					return err
				}
			}
			return failed
		},
	}
	cmd.Flags().StringVar(&p.load, "load", "", "take the network in `FILE`")
	cmd.Flags().BoolVar(&p.raw, "raw", false, "pictures are as the network takes them, of its size")
	f.addJSON(cmd.Flags(), "what is found")
	f.addForce(cmd.Flags())
	return cmd
}

// aboutPictures says what becomes of a picture.
func (l Lesson) aboutPictures() string {
	if l.Own {
		return "A picture may be of any size: it is made one of the network's size as those of\ntraining were."
	}
	return "A picture may be of any size, and its ink lighter or darker than its paper: it\n" +
		"is scaled and centred as the dataset's images were."
}

// checkEffectOfForce reports --force where there is nothing to replace.
func (f *flags) checkEffectOfForce() error {
	if f.Force && (f.JSON == "" || f.JSON == standardOutput) {
		return command.Usagef("--force: want --json FILE too")
	}
	return nil
}

// prediction is what --json writes of a picture.
type prediction struct {
	File  string `json:"file"`
	Error string `json:"error,omitempty"`
	*serve.Answer
}

// run predicts all that can be. failed is why it was not all.
func (p *predictor) run(ctx context.Context, l Lesson, names []string) (all []prediction, failed, err error) {
	if p.net, err = loadTrained("predict", p.load); err != nil {
		return nil, nil, err
	}
	if p.make, err = l.preparer(p.net); err != nil {
		return nil, nil, errors.WithMessagef(err, "--load: %s", p.load)
	}
	tellClasses(l, p.net, p.load, p.stderr)
	if p.answers, err = serve.New(serve.Config{Network: p.net, Batch: 1}); err != nil {
		return nil, nil, err
	}
	defer p.answers.Close()
	if err := p.answers.Warm(); err != nil {
		return nil, nil, err
	}
	bad := 0
	for _, name := range names {
		for _, q := range queriesOf(name, p.in) {
			found, err := p.ask(ctx, l, q)
			if err != nil {
				return nil, nil, err
			}
			all = append(all, *found)
			if found.Error != "" {
				bad++
			}
		}
	}
	if bad > 0 {
		failed = errors.Errorf("predict: %d of %s could not be predicted", bad, command.Counted(len(all), "picture", "pictures"))
	}
	return all, failed, nil
}

// ask predicts one, and tells. The error is what ends all.
func (p *predictor) ask(ctx context.Context, l Lesson, q query) (*prediction, error) {
	answer, err := p.predict(ctx, q)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		fmt.Fprintf(p.stderr, "%s: %s: %v\n", l.Name, q.name, err)
		return &prediction{File: q.name, Error: err.Error()}, nil
	}
	_, err = fmt.Fprintf(p.out, "%s: %s\n", q.name, inWords(answer))
	return &prediction{File: q.name, Answer: answer}, errors.WithStack(err)
}

// inWords is the class, and how sure the network is of it.
func inWords(a *serve.Answer) string {
	if a.Class == nil {
		return fmt.Sprint(a.Values)
	}
	if a.Probabilities == nil {
		return a.Name
	}
	return fmt.Sprintf("%s (%.1f %%)", a.Name, 100*a.Probabilities[*a.Class])
}

// predict reads one picture, and asks.
func (p *predictor) predict(ctx context.Context, q query) (*serve.Answer, error) {
	m, err := q.read(ctx)
	if err != nil {
		return nil, err
	}
	pixels, err := p.prepared(m)
	if err != nil {
		return nil, err
	}
	return p.answers.Ask(ctx, pixels)
}

// read decodes it.
func (q query) read(ctx context.Context) (image.Image, error) {
	from, err := q.open()
	if err != nil {
		return nil, err
	}
	defer from.Close()
	read, err := picture.Read(ctx, from)
	if err != nil {
		return nil, err
	}
	return read.Image, nil
}

// prepared are the bytes of an image as those of the dataset are.
func (p *predictor) prepared(m image.Image) ([]uint8, error) {
	in := p.net.Inputs()[0].Shape
	if !p.raw {
		return p.make(m, in)
	}
	if size := m.Bounds().Size(); size.X != in[2] || size.Y != in[1] {
		return nil, errors.Errorf("--raw: want a picture of %d×%d pixels, got %d×%d", in[2], in[1], size.X, size.Y)
	}
	return loaders.Resize(m, in[0], in[1], in[2])
}
