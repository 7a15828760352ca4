package loaders

import (
	"archive/zip"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pkg/errors"
)

// openArrays reads a dataset of arrays, whatever it is of those that this package
// knows, as the first bytes of the file at path or the names in the folder tell: IDX
// files, .npz and .npy, CIFAR's binary versions in a folder or a tar archive, and CSV
// files of pixels. test is nil where there is none.
//
// handled is false, without an error, if it is none of these: a folder or an archive
// of pictures, a picture, a table of their paths. What can only be something else, an
// HTML page or a Parquet file, is an error that says what it is.
func openArrays(ctx context.Context, path string, c arrayConfig) (train, test *Dataset, handled bool, err error) {
	if err := checkThere(path); err != nil {
		return nil, nil, true, err
	}
	if err := ctx.Err(); err != nil {
		return nil, nil, true, errors.WithStack(err)
	}
	open, err := c.opener(ctx, path)
	if open == nil || err != nil {
		return nil, nil, err != nil, err
	}
	train, test, err = open()
	if err != nil {
		return nil, nil, true, err
	}
	for _, d := range []*Dataset{train, test} {
		if d == nil {
			continue
		}
		if err := d.Check(); err != nil {
			return nil, nil, true, err
		}
	}
	return train, test, true, nil
}

// arraysOpener reads a dataset.
type arraysOpener func() (train, test *Dataset, err error)

// opener is what reads the dataset at path, nil if it is none of arrays.
func (c *arrayConfig) opener(ctx context.Context, path string) (arraysOpener, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, errors.WithStack(err)
	case info.IsDir():
		return c.folderOpener(ctx, path)
	case !info.Mode().IsRegular():
		return nil, errors.Errorf("%s: want a regular file or a folder, got a pipe or a device", path)
	}
	return c.fileOpener(ctx, path)
}

// folderOpener is opener for a folder.
func (c *arrayConfig) folderOpener(ctx context.Context, path string) (arraysOpener, error) {
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, errors.WithStack(err) // it names the folder
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	if f, ok := cifarFormatOf(names); ok {
		return func() (train, test *Dataset, err error) { return c.cifarFolder(ctx, path, f) }, nil
	}
	for _, dir := range []string{"", "raw", "gzip"} {
		if files, err := idxFiles(filepath.Join(path, dir)); err == nil && len(files) > 0 {
			return func() (train, test *Dataset, err error) { return openIDX(path, *c) }, nil
		}
	}
	at, err := oneArrayFile(path, names)
	if at == "" || err != nil {
		return nil, err
	}
	return c.fileOpener(ctx, at)
}

// oneArrayFile is the file of arrays in dir from which the rest is found: "" if there
// is none. Several that belong to different datasets are an error.
func oneArrayFile(dir string, names []string) (string, error) {
	var (
		found string
		of    = map[string]string{} // file, by dataset
		sets  []string
	)
	for _, name := range names {
		path, set := filepath.Join(dir, name), name
		switch ext := filepath.Ext(strings.TrimSuffix(name, ".gz")); ext {
		case ".npy", ".npz":
			if r, ok := roleOf(name); ok {
				set = r.set + ext
			} else if ext == ".npy" {
				continue
			}
		case ".csv":
			if head, err := contentHead(path, 1<<20); err != nil || !looksLikePixels(head) {
				continue
			}
			if r, ok := roleOf("x " + name); ok {
				set = r.set + ext
			}
		default:
			continue
		}
		if of[set] == "" {
			sets = append(sets, set)
		}
		if r, _ := roleOf("x " + name); of[set] == "" || r.part == "train" {
			of[set] = path
		}
	}
	if len(sets) == 0 {
		return "", nil
	}
	if found = of[sets[0]]; len(sets) > 1 {
		return "", errors.Errorf("%s: want the arrays of one dataset, got those of several: name one, such as %s", dir, found)
	}
	return found, nil
}

// contentHead is the beginning of the content, uncompressed, of the file at path.
func contentHead(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, errors.WithStack(err) // it names the file
	}
	defer f.Close()
	u, err := uncompressed(f)
	if err != nil {
		return nil, readError(path, 0, err)
	}
	head, err := io.ReadAll(io.LimitReader(u, most))
	if err != nil {
		return nil, readError(path, int64(len(head)), err)
	}
	return head, nil
}

// fileOpener is opener for a file.
func (c *arrayConfig) fileOpener(ctx context.Context, path string) (arraysOpener, error) {
	head, err := contentHead(path, 1<<20)
	if err != nil {
		return nil, err
	}
	for _, f := range []cifarFormat{cifar10Format, cifar100Format} {
		if name := filepath.Base(path); f.isTrain(name) || name == f.test {
			return func() (train, test *Dataset, err error) { return c.cifarFolder(ctx, filepath.Dir(path), f) }, nil
		}
	}
	switch _, idx := findTypeCode(at(head, 2)); {
	case strings.HasPrefix(string(head), "\x93NUMPY"):
		return func() (train, test *Dataset, err error) { return openArrayFiles(path, c) }, nil
	case strings.HasPrefix(string(head), "PK\x03\x04"):
		if !hasArrays(path) {
			return nil, nil
		}
		return func() (train, test *Dataset, err error) { return openNPZ(path, c) }, nil
	case isTar(head):
		return c.tarOpener(ctx, path)
	case len(head) >= 4 && head[0] == 0 && head[1] == 0 && idx:
		return func() (train, test *Dataset, err error) { return openIDX(path, *c) }, nil
	case looksLikePixels(head):
		return func() (train, test *Dataset, err error) { return openPixelsCSV(path, c) }, nil
	}
	if isGzip(head) {
		return nil, errors.Errorf("%s: want images and labels, got %v", path, gzipInGzip)
	}
	switch k := kindOf(head[:min(len(head), headLength)]); {
	case k.name == "", strings.HasSuffix(k.name, " picture"):
		return nil, nil
	default:
		return nil, errors.Errorf("%s: want images and labels, got %v", path, k)
	}
}

// at is byte i, 0 beyond the end.
func at(b []byte, i int) byte {
	if i >= len(b) {
		return 0
	}
	return b[i]
}

// hasArrays says whether a zip archive has arrays of NumPy's in it.
func hasArrays(path string) bool {
	z, err := zip.OpenReader(path)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return filepath.Ext(path) == ".npz" // its reader says what is amiss
	}
	defer z.Close()
	return slices.ContainsFunc(z.File, func(f *zip.File) bool { return strings.HasSuffix(f.Name, ".npy") })
}

// tarOpener is opener for a tar archive, nil unless it is one of CIFAR's.
func (c *arrayConfig) tarOpener(ctx context.Context, path string) (arraysOpener, error) {
	r, err := os.Open(path)
	if err != nil {
		return nil, errors.WithStack(err) // it names the file
	}
	defer r.Close()
	f, ok := cifarFormatOf(tarNames(r))
	if !ok {
		return nil, nil
	}
	return func() (train, test *Dataset, err error) {
		return c.cifar(path, f, func() (*cifarParts, error) {
			r, err := os.Open(path)
			if err != nil {
				return nil, errors.WithStack(err) // it names the file
			}
			defer r.Close()
			return readCIFARTar(ctx, r, path, f)
		})
	}, nil
}

// cifarFolder reads one of CIFAR's binary versions in a folder.
func (c *arrayConfig) cifarFolder(ctx context.Context, dir string, f cifarFormat) (train, test *Dataset, err error) {
	return c.cifar(dir, f, func() (*cifarParts, error) { return readCIFARFolder(ctx, dir, f) })
}

// cifar puts together what read reads from path.
func (c *arrayConfig) cifar(path string, f cifarFormat, read func() (*cifarParts, error)) (train, test *Dataset, err error) {
	for _, want := range []struct {
		what      string
		setting   Setting
		want, got int
	}{
		{"channels", ChannelsSetting, c.Channels, 3},
		{"height", SizeSetting, c.Height, cifarSide},
		{"width", SizeSetting, c.Width, cifarSide},
		{"classes", ClassesSetting, len(c.Classes), len(f.names)},
	} {
		if want.want != 0 && want.want != want.got {
			return nil, nil, &SettingError{want.setting, errors.Errorf("%s: want %s %d, got CIFAR's %d", path, want.what, want.want, want.got)}
		}
	}
	p, err := read()
	if err != nil {
		return nil, nil, err
	}
	if train, test, err = p.datasets(stem(path), path); err != nil {
		return nil, nil, err
	}
	if len(c.Classes) > 0 {
		train.Classes = slices.Clone(c.Classes)
	}
	if test != nil {
		test.Classes = slices.Clone(train.Classes)
		test = test.First(c.TestSamples)
	}
	return train.First(c.TrainSamples), test, nil
}
