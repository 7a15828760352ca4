package npy

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/internal/pythontest"
	"euryale/internal/scalar"
)

// order is that of golden.py's types.
var order = []string{"b1", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8"}

// expected is what golden.py's array has for a type.
func expected(code string) []float64 {
	switch code[0] {
	case 'b':
		return []float64{0, 1, 0, 1, 0, 1}
	case 'u':
		return []float64{0, 1, 2, 3, 4, 5}
	}
	return []float64{-3, -2, -1, 0, 1, 2}
}

func counted(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(i)
	}
	return x
}

// checkArray compares a with what it should be.
func checkArray(t *testing.T, name string, a *Array, typ scalar.Type, shape []int, want []float64) {
	t.Helper()
	if a == nil {
		t.Errorf("%s: want an array", name)
		return
	}
	if a.Dtype != typ || !cmp.Equal(a.Shape, shape) {
		t.Errorf("%s: want %v of %v, got %v of %v", name, shape, typ, a.Shape, a.Dtype)
	}
	got, err := a.Float64s()
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
	}
}

// Every type, in either order of bytes and of indices, of versions 1, 2 and 3.
func TestNumPysArrays(t *testing.T) {
	entries, err := ReadNPZFile("testdata/cases.npz", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := len(order)*4 + 3; len(entries) != want {
		t.Errorf("want %d arrays, got %d", want, len(entries))
	}
	for _, e := range entries {
		switch code, _, _ := strings.Cut(e.Name, " "); code {
		case "cube":
			checkArray(t, e.Name, e.Array, scalar.Float32, []int{2, 3, 4}, counted(24))
		case "number":
			checkArray(t, e.Name, e.Array, scalar.Float32, []int{}, []float64{7.5})
		case "none":
			checkArray(t, e.Name, e.Array, scalar.Int64, []int{0, 3}, []float64{})
		default:
			checkArray(t, e.Name, e.Array, codes[code], []int{2, 3}, expected(code))
		}
	}
}

func TestNumPysFiles(t *testing.T) {
	a, err := ReadFile("testdata/cube.npy")
	if err != nil {
		t.Fatal(err)
	}
	checkArray(t, "cube", a, scalar.Float32, []int{2, 3, 4}, counted(24))
	for _, path := range []string{"testdata/stored.npz", "testdata/deflated.npz"} {
		entries, err := ReadNPZFile(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(entries) != 3 {
			t.Fatalf("%s: want 3 arrays, got %d", path, len(entries))
		}
		for i, e := range entries {
			switch name := []string{"x", "a/b", "arr_0"}[i]; {
			case e.Name != name:
				t.Errorf("%s: want the name %s, got %s", path, name, e.Name)
			case name == "x":
				checkArray(t, path+" x", e.Array, scalar.Float64, []int{2, 3}, expected("f8"))
			case name == "a/b":
				checkArray(t, path+" a/b", e.Array, scalar.Int64, []int{2, 3}, expected("i8"))
			default:
				checkArray(t, path+" arr_0", e.Array, scalar.Float32, []int{2, 3, 4}, counted(24))
			}
		}
	}
	const want = `testdata/object.npy: want an array of numbers, got one of Python objects ("|O"), which are pickled: ` +
		`pickles run code and are not read; save it with a type of numbers`
	if a, err := ReadFile("testdata/object.npy"); a != nil || err == nil || err.Error() != want {
		t.Errorf("want %q\ngot  %v", want, err)
	}
}

// Written again, NumPy's file of C order is the same.
func TestNumPysBytes(t *testing.T) {
	const path = "testdata/cube.npy"
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	a, err := ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(written(t, a))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// NumPy reads what is written here.
func TestNumPyReads(t *testing.T) {
	python := pythontest.Find(t, "numpy")
	cases, err := ReadNPZFile("testdata/cases.npz", Options{})
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]*Array{}
	for _, e := range cases {
		byName[e.Name] = e.Array
	}
	dir := t.TempDir()
	var entries []Entry
	for _, code := range order {
		a := byName[code+" fortran big"]
		if err := WriteFile(filepath.Join(dir, code+".npy"), a); err != nil {
			t.Fatal(err)
		}
		entries = append(entries, Entry{code, a})
	}
	entries = append(entries, Entry{"a/number", byName["number"]}, Entry{"none", byName["none"]}, Entry{"cube", byName["cube"]})
	if err := WriteNPZFile(filepath.Join(dir, "all.npz"), entries); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(python, "testdata/golden.py", "--check", dir).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
