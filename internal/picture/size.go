package picture

import (
	"bytes"
	"image"

	"github.com/pkg/errors"
)

// Size is how large the picture in a file is, by its header: to be asked before
// Read takes memory for it.
func Size(file []byte) (size image.Point, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errors.Errorf("%v", r)
		}
	}()
	f, err := sniff(file[:min(len(file), 32)])
	if err != nil {
		return size, err
	}
	what := f.examine(file)
	c, err := f.config(bytes.NewReader(what.file))
	if err != nil {
		return size, f.inWords(err, what)
	}
	return image.Pt(c.Width, c.Height), nil
}
