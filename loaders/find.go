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

	others []string // folders of datasets that other programs use, as torchvision does
	keras  string   // Keras' folder of datasets; "" means none

	timing    timing
	transport http.RoundTripper // nil means HTTP with those times
}

func newFinder(set *published, rivals ...*published) *finder {
	f := &finder{set: set, rivals: rivals, env: os.Getenv(DirVariable), timing: patient, others: datasetRoots(), keras: kerasFolder()}
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
	if !o.NoDownload {
		if err := checkProxies(os.Getenv); err != nil { // a wish, too
			return paths{}, "", err
		}
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
		if err := isFolder(f.env, fourFiles); err != nil {
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
	for _, dir := range f.foreign() {
		if at, err := f.set.in(dir); err == nil && at.complete() && f.set.held(at) {
			return at, dir, nil
		}
	}
	return paths{}, "", nil
}

// foreign are the folders in which other programs keep the files. They count only
// where these are the published ones: nobody has wished for them to be used here.
func (f *finder) foreign() []string {
	var dirs []string
	if f.set.torchvision != "" {
		for _, root := range f.others {
			dirs = append(dirs, filepath.Join(root, f.set.torchvision, "raw"))
		}
	}
	if f.keras != "" {
		if f.set.archive != "" {
			dirs = append(dirs, f.keras)
		}
		for _, name := range f.set.keras {
			dirs = append(dirs, filepath.Join(f.keras, name))
		}
	}
	return dirs
}

// held says whether the contents of all files are the published ones.
func (p *published) held(at paths) bool {
	for i := range p.files {
		if !p.files[i].holds(at[i]) {
			return false
		}
	}
	return true
}

// datasetRoots are the folders in which torchvision's users keep datasets.
func datasetRoots() []string {
	roots := []string{".", "data", "datasets"}
	if home, err := os.UserHomeDir(); err == nil {
		roots = append(roots, filepath.Join(home, "data"), filepath.Join(home, "datasets"))
	}
	return roots
}

// kerasFolder is Keras' folder of datasets: "" if there can be none.
func kerasFolder() string {
	if dir := os.Getenv("KERAS_HOME"); dir != "" {
		return filepath.Join(dir, "datasets")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, ".keras", "datasets")
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
	if err := isFolder(dir, fourFiles); err != nil {
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
			missing = shorter(missing, f.set.missing(at, d))
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

// fourFiles are what a folder of MNIST or Fashion-MNIST has.
const fourFiles = "the four IDX files"

// isFolder reports a folder that is not there, or is none; with is what it should
// have.
func isFolder(dir, with string) error {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist) && strings.HasPrefix(dir, "~"):
		return errors.WithMessage(err, "a shell replaces ~ only at the start of a word and outside quotes")
	case err != nil:
		return errors.WithStack(err) // it names the folder
	case !info.IsDir():
		return errors.Errorf("want a folder with %s, got the file %s", with, dir)
	}
	return nil
}

// under are the folders to search for files in dir: dir itself, and the set's
// own folder there, then those of torchvision and Keras.
func (f *finder) under(dir string) []string {
	dirs := []string{dir, filepath.Join(dir, f.set.folder)}
	if f.set.torchvision != "" {
		dirs = append(dirs, filepath.Join(dir, "raw"), filepath.Join(dir, f.set.torchvision, "raw"))
	}
	for _, name := range f.set.keras {
		dirs = append(dirs, filepath.Join(dir, name))
	}
	return dirs
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
	if path := filepath.Join(dir, p.archive); p.archive != "" && !at.complete() {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return paths{path, path, path, path}, nil
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

// missing are the names of the files that are not at those paths, with what in dir
// bears nearly such a name.
func (p *published) missing(at paths, dir string) []string {
	var names []string
	for i := range p.files {
		if at[i] != "" {
			continue
		}
		name := p.files[i].name
		if near := nearName(dir, name); near != "" && dir != "" {
			name += " (" + near + ")"
		}
		names = append(names, name)
	}
	return names
}

// names are those of all four files.
func (p *published) names() []string { return p.missing(paths{}, "") }

// unavailable says why the dataset cannot be had, and what to do.
func (f *finder) unavailable(why error) error {
	return &unavailableError{
		f.nowhere() + " and " + why.Error() +
			": put " + fourFiles + " in a folder that " + DirVariable + " names",
	}
}

// nowhere says where the files are not.
func (f *finder) nowhere() string {
	return nowhere(f.places())
}

// nowhere says that a dataset is in none of the places.
func nowhere(places []string) string {
	if len(places) == 0 {
		return DirVariable + " is not set"
	}
	return "not found in " + strings.Join(places, ", ")
}

// unavailableError is an ErrUnavailable with a reason.
type unavailableError struct{ text string }

func (e *unavailableError) Error() string { return e.text }
func (e *unavailableError) Unwrap() error { return ErrUnavailable }
