package loaders

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/pkg/errors"

	"euryale/internal/archive"
	"euryale/internal/decimal"
)

// Open reads data of one's own. What path is, is told by its content:
//
//   - a folder with a folder of pictures for each class, or with train and test of
//     those; test may be called val, valid or validation too. Folders around all of
//     that are looked through;
//   - a zip, tar or tar.gz file of such a folder, which is read in place (a tar.gz
//     file is unpacked into memory);
//   - a CSV file of paths, from its own folder on, and labels. A path without the ending
//     of a picture, as in Kaggle's id,label, is that of the one picture that has it, and
//     both kinds may lie in a folder of the CSV file's name, without .csv, or in train;
//   - a CSV file of labels and pixels, as Kaggle has them: label,pixel0,…;
//   - .npz and .npy arrays, x_train, y_train, x_test and y_test, as Keras has them;
//   - CIFAR-10 and CIFAR-100 in their binary version, a folder or a tar.gz file;
//   - pairs of IDX files: see [OpenIDX].
//
// Pictures are PNG, JPEG, GIF, WebP, BMP or TIFF files; they are turned upright by
// their EXIF data. What begins with a dot, __MACOSX, Thumbs.db and desktop.ini are
// left out. Pictures stand in the order of their classes, then of their names.
//
// test is nil where there is none: see [Dataset.Split].
//
// The header of each picture is read, and all of it if the images are to be held;
// what cannot be read is an *[UnreadableError] of all at once. A streamed picture
// that turns out to be damaged later is an error of Fill. The files must stay as
// they are while the dataset is used.
func Open(ctx context.Context, path string, c OpenConfig) (train, test *Dataset, err error) {
	o := opening{ctx: ctx, path: path, OpenConfig: c}
	if o.Log == nil {
		o.Log = io.Discard
	}
	train, test, err = o.open()
	if err != nil {
		return nil, nil, err
	}
	return train, test, nil
}

// opening is an Open under way.
type opening struct {
	OpenConfig
	ctx  context.Context
	path string

	layout   *layout
	fitting  fitting
	looked   int // files looked at
	decoding *tally
	bad      []Unreadable
	known    map[int]bool // places of those that were found when they were decoded
}

func (o *opening) open() (train, test *Dataset, err error) {
	if o.ctx == nil {
		return nil, nil, errors.New("open: want a context, such as context.Background(), got nil")
	}
	if err := o.check(); err != nil {
		return nil, nil, errors.WithMessage(err, o.path)
	}
	classes, err := o.classes()
	if err != nil {
		return nil, nil, err
	}
	train, test, found, err := openArrays(o.ctx, o.path, arrayConfig{
		Classes: classes, Channels: o.Channels, Height: o.Height, Width: o.Width, TrainSamples: o.TrainSamples, TestSamples: o.TestSamples,
	})
	if found && err == nil && (o.Cache != "" || o.Fit != FitInside) {
		err = errors.Errorf("%s: want no Cache and no Fit, as its images are taken as they are", o.path)
	}
	if found || err != nil {
		return train, test, err
	}
	a, err := archive.Of(o.path)
	if err != nil {
		return nil, nil, err
	}
	if a == nil {
		return o.openFile(classes)
	}
	if o.layout, err = layoutOf(a, classes); err != nil {
		return nil, nil, err
	}
	if o.layout == nil || o.layout.folders < 2 && o.noPicture() {
		return nil, nil, o.unknown(a)
	}
	return o.openPictures()
}

// openFile opens what is neither a folder nor an archive.
func (o *opening) openFile(classes []string) (train, test *Dataset, err error) {
	t, err := readPathTable(o.path)
	if err != nil {
		return nil, nil, err
	}
	if t == nil {
		return nil, nil, o.unknown(nil)
	}
	if o.layout, err = t.layout(classes); err != nil {
		return nil, nil, err
	}
	return o.openPictures()
}

// unknown is the error of what is no dataset. a is nil for a file that is no archive.
func (o *opening) unknown(a *archive.Archive) error {
	got := "something else"
	switch {
	case a != nil && len(a.Files) == 0:
		got = "nothing in it"
	case a != nil:
		got = fmt.Sprintf("%s, such as %s", decimal.Count(len(a.Files), "file", "files"), strconv.Quote(a.Files[0].Name))
	}
	return errors.Errorf("%s: want a folder, a zip or a tar file with a folder of pictures for each class, a CSV file of labels and paths or pixels, .npz or .npy arrays, IDX files or CIFAR's binary ones, got %s", o.path, got)
}

// noPicture reports whether the first file is none.
func (o *opening) noPicture() bool {
	l := o.layout
	return len(l.train) == 0 || look(l.archive, l.train[0].file).bad != nil
}

// openPictures makes datasets of the layout.
func (o *opening) openPictures() (train, test *Dataset, err error) {
	for _, n := range o.layout.notes {
		o.note("%s", n)
	}
	if err := o.layout.checkClasses(); err != nil {
		return nil, nil, err
	}
	looking := o.tally("looked at")
	trainSeen, err := o.survey(&o.layout.train, looking)
	if err != nil {
		return nil, nil, err
	}
	testSeen, err := o.survey(&o.layout.test, looking)
	if err != nil {
		return nil, nil, err
	}
	if len(trainSeen) == 0 {
		return nil, nil, o.badError()
	}
	all := slices.Concat(trainSeen, testSeen)
	size, note := o.sized(all)
	if note != "" {
		o.note("%s", note)
	}
	o.fitting = fitting{channels: o.channels(all), size: size, fit: o.Fit}
	o.choose(&o.layout.train, &trainSeen, o.TrainSamples)
	o.choose(&o.layout.test, &testSeen, o.TestSamples)
	return o.datasets(trainSeen, testSeen)
}

// survey reads headers, and takes out of files those that have none.
func (o *opening) survey(files *[]labelled, done *tally) ([]seen, error) {
	headers, err := survey(o.ctx, o.layout.archive, *files, done)
	if err != nil {
		return nil, errors.WithMessage(err, o.path)
	}
	o.looked += len(*files)
	kept, headers, bad := sound(o.layout.archive, *files, headers)
	*files = kept
	o.bad = append(o.bad, bad...)
	return headers, nil
}

// tally counts all files of the layout.
func (o *opening) tally(doing string) *tally {
	return &tally{tell: o.Progress, doing: doing, of: len(o.layout.train) + len(o.layout.test)}
}

// choose leaves n of the files, of each class its share; 0 means all.
func (o *opening) choose(files *[]labelled, headers *[]seen, n int) {
	if n == 0 || n >= len(*files) {
		return
	}
	d := Dataset{Classes: o.layout.classes, Labels: make([]int, len(*files))}
	for i, f := range *files {
		d.Labels[i] = f.label
	}
	taken := d.stratified(float64(n)/float64(len(*files)), n, 0)
	var kept []labelled
	var of []seen
	for i, is := range taken {
		if is {
			kept, of = append(kept, (*files)[i]), append(of, (*headers)[i])
		}
	}
	*files, *headers = kept, of
}

// datasets are those of the files that are left: held, or streamed.
func (o *opening) datasets(trainSeen, testSeen []seen) (train, test *Dataset, err error) {
	n, m := len(o.layout.train), len(o.layout.test)
	p := newPictures(o.layout.archive, slices.Concat(o.layout.train, o.layout.test), slices.Concat(trainSeen, testSeen), o.fitting)
	if len(o.bad) > 0 && !o.SkipBad && o.Cache != "" {
		return nil, nil, o.badError() // before all is decoded for the cache
	}
	source, err := o.cached(p)
	if err != nil {
		return nil, nil, err
	}
	part := o.streamed
	o.decoding = o.tally("decoded")
	if int64(n+m)*int64(o.fitting.bytes()) <= cmp.Or(o.Memory, defaultMemory) {
		part = o.held
	}
	if train, err = part(p, source, 0, n); err == nil && m > 0 {
		test, err = part(p, source, n, n+m)
	}
	if err == nil {
		err = o.tellBad()
	}
	if err != nil {
		return nil, nil, err
	}
	return o.finish(train, test)
}

// finish names the parts, and looks whether each class is left.
func (o *opening) finish(train, test *Dataset) (*Dataset, *Dataset, error) {
	l := *o.layout
	l.train, l.test = train.labelled(), nil
	if test != nil {
		l.test = test.labelled()
	}
	if err := l.checkClasses(); err != nil {
		return nil, nil, err
	}
	if len(l.test) == 0 {
		test = nil
	} else if none := without(l.test, l.classes); len(none) > 0 {
		o.note("no test images of %s", listed(none))
	}
	base := filepath.Base(o.path)
	train.Name = base
	if test != nil {
		train.Name, test.Name = base+" training", base+" test"
	}
	return train, test, nil
}

func (d *Dataset) labelled() (all []labelled) {
	for i, l := range d.Labels {
		all = append(all, labelled{i, l})
	}
	return all
}

// empty is a dataset without images.
func (o *opening) empty() *Dataset {
	return &Dataset{
		Origin: o.path, Classes: slices.Clone(o.layout.classes),
		Channels: o.fitting.channels, Height: o.fitting.size.Y, Width: o.fitting.size.X,
	}
}

// streamed is the pictures from place from to below to, to be read from source
// later.
func (o *opening) streamed(p *pictures, source store, from, to int) (*Dataset, error) {
	d := o.empty()
	d.stream = &stream{store: source}
	for place := from; place < to; place++ {
		if c, ok := source.(*cacheFile); ok && c.bad[place] {
			o.addBad(p, place, errNotCached)
			continue
		}
		d.Labels = append(d.Labels, p.files[place].label)
		d.stream.at = append(d.stream.at, place)
	}
	return d, nil
}

// held is the pictures from place from to below to, read from source. Those that
// cannot be are left out.
func (o *opening) held(p *pictures, source store, from, to int) (*Dataset, error) {
	d, n := o.empty(), o.fitting.bytes()
	d.Images = make([]uint8, (to-from)*n)
	why, err := o.decode(source, from, to, d.Images)
	if err != nil {
		return nil, err
	}
	kept := 0
	for k, w := range why {
		if w != nil {
			o.addBad(p, from+k, w)
			continue
		}
		copy(d.Images[kept*n:], d.Images[k*n:(k+1)*n])
		d.Labels = append(d.Labels, p.files[from+k].label)
		d.files = append(d.files, p.name(from+k))
		kept++
	}
	d.Images = d.Images[: kept*n : kept*n]
	return d, nil
}

// decode reads images into pixels, and says why where it cannot. The error is
// ctx's.
func (o *opening) decode(source store, from, to int, pixels []uint8) (why []error, err error) {
	n := o.fitting.bytes()
	why = make([]error, to-from)
	err = inParallel(to-from, func(k int) error {
		why[k] = calmly(k, func(int) error { return source.read(o.ctx, from+k, pixels[k*n:(k+1)*n]) })
		o.decoding.add()
		return o.ctx.Err()
	})
	return why, errors.WithMessage(err, o.path)
}

// addBad takes a file that cannot be read into the list, once.
func (o *opening) addBad(p *pictures, place int, why error) {
	if o.known[place] {
		return
	}
	if o.known == nil {
		o.known = map[int]bool{}
	}
	o.known[place] = true
	o.bad = append(o.bad, unreadable(p.archive, p.files[place], why))
}

// badError is of the files that cannot be read.
func (o *opening) badError() error {
	slices.SortFunc(o.bad, func(a, b Unreadable) int { return cmp.Compare(a.Name, b.Name) })
	return &UnreadableError{Path: o.path, Files: o.bad, Of: o.looked}
}

// tellBad is an error of those, or lists them on Log.
func (o *opening) tellBad() error {
	if len(o.bad) == 0 {
		return nil
	}
	err := o.badError()
	if !o.SkipBad {
		return err
	}
	for _, f := range o.bad[:min(len(o.bad), mostListed)] {
		o.note("left out: %v", f)
	}
	if more := len(o.bad) - mostListed; more > 0 {
		o.note("left out: %s", decimal.Count(more, "more file", "more files"))
	}
	return nil
}

// note writes a line to Log.
func (o *opening) note(format string, args ...any) {
	fmt.Fprintf(o.Log, "%s: %s\n", o.path, fmt.Sprintf(format, args...))
}

// classes are the names asked for; nil means all.
func (o *opening) classes() ([]string, error) {
	names, from := o.Classes, "Classes"
	if o.ClassFile != "" {
		var err error
		if names, err = readNames(o.ClassFile); err != nil {
			return nil, err
		}
		from = o.ClassFile
	}
	if names == nil {
		return nil, nil
	}
	if len(names) < 2 {
		return nil, errors.Errorf("%s: want at least 2 names of classes, got %d", from, len(names))
	}
	known := map[string]bool{}
	for _, name := range names {
		if known[name] || name == "" {
			return nil, errors.Errorf("%s: want names that differ, got %q twice, or one that is empty", from, name)
		}
		known[name] = true
	}
	return slices.Clone(names), nil
}

// readNames reads a file of a name a line. Empty lines do not count.
func readNames(path string) (names []string, err error) {
	const most = 16 << 20
	f, err := os.Open(path)
	if err != nil {
		return nil, errors.WithStack(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(io.LimitReader(f, most+1))
	size := 0
	for lines.Scan() {
		size += len(lines.Bytes()) + 1
		if line := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff")); line != "" {
			names = append(names, line)
		}
	}
	if err := lines.Err(); err != nil || size > most {
		return nil, errors.Errorf("%s: want a text file with the name of a class a line, got something else", path)
	}
	if names == nil {
		return nil, errors.Errorf("%s: want the name of a class a line, got none", path)
	}
	return names, nil
}
