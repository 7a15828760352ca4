package onnx

import (
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/pkg/errors"

	"euryale/internal/onnx/schema"
)

// external reads tensors that lie in files beside the model's. What ONNX's
// docs/Security-assurance.md lists against it is refused: names that leave the folder,
// links of both kinds, what is not a file, places outside of the file.
type external struct {
	dir   string
	root  *os.Root
	files map[string]*externalFile
}

type externalFile struct {
	f       *os.File
	size    int64
	left    int64               // bytes that are not read yet: each part is read once
	regions map[[2]int64][]byte // by offset and length
}

// read returns a tensor's bytes, n of them.
func (e *external) read(entries []*schema.StringStringEntryProto, n int) ([]byte, error) {
	var location string
	var offset int64
	length := int64(n)
	for _, entry := range entries {
		var err error
		switch entry.GetKey() {
		case "location":
			location = entry.GetValue()
		case "offset":
			offset, err = strconv.ParseInt(entry.GetValue(), 10, 64)
		case "length":
			length, err = strconv.ParseInt(entry.GetValue(), 10, 64)
		}
		if err != nil {
			return nil, errors.Errorf("external data: %s %q is no number", entry.GetKey(), entry.GetValue())
		}
	}
	if length != int64(n) {
		return nil, errors.Errorf("external data: want %d bytes, got a length of %d", n, length)
	}
	f, err := e.open(location)
	if err != nil {
		return nil, err
	}
	if offset < 0 || offset > f.size || length > f.size-offset {
		return nil, errors.Errorf("external data: %s has %d bytes, want %d from %d on", location, f.size, length, offset)
	}
	data, err := f.region(offset, length)
	return data, errors.WithMessagef(err, "external data: %s", location)
}

// region reads a part of the file. A part that several tensors have is shared; others
// do not overlap, so no more is read than the file has.
func (f *externalFile) region(offset, length int64) ([]byte, error) {
	key := [2]int64{offset, length}
	if data, ok := f.regions[key]; ok {
		return data, nil
	}
	if length > f.left {
		return nil, errors.Errorf("want tensors that do not overlap, got more than %d bytes of them", f.size)
	}
	data := make([]byte, length)
	if _, err := io.ReadFull(io.NewSectionReader(f.f, offset, length), data); err != nil {
		return nil, errors.WithStack(err)
	}
	f.left -= length
	f.regions[key] = data
	return data, nil
}

func (e *external) open(location string) (*externalFile, error) {
	if f, ok := e.files[location]; ok {
		return f, nil
	}
	if e.dir == "" {
		return nil, errors.Errorf("its data are in the file %q, and the model is not read from a folder", location)
	}
	if location == "" {
		return nil, errors.New("external data: no location")
	}
	if e.root == nil {
		root, err := os.OpenRoot(e.dir)
		if err != nil {
			return nil, errors.WithStack(err)
		}
		e.root, e.files = root, map[string]*externalFile{}
	}
	f, size, err := openRegular(e.root, filepath.FromSlash(location))
	if err != nil {
		return nil, errors.WithMessage(err, "external data")
	}
	e.files[location] = &externalFile{f: f, size: size, left: size, regions: map[[2]int64][]byte{}}
	return e.files[location], nil
}

// openRegular opens a file below root that has one name. It looks before it opens: to
// open a pipe would wait.
func openRegular(root *os.Root, name string) (*os.File, int64, error) {
	before, err := root.Lstat(name)
	if err != nil {
		return nil, 0, errors.WithStack(err)
	}
	if !before.Mode().IsRegular() {
		return nil, 0, errors.Errorf("%s is not a regular file", name)
	}
	if n := links(before); n > 1 {
		return nil, 0, errors.Errorf("%s has %d hard links, want one", name, n)
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, 0, errors.WithStack(err)
	}
	after, err := f.Stat()
	if err == nil && !os.SameFile(before, after) {
		err = errors.Errorf("%s was replaced while it was opened", name)
	}
	if err != nil {
		f.Close()
		return nil, 0, errors.WithStack(err)
	}
	return f, after.Size(), nil
}

func (e *external) close() {
	for _, f := range e.files {
		f.f.Close()
	}
	if e.root != nil {
		e.root.Close()
	}
}
