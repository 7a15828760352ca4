package loaders

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pkg/errors"
)

// cifarSide is that of CIFAR's images.
const cifarSide = 32

// cifarFormat is one of the two binary versions of CIFAR: records of labels, a byte
// each, and the red, green and blue pixels.
// https://www.cs.toronto.edu/~kriz/cifar.html
type cifarFormat struct {
	labels     int      // of a record
	label      int      // which of them counts
	names      []string // of the classes
	namesFile, // that has them, a line each
	test string
	isTrain func(name string) bool
}

var (
	cifar10Format = cifarFormat{
		labels: 1, names: cifar10Classes, namesFile: "batches.meta.txt", test: "test_batch.bin",
		isTrain: func(name string) bool {
			ok, _ := path.Match("data_batch_*.bin", name)
			return ok
		},
	}
	cifar100Format = cifarFormat{
		labels: 2, label: 1, names: cifar100Classes, namesFile: "fine_label_names.txt", test: "test.bin",
		isTrain: func(name string) bool { return name == "train.bin" },
	}
	cifar100Coarse = cifarFormat{
		labels: 2, label: 0, names: cifar100Superclasses, namesFile: "coarse_label_names.txt", test: "test.bin",
		isTrain: cifar100Format.isTrain,
	}
)

// cifarParts collects what a folder or an archive has.
type cifarParts struct {
	cifarFormat
	files map[string]*Images // by name; Images.N is of each
	label map[string][]int
	bytes int
	lines []string // of namesFile
}

// wants says whether the file of that name is of the dataset.
func (f *cifarFormat) wants(name string) bool {
	return name == f.test || name == f.namesFile || f.isTrain(name)
}

func newCIFARParts(f cifarFormat) *cifarParts {
	return &cifarParts{cifarFormat: f, files: map[string]*Images{}, label: map[string][]int{}}
}

// add reads one file; called is its name in errors.
func (p *cifarParts) add(name, called string, r io.Reader) error {
	if p.files[name] != nil {
		return errors.Errorf("%s: want each file once, got %s again", called, name)
	}
	if name == p.namesFile {
		text, err := io.ReadAll(io.LimitReader(r, 1<<16))
		p.lines = strings.Fields(string(text))
		return errors.Wrapf(err, "%s", called)
	}
	im, labels, err := p.read(r, called)
	if err != nil {
		return err
	}
	if p.bytes += len(im.Pixels); p.bytes > maxContent {
		return errors.Errorf("%s: want at most %d bytes of pixels in all files, got more", called, maxContent)
	}
	p.files[name], p.label[name] = im, labels
	return nil
}

// read reads records to the end.
func (f *cifarFormat) read(r io.Reader, name string) (*Images, []int, error) {
	const pixels = 3 * cifarSide * cifarSide
	size := f.labels + pixels
	all, err := io.ReadAll(io.LimitReader(r, maxContent+1))
	switch {
	case err != nil:
		return nil, nil, readError(name, int64(len(all)), err)
	case len(all) > maxContent:
		return nil, nil, errors.Errorf("%s: want at most %d bytes, got more", name, maxContent)
	case len(all) == 0 || len(all)%size != 0:
		return nil, nil, &FormatError{File: name, Offset: int64(len(all) / size * size), Msg: fmt.Sprintf(
			"want records of %d bytes, %d of labels and %d of pixels, got %d bytes there%s", size, f.labels, pixels, len(all)%size, instead(all[:min(len(all), headLength)]))}
	}
	n := len(all) / size
	labels := make([]int, n)
	kept := all[:0]
	for i := range n {
		record := all[i*size : (i+1)*size]
		if labels[i] = int(record[f.label]); labels[i] >= len(f.names) {
			return nil, nil, &FormatError{File: name, Offset: int64(i*size + f.label), Msg: fmt.Sprintf(
				"want a label below %d, got %d%s", len(f.names), labels[i], instead(all[:min(len(all), headLength)]))}
		}
		kept = append(kept, record[f.labels:]...)
	}
	return &Images{N: n, Height: cifarSide, Width: cifarSide, Pixels: kept}, labels, nil
}

// datasets puts the files together, those to train on in the order of their names.
func (p *cifarParts) datasets(name, origin string) (train, test *Dataset, err error) {
	classes := p.names
	if len(p.lines) > 0 {
		if classes = p.lines; len(classes) != len(p.names) {
			return nil, nil, errors.Errorf("%s: %s: want %d names, got %d", origin, p.namesFile, len(p.names), len(classes))
		}
	}
	var names []string
	for n := range p.files {
		if p.isTrain(n) {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	if len(names) == 0 {
		return nil, nil, errors.Errorf("%s: want images to train on, such as data_batch_1.bin or train.bin, got none", origin)
	}
	make := func(part string, files []string) *Dataset {
		d := &Dataset{Name: name + " " + part, Origin: origin, Classes: slices.Clone(classes), Channels: 3, Height: cifarSide, Width: cifarSide}
		for _, f := range files {
			d.Images = append(d.Images, p.files[f].Pixels...)
			d.Labels = append(d.Labels, p.label[f]...)
			p.files[f].Pixels = nil
		}
		return d
	}
	train = make("training", names)
	if p.files[p.test] != nil {
		test = make("test", []string{p.test})
	}
	return train, test, nil
}

// readCIFARFolder reads the binary version in a folder.
func readCIFARFolder(ctx context.Context, dir string, f cifarFormat) (*cifarParts, error) {
	p := newCIFARParts(f)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, errors.WithStack(err) // it names the folder
	}
	for _, e := range entries {
		if !f.wants(e.Name()) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, errors.WithStack(err)
		}
		at := filepath.Join(dir, e.Name())
		if err := checkThere(at); err != nil {
			return nil, err
		}
		if _, err := openAnd(at, func(r io.Reader, called string) (bool, error) { return true, p.add(e.Name(), called, r) }); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// readCIFARTar reads the binary version in a tar archive, gzip or plain, to its end.
func readCIFARTar(ctx context.Context, r io.Reader, name string, f cifarFormat) (*cifarParts, error) {
	u, err := uncompressed(r)
	if err != nil {
		return nil, readError(name, 0, err)
	}
	p := newCIFARParts(f)
	counted := &counter{r: u}
	for t := tar.NewReader(counted); ; {
		if err := ctx.Err(); err != nil {
			return nil, errors.WithStack(err)
		}
		h, err := t.Next()
		if err == io.EOF {
			break
		}
		if err != nil && err != tar.ErrInsecurePath {
			return nil, tarError(name, counted.n, err)
		}
		if base := path.Base(h.Name); h.Typeflag == tar.TypeReg && f.wants(base) {
			if err := p.add(base, name+": "+printable(h.Name), t); err != nil {
				return nil, err
			}
		}
		if counted.n > 2*maxContent {
			return nil, errors.Errorf("%s: want an archive of at most %d bytes, unpacked, got more", name, 2*maxContent)
		}
	}
	return p, nil
}

// printable is a name of at most 100 bytes, in quotes where it is odd.
func printable(name string) string {
	if q := fmt.Sprintf("%.100q", name); q[1:len(q)-1] != name {
		return q
	}
	return name
}

// tarError is what a tar archive, or its reader, gives.
func tarError(name string, off int64, err error) error {
	if errors.Is(err, tar.ErrHeader) {
		return &FormatError{File: name, Offset: off, Msg: "want a sound tar archive, got " + err.Error()}
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return &FormatError{File: name, Offset: off, Msg: "want more of the tar archive, got the end of the file: it is cut short"}
	}
	return readError(name, off, err)
}

// counter counts what is read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// cifarFormatOf is the format of files of such names; ok is false if they are of
// neither.
func cifarFormatOf(names []string) (f cifarFormat, ok bool) {
	for _, n := range names {
		if cifar10Format.isTrain(n) {
			return cifar10Format, true
		}
	}
	if slices.Contains(names, "train.bin") && (slices.Contains(names, "test.bin") || slices.Contains(names, "fine_label_names.txt")) {
		return cifar100Format, true
	}
	return cifarFormat{}, false
}

// tarNames are the names, without folders, of the first files in a tar archive,
// gzip or plain: as many as tell what it is.
func tarNames(r io.Reader) []string {
	u, err := uncompressed(r)
	if err != nil {
		return nil
	}
	const most, bytesOf = 16, 1 << 28 // CIFAR's archives have 8 and 5
	t := tar.NewReader(io.LimitReader(u, bytesOf))
	var names []string
	for len(names) < most {
		h, err := t.Next()
		if err != nil && err != tar.ErrInsecurePath {
			break
		}
		if names = append(names, path.Base(h.Name)); strings.HasPrefix(names[len(names)-1], "data_batch_") {
			break
		}
	}
	return names
}

// isTar tells a tar archive by its head.
func isTar(head []byte) bool {
	return len(head) > 257 && bytes.HasPrefix(head[257:], []byte("ustar"))
}
