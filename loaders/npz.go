package loaders

import (
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/pkg/errors"

	"euryale/internal/npy"
	"euryale/internal/scalar"
)

// rawArray is an array of a file as one of images or labels.
func rawArray(name string, a *npy.Array) *raw {
	return &raw{name: name, shape: a.Shape, typ: a.Dtype, data: a.Data}
}

// parts are the arrays of a dataset, by the names of its parts.
type parts map[string]*pair

// add puts an array in its place.
func (p parts) add(r role, a *raw) error {
	part := r.part
	if part == "" {
		part = "train"
	}
	if p[part] == nil {
		p[part] = &pair{}
	}
	at := &p[part].images
	if r.labels {
		at = &p[part].labels
	}
	if *at != nil {
		return errors.Errorf("want the %s of each part once, got %s and %s", what(r), (*at).name, a.name)
	}
	*at = a
	return nil
}

func what(r role) string {
	if r.labels {
		return "labels"
	}
	return "images"
}

// datasets makes those of the parts, all from origin. A validation part is the test
// set where there is no test part, and is left out where there is.
func (p parts) datasets(origin string, c *arrayConfig) (train, test *Dataset, err error) {
	if p["test"] == nil {
		p["test"] = p["validation"]
	}
	for _, part := range []string{"train", "test"} {
		at := p[part]
		switch {
		case at == nil:
			continue
		case at.images == nil:
			return nil, nil, errors.Errorf("%s: want the images of these labels, such as x_%s, got none", at.labels.name, part)
		case at.labels == nil:
			return nil, nil, errors.Errorf("%s: want the labels of these images, such as y_%s, got none", at.images.name, part)
		}
		at.name, at.origin = stem(origin)+" "+map[string]string{"train": "training", "test": "test"}[part], origin
	}
	if p["train"] == nil {
		return nil, nil, errors.Errorf("%s: want arrays to train on, such as x_train and y_train, got only others", origin)
	}
	return c.assemble(p["train"], p["test"])
}

// stem is the name of the file or folder at path, without what says how it is
// written.
func stem(path string) string {
	name := filepath.Base(path)
	for _, ext := range []string{".gz", ".npz", ".npy", ".csv"} {
		name = strings.TrimSuffix(name, ext)
	}
	return name
}

// openNPZ reads a .npz file with images and labels, or with an array alone, whose
// role and partner the name of the file tells.
func openNPZ(path string, c *arrayConfig) (train, test *Dataset, err error) {
	var names []string
	entries, err := npy.ReadNPZFile(path, npy.Options{Want: func(name string) bool {
		names = append(names, name)
		_, ok := roleOf(name)
		return ok
	}})
	if err != nil {
		return nil, nil, err
	}
	if len(names) == 1 && len(entries) == 0 {
		return openArrayFiles(path, c)
	}
	p := parts{}
	for _, e := range entries {
		r, _ := roleOf(e.Name)
		if err := p.add(r, rawArray(path+": "+e.Name, e.Array)); err != nil {
			return nil, nil, errors.WithMessage(err, path)
		}
	}
	if len(p) == 0 {
		sort.Strings(names)
		return nil, nil, errors.Errorf("%s: want arrays named x_train, y_train, x_test and y_test, or train_images and so on, got %.200s", path, strings.Join(names, ", "))
	}
	return p.datasets(path, c)
}

// openArrayFiles reads the file of one array at path and those that belong to it
// in its folder: of the same ending, of names that differ in what tells images from
// labels and training from test.
func openArrayFiles(path string, c *arrayConfig) (train, test *Dataset, err error) {
	own, ok := roleOf(filepath.Base(path))
	if !ok {
		return nil, nil, errors.Errorf("%s: want a name that tells images from labels, such as x_train.npy beside y_train.npy", path)
	}
	dir, ext := filepath.Dir(path), filepath.Ext(path)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, errors.WithStack(err) // it names the folder
	}
	p := parts{}
	for _, e := range entries {
		r, ok := roleOf(e.Name())
		if !ok || r.set != own.set || filepath.Ext(e.Name()) != ext {
			continue
		}
		if own.part != "" && own.part != "train" && r.part != own.part {
			continue // what was asked for is one part
		}
		at := filepath.Join(dir, e.Name())
		a, err := readArrayFile(at)
		if err != nil {
			return nil, nil, err
		}
		if own.part != "" && own.part != "train" {
			r.part = "train"
		}
		if err := p.add(r, a); err != nil {
			return nil, nil, err
		}
	}
	return p.datasets(path, c)
}

// readArrayFile reads a .npy file, or the one array of a .npz file.
func readArrayFile(path string) (*raw, error) {
	if filepath.Ext(path) != ".npz" {
		a, err := npy.ReadFile(path)
		if err != nil {
			return nil, err
		}
		return rawArray(path, a), nil
	}
	entries, err := npy.ReadNPZFile(path, npy.Options{})
	if err != nil {
		return nil, err
	}
	if len(entries) != 1 {
		return nil, errors.Errorf("%s: want one array, as %s has, got %d", path, "its partner", len(entries))
	}
	return rawArray(path, entries[0].Array), nil
}

// openKerasArray opens the content of one of the IDX files of MNIST as Keras has
// it in its mnist.npz: the header that the file has, and the array's bytes.
func openKerasArray(path, file string) ([]byte, error) {
	name := map[string]string{
		mnist.files[trainImages].name: "x_train", mnist.files[trainLabels].name: "y_train",
		mnist.files[testImages].name: "x_test", mnist.files[testLabels].name: "y_test",
	}[file]
	entries, err := npy.ReadNPZFile(path, npy.Options{MaxBytes: maxContent, Want: func(n string) bool { return n == name }})
	if err != nil {
		return nil, err
	}
	if len(entries) != 1 || entries[0].Array.Dtype != scalar.Uint8 {
		return nil, errors.Errorf("%s: want an array %s of bytes, as Keras has it, got none", path, name)
	}
	a := entries[0].Array
	return append(idxHeader(a.Shape), a.Data...), nil
}

// idxHeader is that of an IDX file of bytes.
func idxHeader(shape []int) []byte {
	b := []byte{0, 0, 0x08, uint8(len(shape))}
	for _, n := range shape {
		b = append(b, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	return b
}
