package loaders

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"github.com/pkg/errors"
)

// CIFAR10 returns 50,000 training and 10,000 test images of 3×32×32, RGB, in ten
// classes of 6,000 each: airplane to truck.
//
// The binary version, unpacked or its archive as it was downloaded, is looked for in
// o.Dir alone if that is given; otherwise in the folder that EURYALE_DATA names, then
// in euryale/cifar10 of the user's cache folder, then in the folder that one is in,
// its folder data, and data in the user's; then the archive, 170 MB, is downloaded to
// the cache. In each of these it may lie in a folder cifar10, cifar-10-batches-bin or
// cifar-10-binary. Whatever the source, the content must be the published one.
// Errors are as MNIST's.
//
// Source: A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images,
// 2009, https://www.cs.toronto.edu/~kriz/cifar.html.
func CIFAR10(ctx context.Context, o Options) (train, test *Dataset, err error) {
	return newArchiveFinder(&cifar10).find(ctx, o)
}

// CIFAR100 is CIFAR10 with 100 classes of 600 images each, or with the 20
// superclasses if o.Coarse. The folders' names are cifar100 and cifar-100-binary.
func CIFAR100(ctx context.Context, o Options) (train, test *Dataset, err error) {
	set := &cifar100
	if o.Coarse {
		coarse := cifar100
		coarse.format = cifar100Coarse
		set = &coarse
	}
	o.Coarse = false // it is done
	return newArchiveFinder(set).find(ctx, o)
}

// publishedArchive is a dataset that is published as one archive.
type publishedArchive struct {
	name    string
	folder  string   // its own, under a folder of datasets
	folders []string // others in which it may lie, such as that of the archive
	format  cifarFormat
	archive file
	files   []file // of the folder that it unpacks to
	mirrors []string
}

var cifar10 = publishedArchive{
	name: "CIFAR-10", folder: "cifar10", folders: []string{"cifar-10-batches-bin", "cifar-10-binary"}, format: cifar10Format,
	archive: file{name: "cifar-10-binary.tar.gz", size: 170052171, sum: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd", packed: true},
	files: []file{
		{name: "data_batch_1.bin", size: 10000 * 3073, sum: "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"},
		{name: "data_batch_2.bin", size: 10000 * 3073, sum: "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"},
		{name: "data_batch_3.bin", size: 10000 * 3073, sum: "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"},
		{name: "data_batch_4.bin", size: 10000 * 3073, sum: "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"},
		{name: "data_batch_5.bin", size: 10000 * 3073, sum: "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"},
		{name: "test_batch.bin", size: 10000 * 3073, sum: "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"},
	},
	mirrors: []string{"https://www.cs.toronto.edu/~kriz"},
}

var cifar100 = publishedArchive{
	name: "CIFAR-100", folder: "cifar100", folders: []string{"cifar-100-binary"}, format: cifar100Format,
	archive: file{name: "cifar-100-binary.tar.gz", size: 168513733, sum: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec", packed: true},
	files: []file{
		{name: "train.bin", size: 50000 * 3074, sum: "f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29"},
		{name: "test.bin", size: 10000 * 3074, sum: "d8b1e6b7b3bee4020055f0699b111f60b1af1e262aeb93a0b659061746f8224a"},
	},
	mirrors: []string{"https://www.cs.toronto.edu/~kriz"},
}

// archiveFinder looks for such a dataset on this machine, then on the web.
type archiveFinder struct {
	set       *publishedArchive
	env       string   // of DirVariable
	cache     string   // the set's own folder in the user's cache
	cacheErr  error    // why there is no such folder
	others    []string // folders of datasets that other programs use
	timing    timing
	transport http.RoundTripper // nil means HTTP with those times
}

func newArchiveFinder(set *publishedArchive) *archiveFinder {
	f := &archiveFinder{set: set, env: os.Getenv(DirVariable), timing: patient, others: datasetRoots()}
	root, err := os.UserCacheDir()
	f.cache, f.cacheErr = filepath.Join(root, "euryale", set.folder), err
	return f
}

// find returns the dataset, as much of it as o wants.
func (f *archiveFinder) find(ctx context.Context, o Options) (train, test *Dataset, err error) {
	if err := o.check(); err != nil {
		return nil, nil, errors.WithMessage(err, f.set.name)
	}
	train, test, err = f.local(ctx, o)
	if train == nil && err == nil {
		train, test, err = f.download(ctx, o)
	}
	if err != nil {
		return nil, nil, errors.WithMessage(err, f.set.name)
	}
	return train.First(o.TrainSamples), test.First(o.TestSamples), nil
}

// local reads the dataset from the first place that has it: nil if none has.
func (f *archiveFinder) local(ctx context.Context, o Options) (train, test *Dataset, err error) {
	if o.Dir != "" {
		if err := isFolder(o.Dir, f.set.archive.name); err != nil {
			return nil, nil, err
		}
		train, test, err = f.among(ctx, f.under(o.Dir))
		if train == nil && err == nil {
			err = errors.Errorf("neither %s nor %s holds %s, or what it unpacks to%s",
				o.Dir, filepath.Join(o.Dir, f.set.folder), f.set.archive.name, f.near(f.under(o.Dir)))
		}
		return train, test, err
	}
	if f.env != "" { // a wish, too: what it names must be there
		if err := isFolder(f.env, f.set.archive.name); err != nil {
			return nil, nil, errors.WithMessage(err, DirVariable)
		}
	}
	return f.among(ctx, f.places())
}

// near tells of a name that is nearly the archive's.
func (f *archiveFinder) near(dirs []string) string {
	for _, d := range dirs {
		if near := nearName(d, f.set.archive.name); near != "" {
			return ": " + near
		}
	}
	return ""
}

// places are the folders to search when none is given.
func (f *archiveFinder) places() []string {
	var dirs []string
	if f.env != "" {
		dirs = append(dirs, f.under(f.env)...)
	}
	if f.cacheErr == nil {
		dirs = append(dirs, f.cache)
	}
	for _, root := range f.others {
		dirs = append(dirs, f.under(root)...)
	}
	return dirs
}

// nowhere says where the archive is not: the folders alone, as each is searched with
// what is under it.
func (f *archiveFinder) nowhere() string {
	var dirs []string
	if f.env != "" {
		dirs = append(dirs, f.env)
	}
	if f.cacheErr == nil {
		dirs = append(dirs, f.cache)
	}
	return nowhere(append(dirs, f.others...))
}

// under are the folders to search for files in dir.
func (f *archiveFinder) under(dir string) []string {
	dirs := []string{dir, filepath.Join(dir, f.set.folder)}
	for _, name := range f.set.folders {
		dirs = append(dirs, filepath.Join(dir, name), filepath.Join(dir, f.set.folder, name))
	}
	return dirs
}

// among reads the dataset from the first of the folders that has its files or its
// archive.
func (f *archiveFinder) among(ctx context.Context, dirs []string) (train, test *Dataset, err error) {
	for _, dir := range dirs {
		if f.set.unpackedIn(dir) {
			return f.set.readFolder(ctx, dir)
		}
		path := filepath.Join(dir, f.set.archive.name)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return f.set.readArchive(ctx, path, "the archive "+path)
		} else if errors.Is(err, os.ErrPermission) {
			return nil, nil, errors.WithStack(err)
		}
	}
	return nil, nil, nil
}

// unpackedIn says whether dir has all files.
func (p *publishedArchive) unpackedIn(dir string) bool {
	for _, file := range p.files {
		if info, err := os.Stat(filepath.Join(dir, file.name)); err != nil || !info.Mode().IsRegular() {
			return false
		}
	}
	return true
}

// readFolder reads and verifies the files in dir.
func (p *publishedArchive) readFolder(ctx context.Context, dir string) (train, test *Dataset, err error) {
	parts := newCIFARParts(p.format)
	for i := range p.files {
		if err := ctx.Err(); err != nil {
			return nil, nil, errors.WithStack(err)
		}
		name := p.files[i].name
		_, err := readVerified(filepath.Join(dir, name), &p.files[i], func(r io.Reader, called string) (bool, error) {
			return true, parts.add(name, called, r)
		})
		if err != nil {
			return nil, nil, err
		}
	}
	return parts.datasets(p.name, "files in "+dir)
}

// readArchive reads and verifies the archive at path, at once.
func (p *publishedArchive) readArchive(ctx context.Context, path, origin string) (train, test *Dataset, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, errors.WithStack(err) // it names the file
	}
	defer f.Close()
	sum := newContent(f, &p.archive)
	parts, readErr := readCIFARTar(ctx, sum, path, p.format)
	if err := ctx.Err(); err != nil {
		return nil, nil, errors.WithStack(err)
	}
	if err := sum.drain(); err != nil {
		return nil, nil, errors.Wrapf(err, "%s: byte %d", path, sum.n)
	}
	if err := sum.check(); err != nil {
		return nil, nil, errors.Errorf("%s: %v: replace or remove this file", path, err)
	}
	if readErr != nil {
		return nil, nil, readErr
	}
	return parts.datasets(p.name, origin)
}

// download fetches the archive to the cache and reads it.
func (f *archiveFinder) download(ctx context.Context, o Options) (train, test *Dataset, err error) {
	if !o.NoDownload {
		if err := checkProxies(os.Getenv); err != nil { // a wish, too
			return nil, nil, err
		}
	}
	path, from, err := f.fetch(ctx, o)
	if err != nil {
		if ctx.Err() == nil {
			err = &unavailableError{f.nowhere() + " and " + err.Error() +
				": put " + f.set.archive.name + " in a folder that " + DirVariable + " names"}
		}
		return nil, nil, err
	}
	return f.set.readArchive(ctx, path, "downloaded from "+from+" to "+f.cache)
}

// fetch downloads the archive.
func (f *archiveFinder) fetch(ctx context.Context, o Options) (path, from string, err error) {
	if o.NoDownload {
		return "", "", errors.New("downloads are off")
	}
	if f.cacheErr != nil {
		return "", "", errors.WithMessage(f.cacheErr, "there is no cache folder to download to")
	}
	d := newDownloader(f.timing, newProgress(o.Log, f.set.name))
	if f.transport != nil {
		d.client.Transport = f.transport
	}
	defer d.client.CloseIdleConnections()
	d.log.line("not on this machine, asking %s", hosts(f.set.mirrors))
	mirrors, err := d.answering(ctx, f.set.mirrors, f.set.archive.name)
	if err != nil {
		return "", "", err
	}
	if err := os.MkdirAll(f.cache, 0o755); err != nil {
		return "", "", storeError{errors.WithMessage(err, "no cache folder")}
	}
	return d.file(ctx, &f.set.archive, mirrors, f.cache)
}
