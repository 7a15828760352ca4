package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"

	"github.com/pkg/errors"

	"euryale/internal/picture"
	"euryale/nets/filters"
)

// load reads a picture, and tells on notes what of the file is left out.
// Without a path it is the built-in one.
func load(ctx context.Context, path string, notes io.Writer) (*picture.Picture, error) {
	if path == "" {
		return &picture.Picture{Image: filters.Scene()}, nil
	}
	f, err := picture.Open(path)
	if err != nil {
		return nil, missing(path, err)
	}
	defer f.Close()
	p, err := picture.Read(ctx, f)
	if err != nil {
		return nil, about(path, err)
	}
	for _, note := range p.Notes {
		fmt.Fprintf(notes, "filters: %s: %s\n", path, note)
	}
	return p, nil
}

// about is an error of a picture, named unless it names the file itself.
func about(path string, err error) error {
	var at *fs.PathError
	if errors.As(err, &at) || errors.Is(err, context.Canceled) {
		return err
	}
	return errors.WithMessage(err, path)
}

// missing is the error of a file that cannot be opened: it names that. Where it
// has the name of a filter, the blank before it was meant for a comma.
func missing(path string, err error) error {
	if _, e := filters.Find(path); e == nil && errors.Is(err, fs.ErrNotExist) {
		return errors.WithMessagef(err, "want a picture here, and filters with commas: --filter NAME,%s", path)
	}
	return err
}
