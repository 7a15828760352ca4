package loaders

import "github.com/pkg/errors"

// Dataset is a labelled set of images, all of one size.
//
// Images holds Len()·Channels·Height·Width bytes, one image after the other,
// each in (C, H, W) order, 0 black (the background) and 255 white. Labels holds
// one class index an image, each below len(Classes).
//
// Of a streamed dataset, as [Open] makes of what is too large for memory, Images
// is nil: the images are decoded when Fill, Take or Picture are asked for them.
//
// It is a [Source] of one input, the pixels, and one target, the labels.
type Dataset struct {
	Name    string   // what a reader calls it, such as "MNIST training"
	Origin  string   // where it came from: a folder, a mirror, or "built in"
	Classes []string // the name of each class, by label

	Channels, Height, Width int

	Images []uint8 // nil if they are streamed
	Labels []int

	stream *stream  // where the images come from; nil means Images
	files  []string // the name of each image's file; nil where they have none, and of what is streamed
}

// Len is the number of images.
func (d *Dataset) Len() int { return len(d.Labels) }

// Image returns the bytes of image i, in (C, H, W) order. They are shared with
// d. As an index of a slice, i must be from 0 to below Len. Of a streamed dataset
// it is nil: see Take.
func (d *Dataset) Image(i int) []uint8 {
	if d.Streamed() {
		return nil
	}
	n := d.size()
	return d.Images[i*n : (i+1)*n : (i+1)*n]
}

// First returns a dataset of the first n images, sharing d's memory or files.
// It returns d itself when n is 0 or no less than d.Len().
func (d *Dataset) First(n int) *Dataset {
	if n <= 0 || n >= d.Len() {
		return d
	}
	f := *d
	if d.Streamed() {
		f.stream = &stream{store: d.stream.store, at: d.stream.at[:n:n]}
	} else {
		f.Images = d.Images[: n*d.size() : n*d.size()]
		if d.files != nil {
			f.files = d.files[:n:n]
		}
	}
	f.Labels = d.Labels[:n:n]
	return &f
}

// Check reports the first thing that is wrong with d: sizes that do not agree,
// or a label that names no class.
func (d *Dataset) Check() error {
	if err := d.CheckImages(); err != nil {
		return err
	}
	for i, l := range d.Labels {
		if l < 0 || l >= len(d.Classes) {
			return errors.Errorf("%s: image %d: want a label below %d, got %d", d.Name, i, len(d.Classes), l)
		}
	}
	return nil
}

// CheckImages reports sizes that do not agree. It does not look at the labels,
// but for how many there are.
func (d *Dataset) CheckImages() error {
	if d == nil {
		return errors.New("want a dataset, got nil")
	}
	if d.Channels < 1 || d.Height < 1 || d.Width < 1 {
		return errors.Errorf("%s: want images of at least 1×1×1, got %d×%d×%d", d.Name, d.Channels, d.Height, d.Width)
	}
	if d.Height > mostBytes/d.Channels || d.Width > mostBytes/d.Channels/d.Height {
		return errors.Errorf("%s: want images of at most 2³¹ bytes, got %d×%d×%d", d.Name, d.Channels, d.Height, d.Width)
	}
	if d.Streamed() {
		if want, got := len(d.Labels), len(d.stream.at); want != got || d.Images != nil {
			return errors.Errorf("%s: want %d streamed images for as many labels and no Images, got %d and %d bytes", d.Name, want, got, len(d.Images))
		}
		return nil
	}
	if want, got := len(d.Labels)*d.size(), len(d.Images); want != got {
		return errors.Errorf("%s: want %d bytes for %d images of %d×%d×%d, got %d",
			d.Name, want, len(d.Labels), d.Channels, d.Height, d.Width, got)
	}
	return nil
}

// mostBytes is what an image may have.
const mostBytes = 1 << 31

// size is the number of bytes of one image.
func (d *Dataset) size() int { return d.Channels * d.Height * d.Width }

// widened are labels that a file has in a byte each.
func widened(labels []uint8) []int {
	wide := make([]int, len(labels))
	for i, l := range labels {
		wide[i] = int(l)
	}
	return wide
}
