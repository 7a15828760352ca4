package loaders

import (
	"context"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/pkg/errors"
)

// finder looks for a published dataset on this machine, then on the web.
type finder struct {
	set    *published
	rivals []*published // sets whose files bear the same names

	env      string // of DirVariable
	cache    string // the set's own folder in the user's cache
	cacheErr error  // why there is no such folder

	timing    timing
	transport http.RoundTripper // nil means HTTP with those times
}

func newFinder(set *published, rivals ...*published) *finder {
	f := &finder{set: set, rivals: rivals, env: os.Getenv(DirVariable), timing: patient}
	root, err := os.UserCacheDir()
	f.cache, f.cacheErr = filepath.Join(root, "euryale", set.folder), err
	return f
}

// find returns the dataset, as much of it as o wants.
func (f *finder) find(ctx context.Context, o Options) (train, test *Dataset, err error) {
	if err := o.check(); err != nil {
		return nil, nil, errors.WithMessage(err, f.set.name)
	}
	at, origin, err := f.files(ctx, o)
	if err != nil {
		return nil, nil, errors.WithMessage(err, f.set.name)
	}
	train, test, err = f.set.read(ctx, at, origin)
	if err != nil {
		return nil, nil, err
	}
	return train.First(o.TrainSamples), test.First(o.TestSamples), nil
}

// files returns where the four files are, and whence they came.
func (f *finder) files(ctx context.Context, o Options) (paths, string, error) {
	at, dir, err := f.local(o)
	switch {
	case err != nil:
		return paths{}, "", err
	case dir != "":
		return at, "files in " + dir, nil
	}
	at, origin, err := f.download(ctx, o)
	if err != nil && ctx.Err() == nil {
		err = f.unavailable(err)
	}
	return at, origin, err
}

// local returns where on this machine the four files are, and their folder: ""
// if none was given and none of the places has them.
func (f *finder) local(o Options) (at paths, dir string, err error) {
	if o.Dir != "" {
		return f.given(o.Dir)
	}
	if f.env != "" { // a wish, too: what it names must be there
		if err := isFolder(f.env); err != nil {
			return paths{}, "", errors.WithMessage(err, DirVariable)
		}
	}
	for _, dir := range f.places() {
		at, err := f.set.in(dir)
		if err != nil {
			return paths{}, "", err
		}
		if at.complete() && f.rivalIn(at) == nil {
			return at, dir, nil
		}
	}
	return paths{}, "", nil
}

// places are the folders to search when none is given.
func (f *finder) places() []string {
	var dirs []string
	if f.env != "" {
		dirs = append(dirs, f.under(f.env)...)
	}
	if f.cacheErr == nil {
		dirs = append(dirs, f.cache)
	}
	return append(dirs, f.set.system...)
}

// given returns the files in dir or in the set's folder there, and which of the
// two.
func (f *finder) given(dir string) (paths, string, error) {
	if err := isFolder(dir); err != nil {
		return paths{}, "", err
	}
	var (
		rival   *published
		missing = f.set.names()
	)
	dirs := f.under(dir)
	for _, d := range dirs {
		at, err := f.set.in(d)
		if err != nil {
			return paths{}, "", err
		}
		if !at.complete() {
			missing = shorter(missing, f.set.missing(at))
			continue
		}
		if rival = f.rivalIn(at); rival == nil {
			return at, d, nil
		}
	}
	if rival != nil {
		return paths{}, "", errors.Errorf("%s holds %s, whose files bear the same names", dir, rival.name)
	}
	return paths{}, "", errors.Errorf("neither %s nor %s holds all four files, plain or .gz: missing %s",
		dirs[0], dirs[1], strings.Join(missing, ", "))
}

// isFolder reports a folder that is not there, or is none.
func isFolder(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist) && strings.HasPrefix(dir, "~"):
		return errors.WithMessage(err, "a shell replaces ~ only at the start of a word and outside quotes")
	case err != nil:
		return errors.WithStack(err) // it names the folder
	case !info.IsDir():
		return errors.Errorf("want a folder with the four IDX files, got the file %s", dir)
	}
	return nil
}

// under are the folders to search for files in dir: dir itself, and the set's
// own folder there.
func (f *finder) under(dir string) []string {
	return []string{dir, filepath.Join(dir, f.set.folder)}
}

// shorter is the list with fewer names, a if equal.
func shorter(a, b []string) []string {
	if len(b) < len(a) {
		return b
	}
	return a
}

// rivalIn returns the rival whose files are at those paths, nil if there is
// none. The label files are small and tell; what else is amiss, reading will
// find.
func (f *finder) rivalIn(at paths) *published {
	for _, r := range f.rivals {
		if r.files[trainLabels].holds(at[trainLabels]) && r.files[testLabels].holds(at[testLabels]) {
			return r
		}
	}
	return nil
}

// in returns which of the set's files dir holds. No folder is no error, one
// that cannot be searched is.
func (p *published) in(dir string) (at paths, err error) {
	for i := range p.files {
		if at[i], err = p.files[i].in(dir); err != nil {
			return paths{}, err
		}
	}
	return at, nil
}

// in returns the file's path in dir, or "". It accepts each spelling that is in
// use: with a hyphen or a point before idx, plain or compressed.
func (f *file) in(dir string) (string, error) {
	for _, name := range []string{f.name, strings.Replace(f.name, "-idx", ".idx", 1)} {
		for _, ext := range []string{"", ".gz"} {
			path := filepath.Join(dir, name+ext)
			info, err := os.Stat(path)
			if errors.Is(err, fs.ErrPermission) {
				return "", errors.WithStack(err) // it names the file
			}
			if err == nil && info.Mode().IsRegular() {
				return path, nil
			}
		}
	}
	return "", nil
}

// complete reports whether no file is missing.
func (at paths) complete() bool {
	for _, p := range at {
		if p == "" {
			return false
		}
	}
	return true
}

// missing are the names of the files that are not at those paths.
func (p *published) missing(at paths) []string {
	var names []string
	for i := range p.files {
		if at[i] == "" {
			names = append(names, p.files[i].name)
		}
	}
	return names
}

// names are those of all four files.
func (p *published) names() []string { return p.missing(paths{}) }

// unavailable says why the dataset cannot be had, and what to do.
func (f *finder) unavailable(why error) error {
	return &unavailableError{
		f.nowhere() + " and " + why.Error() +
			": put the four IDX files in a folder that " + DirVariable + " names",
	}
}

// nowhere says where the files are not.
func (f *finder) nowhere() string {
	places := f.places()
	if len(places) == 0 {
		return DirVariable + " is not set"
	}
	return "not found in " + strings.Join(places, ", ")
}

// unavailableError is an ErrUnavailable with a reason.
type unavailableError struct{ text string }

func (e *unavailableError) Error() string { return e.text }
func (e *unavailableError) Unwrap() error { return ErrUnavailable }
