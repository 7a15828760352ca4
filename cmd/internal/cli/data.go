package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pkg/errors"

	"euryale/cmd/internal/command"
	"euryale/graph"
	"euryale/internal/decimal"
	"euryale/internal/near"
	"euryale/loaders"
	"euryale/loaders/augment"
)

// data is a dataset's two parts.
type data struct {
	name        string
	train, test *loaders.Dataset
	validation  *loaders.Dataset // held out of the training images; nil without --validation-share
	split       string           // how the test images were split off; "" where they were apart
	streaming   string           // that pictures are not held in memory, and what would hold them; "" where they are

	pipeline augment.Pipeline // that varies training images; nil for none
	weights  []float64        // of the classes in training; nil means 1 each
	scaling  graph.Scaling    // of all
	loss     graph.Loss       // nil means the default

	// missing is why the lesson's dataset, wanted, cannot be had, where the
	// built-in one stands in; nil where it does not.
	missing error
	wanted  string
}

// called is the dataset's name, and that it is not the lesson's.
func (d *data) called() string {
	if d.missing == nil {
		return d.name
	}
	return fmt.Sprintf("the built-in dataset %s, not %s", d.name, d.wanted)
}

// load finds the dataset that the flags ask for, and says what it found, of what
// sizes; even when quiet that it is the built-in one in the place of the lesson's,
// since figures then mean something else.
func (f *flags) load(ctx context.Context, l Lesson, sizes func(*data) string, out, stderr io.Writer) (*data, error) {
	var log io.Writer
	notice := stderr
	if !f.Quiet {
		log, notice = stderr, out
	}
	d, err := f.inTurn(func() (*data, error) { return f.find(ctx, l, log) })
	if err != nil {
		return nil, err
	}
	d.scaling = graph.Scaling{Most: 255}
	if d.missing != nil {
		fmt.Fprintf(notice, "Training on the built-in dataset %s: results do not compare with those on %s.\n%v\n", d.name, d.wanted, d.missing)
	}
	if !f.Quiet {
		origin := ", " + d.train.Origin
		if d.train.Origin == d.name {
			origin = ""
		}
		fmt.Fprintf(out, "Dataset: %s%s; %s%s\n%s", d.name, origin, sizes(d), d.about(l), d.streaming)
	}
	return d, nil
}

// find finds the dataset that the flags ask for. Where nobody asks for one, and
// the lesson's cannot be had, the built-in one stands in. log is told how a
// download goes.
func (f *flags) find(ctx context.Context, l Lesson, log io.Writer) (*data, error) {
	if err := f.checkData(); err != nil {
		return nil, err
	}
	d, err := f.read(ctx, l, log)
	if err != nil {
		return nil, err
	}
	if err := f.checkSamples(d); err != nil {
		return nil, err
	}
	if err := f.holdOut(d); err != nil {
		return nil, err
	}
	if err := f.checkSteps(d.train.Len()); err != nil {
		return nil, err
	}
	if d.pipeline, err = f.pipeline(); err != nil {
		return nil, err
	}
	if err := f.checkAugment(d.train.Channels, d.train.Height, d.train.Width); err != nil {
		return nil, err
	}
	d.loss, d.weights, err = f.loss(d.train, d.pipeline.Mixes())
	return d, err
}

// read reads the dataset that the flags ask for.
func (f *flags) read(ctx context.Context, l Lesson, log io.Writer) (*data, error) {
	if l.Own && f.Dataset == "" {
		return f.findOwn(ctx, l, log)
	}
	options := loaders.Options{Dir: f.Dir, Seed: f.Seed, TrainSamples: f.TrainSamples, TestSamples: f.TestSamples, Log: log}
	d := &data{name: cmp.Or(f.Dataset, l.Dataset), wanted: l.Dataset}
	var err error
	d.train, d.test, err = loaders.Load(ctx, d.name, options)
	switch {
	case errors.Is(err, loaders.ErrUnavailable):
		err = errors.Errorf("%v, or that --data names", err)
		if l.Own {
			return nil, err
		}
		if f.Dataset != "" || os.Getenv(loaders.DirVariable) != "" { // that is asking, too
			return nil, errors.Errorf("%v; --dataset %s needs none", err, l.BuiltIn)
		}
		d.name, d.missing = l.BuiltIn, err
		d.train, d.test, err = loaders.Load(ctx, d.name, options)
	case err != nil && f.Dir != "":
		err = errors.WithMessage(err, "--data")
	case err != nil && ofVariable(err.Error()):
		err = errors.WithMessage(err, loaders.DirVariable)
	}
	return d, err
}

// about says of pictures of one's own what they are, and how they are split.
func (d *data) about(l Lesson) string {
	if !l.Own {
		return ""
	}
	text := fmt.Sprintf(" of %s in %s", dimensions(d.train), classes(len(d.train.Classes)))
	if d.split != "" {
		text += "; " + d.split
	}
	return text
}

// dimensions is 28×28 in grey, 32×32 in colour.
func dimensions(d *loaders.Dataset) string {
	in := "in colour"
	if d.Channels == 1 {
		in = "in grey"
	}
	return fmt.Sprintf("%d×%d %s", d.Height, d.Width, in)
}

// ofVariable says whether an error is of what EURYALE_DATA names, and does not say
// so.
func ofVariable(err string) bool {
	dir := os.Getenv(loaders.DirVariable)
	return dir != "" && strings.Contains(err, filepath.Clean(dir)) && !strings.Contains(err, loaders.DirVariable)
}

// holdOut takes the share of --validation-share out of the training images.
func (f *flags) holdOut(d *data) (err error) {
	if f.ValidationShare > 0 {
		d.train, d.validation, err = d.train.Split(f.ValidationShare, f.Seed)
	}
	return errors.WithMessage(err, "--validation-share")
}

// sizes says how many images there are.
func (d *data) sizes() string {
	if d.validation == nil {
		return fmt.Sprintf("%d training and %s", d.train.Len(), d.testSize())
	}
	return fmt.Sprintf("%d training, %d validation and %s", d.train.Len(), d.validation.Len(), d.testSize())
}

// trainingSize says how many images there are to train on.
func (d *data) trainingSize() string {
	return command.Counted(d.train.Len(), "training image", "training images")
}

// found are the flags as another run, elsewhere, is to be given them to find the
// same data.
func (f *flags) found(d *data) *flags {
	g := *f
	g.Dir = d.folder(f.Dir)
	return &g
}

// folder is where the dataset was read from, in full, if that was asked for: by
// --data, of which dir is the value, or by EURYALE_DATA.
func (d *data) folder(dir string) string {
	if env := os.Getenv(loaders.DirVariable); dir == "" && env != "" {
		in, read := strings.CutPrefix(d.train.Origin, "files in ")
		if rest, err := filepath.Rel(env, in); read && err == nil && filepath.IsLocal(rest) {
			dir = in
		}
	}
	if full, err := filepath.Abs(dir); err == nil && dir != "" {
		return full
	}
	return dir
}

// checkData reports a name of no dataset, and files where none are read.
func (f *flags) checkData() error {
	names := loaders.Names()
	switch {
	case f.Dataset == "":
		return nil
	case !slices.Contains(names, f.Dataset):
		return command.Usagef("--dataset: want one of %s, got %q%s", strings.Join(names, ", "), f.Dataset, near.Hint(f.Dataset, "", names...))
	case f.Dir != "" && isDrawn(f.Dataset):
		return command.Usagef("--data: %s is drawn, not read from files", f.Dataset)
	}
	return nil
}

// isDrawn says whether the dataset of that name is one the program draws.
func isDrawn(name string) bool { return strings.HasPrefix(name, "rendered-") }

// checkSamples reports that there are fewer images than were asked for.
func (f *flags) checkSamples(d *data) error {
	for _, n := range []struct {
		flag      string
		want, got int
	}{{"--train-samples", f.TrainSamples, d.train.Len()}, {"--test-samples", f.TestSamples, d.test.Len()}} {
		if n.want > n.got {
			return command.Usagef("%s: want at most %s, as %s has, got %d", n.flag, decimal.Group(int64(n.got)), d.name, n.want)
		}
	}
	return nil
}
