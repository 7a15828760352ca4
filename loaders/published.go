package loaders

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
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

	torchvision string   // the folder of its name in a root of torchvision's; "" means none
	keras       []string // folders in Keras' cache of datasets
	archive     string   // the .npz file that Keras has of it; "" means none
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

	// packed says that size and sum are those of the file as it lies, compressed, and
	// that name is all of its name.
	packed bool
}

// address is the name under which mirrors have it.
func (f *file) address() string {
	if f.packed {
		return f.name
	}
	return f.name + ".gz"
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
	u, closer, _, err := want.open(path)
	if err != nil {
		return v, err
	}
	defer closer.Close()
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

// open opens the file's content, uncompressed, at path, and says what size the file
// there has. Keras' mnist.npz has all four, as arrays.
func (f *file) open(path string) (content io.Reader, closer io.Closer, size int64, err error) {
	r, err := os.Open(path)
	if err != nil {
		return nil, nil, 0, errors.WithStack(err) // it names the file
	}
	info, err := r.Stat()
	if err == nil {
		size = info.Size()
		if filepath.Ext(path) == ".npz" {
			var b []byte
			b, err = openKerasArray(path, f.name)
			content = bytes.NewReader(b)
		} else if content, err = uncompressed(r); err != nil {
			err = readError(path, 0, err)
		}
	}
	if err != nil {
		r.Close()
		return nil, nil, size, err
	}
	return content, r, size, nil
}
