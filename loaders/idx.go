package loaders

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/pkg/errors"
)

// A FormatError reports a file that is not the IDX file it should be.
type FormatError struct {
	File   string // as the caller named it
	Offset int64  // in bytes, in the content: after decompression
	Msg    string // what was wanted there, and what was found
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("%s: byte %d: %s", e.File, e.Offset, e.Msg)
}

// Images is what an IDX file of images holds.
type Images struct {
	N, Height, Width int
	Pixels           []uint8 // N·Height·Width bytes, row by row
}

// ReadImages reads an IDX file of 8-bit images, gzip or plain, to its end.
//
// Content that is not exactly that is a *FormatError: another magic number,
// type code or number of dimensions, a dimension of 0, more than 1 GiB of
// pixels, too few bytes or too many. name is what such an error calls the file.
func ReadImages(r io.Reader, name string) (*Images, error) {
	u, err := uncompressed(r)
	if err != nil {
		return nil, readError(name, 0, err)
	}
	return readImages(u, name)
}

// ReadLabels reads an IDX file of 8-bit labels, one an image, as ReadImages
// reads images.
func ReadLabels(r io.Reader, name string) ([]uint8, error) {
	u, err := uncompressed(r)
	if err != nil {
		return nil, readError(name, 0, err)
	}
	return readLabels(u, name)
}

// IDX reads a pair of IDX files, gzip or plain, into a dataset of grey images
// named after the image file.
//
// classes are the names of the classes, by label; a label beyond them is a
// *FormatError. None at all means "0", "1" and so on to the largest label of
// this pair. Name them when a test set might lack the last class of its
// training set.
func IDX(imagesFile, labelsFile string, classes ...string) (*Dataset, error) {
	images, err := openAnd(imagesFile, ReadImages)
	if err != nil {
		return nil, err
	}
	labels, err := openAnd(labelsFile, ReadLabels)
	if err != nil {
		return nil, err
	}
	if images.N != len(labels) {
		return nil, &FormatError{
			File: labelsFile, Offset: 4,
			Msg: fmt.Sprintf("want %d labels, one for each image of %s, got %d", images.N, imagesFile, len(labels)),
		}
	}
	if len(classes) == 0 {
		classes = numbered(labels)
	}
	if err := checkLabels(labels, len(classes), labelsFile); err != nil {
		return nil, err
	}
	return &Dataset{
		Name:     filepath.Base(imagesFile),
		Origin:   imagesFile + " and " + labelsFile,
		Classes:  classes,
		Channels: 1, Height: images.Height, Width: images.Width,
		Images: images.Pixels, Labels: widened(labels),
	}, nil
}

// openAnd reads the file at path.
func openAnd[T any](path string, read func(io.Reader, string) (T, error)) (T, error) {
	f, err := os.Open(path)
	if err != nil {
		var none T
		return none, errors.WithStack(err) // it names the file
	}
	defer f.Close()
	return read(f, path)
}

// numbered is "0" to the largest label.
func numbered(labels []uint8) []string {
	var largest uint8
	for _, l := range labels {
		largest = max(largest, l)
	}
	classes := make([]string, int(largest)+1)
	for i := range classes {
		classes[i] = strconv.Itoa(i)
	}
	return classes
}

// checkLabels reports the first label that is not below classes.
func checkLabels(labels []uint8, classes int, name string) error {
	for i, l := range labels {
		if int(l) >= classes {
			return &FormatError{
				File: name, Offset: labelsStart + int64(i),
				Msg: fmt.Sprintf("want a label below %d, got %d", classes, l),
			}
		}
	}
	return nil
}

// Where the values of the two sorts of file begin.
const (
	imagesStart = 4 + 3*4
	labelsStart = 4 + 1*4
)

// readImages is ReadImages for uncompressed content.
func readImages(r io.Reader, name string) (*Images, error) {
	h, err := readHeader(r, name)
	if err != nil {
		return nil, err
	}
	pix, err := h.readBytes(r, name, 3)
	if err != nil {
		return nil, err
	}
	return &Images{N: h.dims[0], Height: h.dims[1], Width: h.dims[2], Pixels: pix}, nil
}

// readLabels is ReadLabels for uncompressed content.
func readLabels(r io.Reader, name string) ([]uint8, error) {
	h, err := readHeader(r, name)
	if err != nil {
		return nil, err
	}
	return h.readBytes(r, name, 1)
}

// readBytes reads the values of a file of unsigned bytes in the given number of
// dimensions, and that nothing follows them.
func (h *header) readBytes(r io.Reader, name string, dims int) ([]uint8, error) {
	if h.typ != 0x08 {
		t, _ := findTypeCode(h.typ)
		return nil, &FormatError{
			File: name, Offset: 2,
			Msg: fmt.Sprintf("want type code 0x08 (unsigned byte), got 0x%02X (%s)", t.code, t.name),
		}
	}
	if len(h.dims) != dims {
		return nil, &FormatError{
			File: name, Offset: 3,
			Msg: fmt.Sprintf("want dimensions: %d (%s), got %d (%s)", dims, sortOf(dims), len(h.dims), sortOf(len(h.dims))),
		}
	}
	return h.readValues(r, name)
}

// readValues reads the values, and that nothing follows them.
func (h *header) readValues(r io.Reader, name string) ([]byte, error) {
	start := int64(4 + 4*len(h.dims))
	// ReadAll grows with what arrives: a header's claim alone allocates
	// nothing.
	values, err := io.ReadAll(io.LimitReader(r, int64(h.size)+1))
	switch end := start + int64(len(values)); {
	case err != nil:
		return nil, readError(name, end, err)
	case len(values) < h.size:
		return nil, &FormatError{
			File: name, Offset: end,
			Msg: fmt.Sprintf("want %d bytes of values, got %d: the file is cut short", h.size, len(values)),
		}
	case len(values) > h.size:
		return nil, &FormatError{
			File: name, Offset: end - 1,
			Msg: fmt.Sprintf("want the end of the file after %d bytes of values, got more", h.size),
		}
	}
	return values, nil
}

// sortOf names what an IDX file of that many dimensions holds.
func sortOf(dims int) string {
	switch dims {
	case 1:
		return "labels"
	case 3:
		return "images"
	}
	return "neither images nor labels"
}
