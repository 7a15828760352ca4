package loaders

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pkg/errors"

	"euryale/internal/scalar"
)

// OpenIDX reads a dataset of IDX files, gzip or plain, by their names: those in the
// folder at path or in its raw or gzip, or those that belong to the file at path.
// test is nil where there are no images to test on.
//
// Names tell images from labels, training from test, and one dataset from another:
// train-images-idx3-ubyte and t10k-labels-idx1-ubyte, of MNIST, Fashion-MNIST and
// KMNIST; emnist-letters-train-images-idx3-ubyte; qmnist-test-labels-idx2-int. In a
// folder of several, the file at path says of which. A file of test images alone
// is read as train.
//
// Images are (N, H, W), (N, H, W, C) or (N, C, H, W), C at most 4, and become (C,
// H, W). Values of integers have to be from 0 to 255. Floats are from 0 to 1 or,
// where any of train or test is above 1, from 0 to 255, and rounded to the nearest
// byte. Labels are (N) or (N, 1) of any integer type, or (N, 8) as QMNIST has them,
// of which the first column is the class.
//
// EMNIST's images, which lie transposed, are turned. Its file of the same name with
// mapping.txt gives labels, in its order, and their characters, as names; without
// it, those published. classes are names instead of these. Otherwise they are those
// of MNIST, Fashion-MNIST and, in a folder of that name, KMNIST, or "0" to the
// largest label.
//
// Sources: G. Cohen, S. Afshar, J. Tapson, A. van Schaik, arXiv:1702.05373 (EMNIST);
// T. Clanuwat et al., arXiv:1812.01718 (KMNIST); C. Yadav, L. Bottou,
// arXiv:1905.10498 (QMNIST).
func OpenIDX(path string, classes ...string) (train, test *Dataset, err error) {
	return openIDX(path, arrayConfig{Classes: classes})
}

func openIDX(path string, c arrayConfig) (train, test *Dataset, err error) {
	if err := checkThere(path); err != nil {
		return nil, nil, err
	}
	dir, own, err := idxFolder(path)
	if err != nil {
		return nil, nil, err
	}
	files, err := idxFiles(dir)
	if err != nil {
		return nil, nil, err
	}
	set, err := chooseSet(path, files, own)
	if err != nil {
		return nil, nil, err
	}
	p := parts{}
	for _, f := range files {
		r := f.role
		if own != nil && own.part != "" && own.part != "train" { // what was asked for is one part
			if r.part != own.part {
				continue
			}
			r.part = "train"
		}
		if r.set != set || p.has(r) { // a file that is there packed, too, or spelt otherwise
			continue
		}
		a, err := readIDX(f.path)
		if err != nil {
			return nil, nil, err
		}
		if err := p.add(r, a); err != nil {
			return nil, nil, err
		}
	}
	if c.Classes == nil {
		if err := c.characters(dir, set); err != nil {
			return nil, nil, err
		}
	}
	c.transpose = set == "emnist" || strings.HasPrefix(set, "emnist-")
	if c.Classes == nil && c.known == nil {
		c.known = knownClasses(dir, p)
	}
	return p.datasets(path, &c)
}

// has says whether an array is in the place of that role.
func (p parts) has(r role) bool {
	part := r.part
	if part == "" {
		part = "train"
	}
	at := p[part]
	return at != nil && (r.labels && at.labels != nil || !r.labels && at.images != nil)
}

// idxFile is a file whose name says what it holds.
type idxFile struct {
	path string
	role
}

// idxFolder is the folder to look into for path, and the role of path if it is a
// file.
func idxFolder(path string) (dir string, own *role, err error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return "", nil, errors.WithStack(err)
	case !info.IsDir():
		r, ok := roleOf(filepath.Base(path))
		if !ok {
			return "", nil, errors.Errorf("%s: want a name that tells images from labels, such as train-images-idx3-ubyte: IDX reads files of any name", path)
		}
		return filepath.Dir(path), &r, nil
	}
	for _, dir := range []string{path, filepath.Join(path, "raw"), filepath.Join(path, "gzip")} {
		if files, err := idxFiles(dir); err != nil {
			return "", nil, err
		} else if len(files) > 0 {
			return dir, nil, nil
		}
	}
	return "", nil, errors.Errorf("%s: want IDX files, named as train-images-idx3-ubyte and train-labels-idx1-ubyte are, got none", path)
}

// idxFiles are those in dir, in name order: by their names or else by their first
// bytes. No folder has none.
func idxFiles(dir string) ([]idxFile, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, errors.WithStack(err) // it names the folder
	}
	var files []idxFile
	for _, e := range entries {
		r, ok := roleOf(e.Name())
		path := filepath.Join(dir, e.Name())
		if !ok || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
			continue // archives exist that unpack to a folder of each name
		}
		if namedIDX(e.Name()) || mayBeIDX(e.Name()) && isIDX(path) {
			files = append(files, idxFile{path, r})
		}
	}
	return files, nil
}

// namedIDX says whether a name claims to be an IDX file's.
func namedIDX(name string) bool {
	return strings.Contains(name, "idx") && packedName(name) == "" && filepath.Ext(name) != ".txt"
}

// mayBeIDX says whether a file of that name is worth opening to see what it is.
func mayBeIDX(name string) bool {
	switch filepath.Ext(strings.TrimSuffix(strings.ToLower(name), ".gz")) {
	case "", ".ubyte", ".bin", ".dat":
		return true
	}
	return false
}

// isIDX says whether the file at path, which may be gzip, begins as an IDX file does.
func isIDX(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	u, err := uncompressed(f)
	if err != nil {
		return false
	}
	_, err = readHeader(u, path)
	return err == nil
}

// chooseSet is the dataset that the files, or the one asked for, are of.
func chooseSet(path string, files []idxFile, own *role) (string, error) {
	if own != nil {
		return own.set, nil
	}
	var sets []string
	for _, f := range files {
		if !slices.Contains(sets, f.set) {
			sets = append(sets, f.set)
		}
	}
	if len(sets) > 1 {
		return "", errors.Errorf("%s: want the files of one dataset, got those of %.300q: name one, such as %s", path, sets, files[0].path)
	}
	return sets[0], nil
}

// readIDX reads the file at path, of any type and dimensions.
func readIDX(path string) (*raw, error) {
	if err := checkThere(path); err != nil {
		return nil, err
	}
	return openAnd(path, readAnyIDX)
}

func readAnyIDX(r io.Reader, name string) (*raw, error) {
	u, err := uncompressed(r)
	if err != nil {
		return nil, readError(name, 0, err)
	}
	h, err := readHeader(u, name)
	if err != nil {
		return nil, err
	}
	data, err := h.readValues(u, name)
	if err != nil {
		return nil, err
	}
	t := idxTypes[h.typ]
	if t.Size() > 1 {
		for v := range slices.Chunk(data, t.Size()) {
			slices.Reverse(v)
		}
	}
	return &raw{name: name, shape: h.dims, typ: t, data: data}, nil
}

// idxTypes are what the type codes of IDX stand for.
var idxTypes = map[uint8]scalar.Type{
	0x08: scalar.Uint8, 0x09: scalar.Int8, 0x0B: scalar.Int16, 0x0C: scalar.Int32, 0x0D: scalar.Float32, 0x0E: scalar.Float64,
}

// knownClasses are those of a dataset whose labels are published or whose folder
// bears its name: nil of any other.
func knownClasses(dir string, p parts) []string {
	for _, part := range p.names() {
		at := p[part].labels
		if at == nil || at.typ != scalar.Uint8 || len(at.shape) != 1 {
			continue
		}
		sum := sha256.Sum256(append(idxHeader(at.shape), at.data...))
		for _, set := range publishedSets {
			for _, i := range []int{trainLabels, testLabels} {
				if set.files[i].sum == hex.EncodeToString(sum[:]) {
					return set.classes
				}
			}
		}
	}
	if full, err := filepath.Abs(dir); err == nil {
		for _, folder := range []string{filepath.Base(full), filepath.Base(filepath.Dir(full))} {
			if strings.EqualFold(folder, "kmnist") {
				return kmnistClasses
			}
		}
	}
	return nil
}

// names are those of the parts that are there.
func (p parts) names() []string {
	var names []string
	for _, part := range []string{"train", "test", "validation"} {
		if p[part] != nil {
			names = append(names, part)
		}
	}
	return names
}

// kmnistClasses are the syllables of KMNIST, by label.
var kmnistClasses = []string{"o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"}
