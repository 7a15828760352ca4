package loaders

import (
	"context"
	"io"
	"strings"

	"github.com/pkg/errors"

	"euryale/loaders/drawn"
)

// ErrUnavailable is matched, with errors.Is, by the error of a published
// dataset that lies in none of the folders searched and cannot be downloaded or
// stored. A file that was found but is damaged is another error.
var ErrUnavailable = errors.New("dataset unavailable")

// DirVariable is the environment variable that names a folder to be searched
// first where Options.Dir names none. A name of no folder is an error.
const DirVariable = "EURYALE_DATA"

// Options says where a dataset comes from and how much of it is wanted. The
// zero value is all of it, downloaded without a word if no folder holds it.
type Options struct {
	// Dir holds the files of a published dataset, itself or in its folder mnist,
	// fashion, cifar10 or cifar100, or as torchvision or Keras have them. Nothing else is searched and nothing downloaded.
	// "" means: search, beginning with the folder that EURYALE_DATA names, then
	// download. Rendered datasets ignore it.
	Dir string

	// NoDownload makes a dataset that no folder holds an ErrUnavailable at
	// once.
	NoDownload bool

	// Log gets the progress of a download: live on a terminal, otherwise one
	// line a file. nil means none.
	Log io.Writer

	// Coarse asks for CIFAR-100's 20 superclasses instead of its 100 classes. Of
	// other datasets it is an error.
	Coarse bool

	// Seed is that of the rendered datasets. 0 is a seed like any other.
	Seed uint64

	// TrainSamples and TestSamples are how many images are wanted. Of a
	// published dataset, the first so many; 0 means all. Of a rendered one, so
	// many are drawn; 0 means 12,000 and 2,000.
	TrainSamples, TestSamples int
}

// check reports numbers of images that are none.
func (o Options) check() error {
	switch {
	case o.TrainSamples < 0:
		return errors.Errorf("want TrainSamples of at least 1, or 0 for all, got %d", o.TrainSamples)
	case o.TestSamples < 0:
		return errors.Errorf("want TestSamples of at least 1, or 0 for all, got %d", o.TestSamples)
	case o.Coarse:
		return errors.New("want Coarse for cifar100 only: this dataset has no superclasses")
	}
	return nil
}

// Names lists the datasets that Load knows.
func Names() []string {
	return []string{"mnist", "fashion", "cifar10", "cifar100", "rendered-digits", "rendered-garments"}
}

// Load returns the two parts of the dataset of that name, one of Names. Its
// errors are those of MNIST and FashionMNIST.
func Load(ctx context.Context, name string, o Options) (train, test *Dataset, err error) {
	switch name {
	case "mnist":
		return MNIST(ctx, o)
	case "fashion":
		return FashionMNIST(ctx, o)
	case "cifar10":
		return CIFAR10(ctx, o)
	case "cifar100":
		return CIFAR100(ctx, o)
	case "rendered-digits":
		return o.rendered(name, RenderedDigits)
	case "rendered-garments":
		return o.rendered(name, RenderedGarments)
	}
	return nil, nil, errors.Errorf("dataset: want one of %s, got %q", strings.Join(Names(), ", "), name)
}

// rendered draws a dataset.
func (o Options) rendered(name string, draw func(seed uint64, train, test int) (*Dataset, *Dataset)) (train, test *Dataset, err error) {
	if err := o.check(); err != nil {
		return nil, nil, errors.WithMessage(err, name)
	}
	const most = mostBytes / (drawn.Side * drawn.Side)
	if o.TrainSamples > most || o.TestSamples > most {
		return nil, nil, errors.Errorf("%s: want TrainSamples and TestSamples of at most %d, for 2³¹ bytes, got %d and %d", name, most, o.TrainSamples, o.TestSamples)
	}
	train, test = draw(o.Seed, orDefault(o.TrainSamples, 12000), orDefault(o.TestSamples, 2000))
	return train, test, nil
}

// orDefault is n, or def where that is 0.
func orDefault(n, def int) int {
	if n == 0 {
		return def
	}
	return n
}
