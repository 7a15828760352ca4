package safetensors

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/internal/pythontest"
)

const golden = "testdata/python.safetensors" // by testdata/golden.py

// fromPython is what golden.py's file holds, in order of the names.
func fromPython(t *testing.T) *File {
	t.Helper()
	f, err := ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestPythonsFile(t *testing.T) {
	f := fromPython(t)
	if want := map[string]string{"kind": "a\tb\\c </é>"}; !cmp.Equal(f.Metadata, want) {
		t.Errorf("metadata: want %q, got %q", want, f.Metadata)
	}
	count, quarters := []float64{0, 1, 2, 3, 4, 5}, []float64{-1, -.75, -.5, -.25, 0, .25}
	want := map[string][]float64{
		"bool": {0, 1, 0, 1, 0, 1}, "u8": count, "i8": count, "u16": count, "i16": {-300, -299, -298, -297, -296, -295},
		"u32": count, "i32": count, "u64": count, "i64": count, "f16": quarters, "f32": quarters, "f64": quarters,
		"empty": {}, "number": {7}, "ein \"Name\"\n<é>\u2028\x01": {2},
	}
	shapes := map[string][]int{"empty": {0, 3}, "number": {}, "ein \"Name\"\n<é>\u2028\x01": {1}}
	if len(f.Tensors) != len(want) {
		t.Errorf("want %d tensors, got %d", len(want), len(f.Tensors))
	}
	for name, values := range want {
		x, ok := f.Tensor(name)
		if !ok {
			t.Errorf("no tensor %q", name)
			continue
		}
		got, err := x.Float64s()
		if diff := cmp.Diff(values, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
		shape, other := shapes[name]
		if !other {
			shape = []int{2, 3}
		}
		if !cmp.Equal(x.Shape, shape) {
			t.Errorf("%s: want the shape %v, got %v", name, shape, x.Shape)
		}
	}
	if x, ok := f.Tensor("none"); ok {
		t.Errorf("want no tensor, got %v", x)
	}
}

// Read and written again, it is the same file.
func TestPythonsBytes(t *testing.T) {
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Encode(fromPython(t))
	if diff := cmp.Diff(string(want), string(got)); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// By Python's hashlib and struct, on golden's arrays as NumPy reads them.
func TestPythonsChecksum(t *testing.T) {
	const want = "323308e2113caee6123b730cbd9df76ff29c7dec82b65ca5d69a9f01feca699b"
	if got := fromPython(t).Checksum(); got != want {
		t.Errorf("want %s, got %s", want, got)
	}
}

// Python reads what is written here.
func TestPythonReads(t *testing.T) {
	python := pythontest.Find(t, "numpy", "safetensors")
	f := fromPython(t)
	path := filepath.Join(t.TempDir(), "a.safetensors")
	if err := WriteFile(path, f); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(python, "testdata/golden.py", "--check", path).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
