package cli

import (
	"cmp"
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
	missing     error // why the lesson's dataset cannot be had, where the built-in one stands in
}

// load finds the dataset that the flags ask for, and says what it found; even when quiet
// that it is the built-in one in the place of the lesson's, since figures then mean
// something else.
func (f *flags) load(ctx context.Context, l Lesson, stdout, stderr io.Writer) (*data, error) {
	var log io.Writer
	notice := stderr
	if !f.Quiet {
		log, notice = stderr, stdout
	}
	d, err := f.find(ctx, l, log)
	if err != nil {
		return nil, err
	}
	if d.missing != nil {
		fmt.Fprintf(notice, "Training on the built-in dataset %s: results do not compare with those on %s.\n%v\n", d.name, l.Dataset, d.missing)
	}
	if !f.Quiet {
		fmt.Fprintf(stdout, "Dataset: %s, %s; %d training and %d test images\n", d.name, d.train.Origin, d.train.Len(), d.test.Len())
	}
	return d, nil
}

// find finds the dataset that the flags ask for. Where none is asked for and the lesson's
// cannot be had, the built-in one stands in. log is told how a download goes.
func (f *flags) find(ctx context.Context, l Lesson, log io.Writer) (*data, error) {
	if f.Dataset != "" && !slices.Contains(loaders.Names(), f.Dataset) {
		return nil, usageError{errors.Errorf("--dataset: want one of %s, got %q", strings.Join(loaders.Names(), ", "), f.Dataset)}
	}
	options := loaders.Options{Dir: f.Dir, Seed: f.Seed, TrainSamples: f.TrainSamples, TestSamples: f.TestSamples, Log: log}
	d := &data{name: cmp.Or(f.Dataset, l.Dataset)}
	var err error
	d.train, d.test, err = loaders.Load(ctx, d.name, options)
	if f.Dataset == "" && f.Dir == "" && errors.Is(err, loaders.ErrUnavailable) {
		d.name, d.missing = l.BuiltIn, err
		d.train, d.test, err = loaders.Load(ctx, d.name, options)
	}
	if err != nil && f.Dir != "" {
		err = errors.WithMessage(err, "--data")
	}
	return d, err
}
