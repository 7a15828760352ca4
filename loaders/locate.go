package loaders

import (
	"context"

	"github.com/pkg/errors"
)

// Location is where on this machine a published dataset lies.
type Location struct {
	Name string // as Load knows it

	// Dir is the folder from which Load takes the dataset. Where none has all
	// four files, it is the one that has most; "" where none has any.
	Dir string

	Searched []string      // the folders, in order
	Files    []LocatedFile // images and labels of the training set, then of the test set

	// Err is what keeps Load from taking the dataset from Dir; nil means
	// nothing. It matches ErrUnavailable if Load would have to download.
	Err error
}

// LocatedFile is one of a published dataset's four files.
type LocatedFile struct {
	Name   string // as published, but for .gz
	Path   string // "" if it is missing
	Size   int64  // of the file, in bytes
	SHA256 string // of the content, uncompressed, in hexadecimal; "" if it cannot be had or is too long
	Err    error  // how it differs from the published file; nil means not at all
}

// Locate says where MNIST and FashionMNIST find their files, and whether these
// are the published ones. It searches as they do and reads every file it
// reports, but downloads nothing. Of the Options it uses Dir. The error is
// ctx's.
func Locate(ctx context.Context, o Options) ([]Location, error) {
	var found []Location
	for _, p := range []struct {
		name   string
		finder *finder
	}{{"mnist", newFinder(&mnist, &fashion)}, {"fashion", newFinder(&fashion, &mnist)}} {
		l, err := p.finder.locate(ctx, o)
		if err != nil {
			return nil, err
		}
		l.Name = p.name
		found = append(found, l)
	}
	return found, nil
}

// locate fills in all but the name.
func (f *finder) locate(ctx context.Context, o Options) (Location, error) {
	l := Location{Searched: f.places()}
	if o.Dir != "" {
		l.Searched = f.under(o.Dir)
	}
	at, dir, err := f.local(o)
	l.Dir, l.Err = dir, err
	if dir == "" {
		at, l.Dir = f.fullest(l.Searched)
		if err == nil {
			l.Err = &unavailableError{f.nowhere()}
		}
	}
	for i := range f.set.files {
		if err := ctx.Err(); err != nil {
			return Location{}, errors.WithStack(err)
		}
		file := f.set.files[i].locate(at[i], l.Dir)
		l.Files = append(l.Files, file)
		if l.Err == nil && file.Err != nil {
			l.Err = file.Err
		}
	}
	return l, nil
}

// fullest returns the first of the folders that have most of the files, and
// these; no folder if all are empty. A rival's do not count.
func (f *finder) fullest(dirs []string) (at paths, dir string) {
	least := len(f.set.files)
	for _, d := range dirs {
		in, err := f.set.in(d)
		if n := len(f.set.missing(in, "")); err == nil && n < least && f.rivalIn(in) == nil {
			at, dir, least = in, d, n
		}
	}
	return at, dir
}

// locate describes the file at path, "" if dir has none.
func (f *file) locate(path, dir string) LocatedFile {
	l := LocatedFile{Name: f.name, Path: path}
	if path == "" {
		l.Err = errors.New("missing")
		if near := nearName(dir, f.name); near != "" && dir != "" {
			l.Err = errors.New("missing: " + near)
		}
		return l
	}
	l.Size, l.SHA256, l.Err = f.inspect(path)
	return l
}
