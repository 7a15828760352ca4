package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/pkg/errors"

	"euryale/loaders"
)

// data is a dataset's two parts.
type data struct {
	name        string
	train, test *loaders.Dataset
}

// load finds the dataset that the flags ask for. Where none is asked for and
// the lesson's cannot be had, the built-in one stands in, which the first line
// says; even when quiet, since figures then mean something else.
func (f *flags) load(ctx context.Context, l Lesson, stdout, stderr io.Writer) (*data, error) {
	if f.Dataset != "" && !slices.Contains(loaders.Names(), f.Dataset) {
		return nil, usageError{errors.Errorf("--dataset: want one of %s, got %q", strings.Join(loaders.Names(), ", "), f.Dataset)}
	}
	options := loaders.Options{Dir: f.Dir, Seed: f.Seed, TrainSamples: f.TrainSamples, TestSamples: f.TestSamples}
	if !f.Quiet {
		options.Log = stderr
	}
	d := &data{name: f.Dataset}
	if d.name == "" {
		d.name = l.Dataset
	}
	var err error
	d.train, d.test, err = loaders.Load(ctx, d.name, options)
	if f.Dataset == "" && f.Dir == "" && errors.Is(err, loaders.ErrUnavailable) {
		to := stdout
		if f.Quiet {
			to = stderr
		}
		fmt.Fprintf(to, "Training on the built-in dataset %s: results do not compare with those on %s.\n%v\n", l.BuiltIn, l.Dataset, err)
		d.name = l.BuiltIn
		d.train, d.test, err = loaders.Load(ctx, d.name, options)
	}
	if err != nil && f.Dir != "" {
		err = errors.WithMessage(err, "--data")
	}
	if err != nil {
		return nil, err
	}
	if !f.Quiet {
		fmt.Fprintf(stdout, "Dataset: %s, %s; %d training and %d test images\n", d.name, d.train.Origin, d.train.Len(), d.test.Len())
	}
	return d, nil
}
