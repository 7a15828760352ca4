// Package augment changes images at random as they are trained on, and
// normalises them:
//
//	pipeline, err := augment.Parse("crop=4,flip")
//	mean, deviation, err := augment.Measure(data)
//	c := augment.Config{Pipeline: pipeline, Mean: mean, Deviation: deviation}
//	train, err := augment.New(data, c)                // for train.Fit
//	test, err := augment.New(unseen, c.ForEvaluation()) // normalised alike, else as it is
//
// A [Pipeline] is a list of transforms, applied in their order. Each is a struct
// such as [Crop] or [Rotate] that says what it draws; [Parse] reads the text that
// a Pipeline prints as. A [Source] is a [loaders.Source] of a Dataset's images so
// changed. Transforms see values from 0, black, to 1, white, and leave such
// values; what they are normalised by comes last.
//
// Neighbouring transforms that move pixels ([Shift], [Rotate], [Zoom], [Shear],
// [Perspective]) are made one: the image is interpolated once, however many there
// are. [Crop] and the flips copy pixels.
//
// [Mixup] and [CutMix] mix two samples of the Dataset and their labels, so that
// the targets are values: train with graph.CategoricalCrossEntropy.
//
// What becomes of a sample hangs on the batch's Seed and Epoch and on its place
// in the Dataset alone: not on the batch that it is in, on GOMAXPROCS, or on
// where training was taken up again.
package augment
