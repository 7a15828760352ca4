// Package loaders reads, downloads and draws labelled images, and cuts them
// into batches for training.
//
//	train, test, err := loaders.MNIST(ctx, loaders.Options{Log: os.Stderr})
//	batches := train.Batches(loaders.BatchConfig{Epoch: 1})
//	for b := batches.Next(); b != nil; b = batches.Next() {
//		step(b.Inputs[0], b.Targets[0].Labels) // (b.N, 1, 28, 28) in [0, 1], and b.N class indices
//	}
//
// [Dataset] is the one type they share: bytes, labels, and the names of the
// classes.
//
// [MNIST] and [FashionMNIST] find the published IDX files on this machine, or
// download them once; whatever the source, their SHA-256 must be the published
// one. [RenderedDigits] and [RenderedGarments] draw stand-ins from a seed, for
// machines without either; package drawn holds the pencil. [Load] does any of
// the four by name. [ErrUnavailable] tells "not to be had here", where a
// stand-in may do, from "damaged" and from a wrong Options.Dir or EURYALE_DATA,
// where it may not. [Locate] says where the published files are, file by file.
//
// [IDX] reads a pair of IDX files of one's own; [ReadImages] and [ReadLabels]
// one file, with a [FormatError] that names the byte at fault.
//
// [Open] reads pictures of one's own: a folder with a folder for each class, a zip
// or tar file of that, or a CSV file of paths and labels. What is too large for
// memory is streamed: decoded batch by batch, while the one before trains;
// [Dataset.Take] has some of the images in memory. An [OpenConfig] says how
// pictures become images.
//
// [Dataset.Batches] shuffles from a seed and an epoch, and prepares the next
// batch while this one trains. [NewBatches] does so for any [Source], of
// several inputs and targets where a network has them.
//
// [Digit] and [Garment] make of any picture what the images of MNIST and of
// Fashion-MNIST are, [Resize] an image of any size.
//
// Package augment changes images at random as they are trained on, and normalises
// them.
//
// [Dataset.Split] sets a share of each class aside, to validate on; [Dataset.Folds]
// does so in turn with each of several parts.
//
// Nothing here depends on the clock or on GOMAXPROCS: same seed, same data,
// same order.
package loaders
