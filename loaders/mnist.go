package loaders

import "context"

// MNIST returns 60,000 training and 10,000 test images of handwritten digits,
// 28×28 grey pixels, classes "0" to "9".
//
// The four IDX files, plain or gzip, are looked for in o.Dir alone if that is
// given; otherwise in the folder that the environment variable EURYALE_DATA
// names, then in euryale/mnist of the user's cache folder; then where other
// programs keep them: torchvision's MNIST/raw here, in data or datasets, or in
// those of the user's folder, and Keras' mnist.npz in .keras/datasets there. Then
// they are downloaded to the cache. Whatever the source, the content must be the
// published one, bit for bit; of other programs, a file that is not is passed over.
//
// The error matches ErrUnavailable if the files are nowhere and cannot be
// downloaded or stored; ctx.Err() if ctx ends first. Any other error is about
// o.Dir, about what EURYALE_DATA names, or about a file that was found.
//
// Source: Y. LeCun, C. Cortes, C. Burges, http://yann.lecun.com/exdb/mnist/.
func MNIST(ctx context.Context, o Options) (train, test *Dataset, err error) {
	return newFinder(&mnist, &fashion).find(ctx, o)
}

var mnist = published{
	name:    "MNIST",
	folder:  "mnist",
	classes: []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
	files: [4]file{
		trainImages: {name: "train-images-idx3-ubyte", size: 16 + 60000*28*28, sum: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
		trainLabels: {name: "train-labels-idx1-ubyte", size: 8 + 60000, sum: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
		testImages:  {name: "t10k-images-idx3-ubyte", size: 16 + 10000*28*28, sum: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
		testLabels:  {name: "t10k-labels-idx1-ubyte", size: 8 + 10000, sum: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"},
	},
	mirrors: []string{
		"https://ossci-datasets.s3.amazonaws.com/mnist",
		"https://storage.googleapis.com/cvdf-datasets/mnist",
	},
	torchvision: "MNIST",
	archive:     "mnist.npz",
}
