package loaders

import (
	"context"
	"io"
	"os"
	"slices"

	"github.com/pkg/errors"
)

// published is a dataset as its authors published it.
type published struct {
	name    string
	folder  string // its own, under a folder of datasets
	classes []string
	files   [4]file
	mirrors []string // folders on the web that hold each file's name + ".gz"
	system  []string // folders where an operating system's package puts the files
}

// The places in published.files.
const (
	trainImages = iota
	trainLabels
	testImages
	testLabels
)

// file is one of a dataset's files. Its size and sum are those of the
// uncompressed content, since the same content is published compressed in more
// than one way.
type file struct {
	name string
	size int64
	sum  string // SHA-256, hexadecimal
}

// paths are where the files of a dataset lie, in the order of published.files.
// "" is a file that is missing.
type paths [4]string

// read reads and verifies both parts of the dataset.
func (p *published) read(ctx context.Context, at paths, origin string) (train, test *Dataset, err error) {
	train, err = p.part(ctx, at, trainImages, trainLabels, p.name+" training", origin)
	if err != nil {
		return nil, nil, err
	}
	test, err = p.part(ctx, at, testImages, testLabels, p.name+" test", origin)
	if err != nil {
		return nil, nil, err
	}
	return train, test, nil
}

// part reads the files of one part, given by their places.
func (p *published) part(ctx context.Context, at paths, images, labels int, name, origin string) (*Dataset, error) {
	if err := ctx.Err(); err != nil {
		return nil, errors.WithMessage(err, name)
	}
	im, err := readVerified(at[images], &p.files[images], readImages)
	if err != nil {
		return nil, errors.WithMessage(err, name)
	}
	lb, err := readVerified(at[labels], &p.files[labels], readLabels)
	if err != nil {
		return nil, errors.WithMessage(err, name)
	}
	d := &Dataset{
		Name: name, Origin: origin, Classes: slices.Clone(p.classes),
		Channels: 1, Height: im.Height, Width: im.Width,
		Images: im.Pixels, Labels: widened(lb),
	}
	return d, d.Check()
}

// readVerified reads the file at path, whose content must be want's.
func readVerified[T any](path string, want *file, read func(io.Reader, string) (T, error)) (v T, err error) {
	f, err := os.Open(path)
	if err != nil {
		return v, errors.WithStack(err) // it names the file
	}
	defer f.Close()
	u, err := uncompressed(f)
	if err != nil {
		return v, readError(path, 0, err)
	}
	c := newContent(u, want)
	v, err = read(c, path)
	if err := c.drain(); err != nil {
		return v, readError(path, c.n, err)
	}
	if err := c.check(); err != nil {
		return v, errors.Errorf("%s: %v: replace or remove this file", path, err)
	}
	return v, err
}
