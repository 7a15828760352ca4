// Package golden reads the reference values that tests compare with: tensors
// in a safetensors file (https://huggingface.co/docs/safetensors), computed in
// float64 by another framework.
package golden

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pkg/errors"
)

// File is the tensors of a file, by name, and what its header says of them.
type File struct {
	Tensors  map[string]Tensor
	Metadata map[string]string
}

// Tensor is one array, row-major.
type Tensor struct {
	Shape []int
	Data  []float32
}

// Open reads the values of whole networks, reference.safetensors, which lies
// beside the datasets of EURYALE_DATA, and skips the test where there is none.
func Open(t testing.TB) *File {
	t.Helper()
	return open(t, "reference.safetensors")
}

// OpenFile reads a file that must be there, such as one of a test's own.
func OpenFile(t testing.TB, path string) *File {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := parse(raw)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return f
}

// OpenLayers reads the values of single ops, layers.safetensors, as Open does.
func OpenLayers(t testing.TB) *File {
	t.Helper()
	return open(t, "layers.safetensors")
}

func open(t testing.TB, name string) *File {
	t.Helper()
	data := os.Getenv("EURYALE_DATA")
	if data == "" {
		t.Skip("EURYALE_DATA is not set: no reference values")
	}
	path := filepath.Join(data, "..", "golden", name)
	if _, err := os.Stat(path); os.IsNotExist(err) {
		t.Skipf("no reference values at %s", path)
	}
	return OpenFile(t, path)
}

// Case decodes what the header says of a case into attributes, a pointer to a
// struct.
func (f *File) Case(t testing.TB, name string, attributes any) {
	t.Helper()
	if err := json.Unmarshal([]byte(f.Metadata[name]), attributes); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// Cases are the names of the cases of a group, "group.00" and so on, sorted.
func (f *File) Cases(t testing.TB, group string) []string {
	t.Helper()
	var names []string
	for name := range f.Metadata {
		if strings.HasPrefix(name, group+".") {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		t.Fatalf("no case %s.… in the reference file", group)
	}
	slices.Sort(names)
	return names
}

// Get is the tensor of the given name, which must be there.
func (f *File) Get(t testing.TB, name string) Tensor {
	t.Helper()
	x, ok := f.Tensors[name]
	if !ok {
		t.Fatalf("no tensor %s in the reference file", name)
	}
	return x
}

// parse decodes a file: the length of a JSON header, the header, then the
// values.
func parse(raw []byte) (*File, error) {
	if len(raw) < 8 {
		return nil, errors.New("too short for a header")
	}
	n := binary.LittleEndian.Uint64(raw)
	if n > uint64(len(raw)-8) {
		return nil, errors.Errorf("header of %d bytes in a file of %d", n, len(raw))
	}
	var header map[string]json.RawMessage
	if err := json.Unmarshal(raw[8:8+n], &header); err != nil {
		return nil, errors.Wrap(err, "header")
	}
	f := &File{Tensors: map[string]Tensor{}, Metadata: map[string]string{}}
	for name, entry := range header {
		if name == "__metadata__" {
			if err := json.Unmarshal(entry, &f.Metadata); err != nil {
				return nil, errors.Wrap(err, name)
			}
			continue
		}
		x, err := decode(entry, raw[8+n:])
		if err != nil {
			return nil, errors.Wrap(err, name)
		}
		f.Tensors[name] = x
	}
	return f, nil
}

func decode(entry json.RawMessage, data []byte) (Tensor, error) {
	var e struct {
		Dtype   string `json:"dtype"`
		Shape   []int  `json:"shape"`
		Offsets [2]int `json:"data_offsets"`
	}
	if err := json.Unmarshal(entry, &e); err != nil {
		return Tensor{}, err
	}
	from, to := e.Offsets[0], e.Offsets[1]
	if e.Dtype != "F32" || from < 0 || to < from || to > len(data) || (to-from)%4 != 0 {
		return Tensor{}, errors.Errorf("want F32 values inside the file, got %s", entry)
	}
	x := Tensor{Shape: e.Shape, Data: make([]float32, (to-from)/4)}
	for i := range x.Data {
		x.Data[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[from+4*i:]))
	}
	return x, nil
}
