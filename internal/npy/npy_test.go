package npy

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/pkg/errors"

	"euryale/internal/scalar"
)

// raw is a file of version 1 with n bytes of data.
func raw(header string, n int) []byte {
	b := append([]byte(magic), 1, 0)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(header)))
	return append(append(b, header...), make([]byte, n)...)
}

// dict is a header; its values are Python's.
func dict(descr, fortran, shape string) string {
	return fmt.Sprintf("{'descr': %s, 'fortran_order': %s, 'shape': %s, }\n", descr, fortran, shape)
}

func decode(b []byte) (*Array, error) { return Read(bytes.NewReader(b), int64(len(b))) }

func written(t *testing.T, a *Array) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, a); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// checkFormat fails unless err is a *FormatError of one short line with want.
func checkFormat(t *testing.T, err error, want string) {
	t.Helper()
	var format *FormatError
	if !errors.As(err, &format) || strings.Contains(err.Error(), "\n") || len(err.Error()) > 500 {
		t.Fatalf("want a *FormatError of one short line, got %#v", err)
	}
	if !strings.Contains(err.Error(), want) {
		t.Errorf("want %q\ngot  %q", want, err)
	}
}

func TestBadFiles(t *testing.T) {
	good := dict("'<f4'", "False", "(2,)")
	version := func(major, minor byte, after ...byte) []byte {
		return append(append([]byte(magic), major, minor), after...)
	}
	for _, tt := range []struct {
		name string
		give []byte
		want string
	}{
		{"empty", nil, `want "\x93NUMPY" first, as .npy files begin, got ""`},
		{"magic", []byte("\x93NUMPX\x01\x00v\x00"), `want "\x93NUMPY" first, as .npy files begin, got "\x93NUMPX"`},
		{"magic only", []byte(magic), `want "\x93NUMPY" first`},
		{"version 0", version(0, 0, 0, 0), "want version 1.0, 2.0 or 3.0 of the format, got 0.0"},
		{"version 4", version(4, 0, 0, 0, 0, 0), "got 4.0"},
		{"version 1.1", version(1, 1, 0, 0, 0, 0), "got 1.1"},
		{"no length", version(2, 0, 1, 0, 0), "want the length of a header, got the end of the file"},
		{"long header", version(2, 0, 0, 0, 1, 0), "want a header of at most 65535 bytes, got 65536"},
		{"header beyond memory", version(3, 0, 255, 255, 255, 255), "want a header of at most 65535 bytes, got 4294967295"},
		{"header cut", raw(good, 0)[:40], "want a header of 58 bytes, got 30: the file is cut short"},
		{"no dictionary", raw("", 0), "header, byte 0: want {, got the end of the header"},
		{"empty dictionary", raw("{}", 0), "header, byte 2: want the keys descr, fortran_order and shape, got 0 of them"},
		{"no shape", raw("{'descr': '<f4', 'fortran_order': False}", 0), "want the keys descr, fortran_order and shape, got 2 of them"},
		{"other key", raw("{'x': 1}", 0), `header, byte 5: want the keys descr, fortran_order and shape, got "x"`},
		{"key twice", raw("{'shape': (), 'shape': ()}", 0), `want each key once, got "shape" again`},
		{"key without quotes", raw("{shape: ()}", 0), `header, byte 1: want a key in quotes, got "shape: ()}"`},
		{"key without end", raw("{'shape", 0), `want a key in quotes, got "'shape"`},
		{"key with an escape", raw(`{'sh\x61pe': ()}`, 0), `want a key in quotes, got "'sh`},
		{"no colon", raw("{'shape' ()}", 0), `header, byte 9: want :, got "()}"`},
		{"no comma", raw("{'shape': () 'descr': '<f4'}", 0), `want , or } after the value of shape, got "'descr': '<f4'}"`},
		{"cut in the dictionary", raw("{'shape': ()", 0), "want , or } after the value of shape, got the end of the header"},
		{"more after", raw(good+"x", 8), `want only spaces after the dictionary, got "x"`},
		{"NUL after", raw(good+"\x00", 8), `want only spaces after the dictionary, got "\x00"`},
		{"order", raw(dict("'<f4'", "1", "(2,)"), 8), `want True or False as fortran_order, got "1, 'shape': (2,), }\n"`},
		{"shape a number", raw(dict("'<f4'", "False", "2"), 8), `want (, got "2, }\n"`},
		{"shape in parentheses", raw(dict("'<f4'", "False", "(2)"), 8), `want a comma after a dimension, got "), }\n"`},
		{"shape without commas", raw(dict("'<f4'", "False", "(2 3)"), 24), `want a comma after a dimension, got "3), }\n"`},
		{"negative dimension", raw(dict("'<f4'", "False", "(-2,)"), 8), `want whole numbers from 0 below 2^63 as dimensions, got "-2,), }\n"`},
		{"broken dimension", raw(dict("'<f4'", "False", "(2.5,)"), 8), `want a comma after a dimension, got ".5,), }\n"`},
		{"dimension beyond an int", raw(dict("'<f4'", "False", "(9223372036854775808,)"), 8), "want whole numbers from 0 below 2^63 as dimensions"},
		{"no dimension", raw(dict("'<f4'", "False", "(,)"), 8), "want whole numbers from 0 below 2^63 as dimensions"},
		{"shape cut", raw("{'shape': (2,", 0), "want whole numbers from 0 below 2^63 as dimensions, got the end of the header"},
		{"product", raw(dict("'<f4'", "False", "(4294967296, 4294967296)"), 8), "want a shape whose size fits into an int, got [4294967296 4294967296] of float32"},
		{"product with 0", raw(dict("'<f4'", "False", "(4294967296, 4294967296, 0)"), 0), "want a shape whose size fits into an int"},
		{"product with the type", raw(dict("'<f4'", "False", "(4611686018427387904,)"), 8), "want a shape whose size fits into an int"},
		{"65 dimensions", raw(dict("'<f4'", "False", "("+strings.Repeat("1,", 65)+")"), 4), "want at most 64 dimensions, got 65"},
		{"objects", raw(dict("'|O'", "False", "(2,)"), 8), "pickles run code and are not read"},
		{"records", raw(dict("[('a', '<f4')]", "False", "(2,)"), 8), "got one of records: save its fields one by one"},
		{"type a name", raw(dict("float32", "False", "(2,)"), 8), "want a type in quotes, got"},
		{"complex", raw(dict("'<c8'", "False", "(1,)"), 8), `such as "<f4" or "|u1", got the type "<c8"`},
		{"text", raw(dict("'<U2'", "False", "(1,)"), 8), `got the type "<U2"`},
		{"date", raw(dict("'<M8[ns]'", "False", "(1,)"), 8), `got the type "<M8[ns]"`},
		{"long double", raw(dict("'<f16'", "False", "(1,)"), 16), `got the type "<f16"`},
		{"no byte order", raw(dict("'f4'", "False", "(2,)"), 8), `got the type "f4"`},
		{"no order for 4 bytes", raw(dict("'|f4'", "False", "(2,)"), 8), `got the type "|f4"`},
		{"native order", raw(dict("'=f4'", "False", "(2,)"), 8), `got the type "=f4"`},
		{"no type", raw(dict("''", "False", "(2,)"), 8), `got the type ""`},
		{"data cut", raw(good, 7), "want 8 bytes after the header, for [2] of float32, got 7: the file is cut short"},
		{"no data", raw(dict("'<f8'", "False", "(1000000000000,)"), 0), "want 8000000000000 bytes after the header, for [1000000000000] of float64, got 0: the file is cut short"},
		{"more data", raw(good, 9), "want 8 bytes after the header, for [2] of float32, got 9: more follows the array"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := decode(tt.give)
			if a != nil {
				t.Errorf("want no array, got %v", a)
			}
			checkFormat(t, err, tt.want)
		})
	}
}

// What Python takes for the same, and NumPy has written in its time.
func TestOddHeaders(t *testing.T) {
	for _, header := range []string{
		"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}",
		"{\"shape\":(2,3,),\"fortran_order\":False,\"descr\":\"<f4\"}",
		" { 'descr' : '<f4' ,\t'fortran_order' : False , 'shape' : ( 2L , 3L ) , } \n",
	} {
		a, err := decode(raw(header, 24))
		if err != nil {
			t.Errorf("%s: %v", header, err)
			continue
		}
		checkArray(t, header, a, scalar.Float32, []int{2, 3}, make([]float64, 6))
	}
}

// rowMajor against the definition: element i₀, i₁, … lies at i₀ + i₁·d₀ + ….
func TestRowMajor(t *testing.T) {
	for _, shape := range [][]int{{}, {1}, {5}, {2, 3}, {3, 1, 2}, {2, 3, 4, 2}, {0, 3}} {
		n, _ := scalar.Elements(shape)
		data := make([]byte, 2*n)
		for i := range n {
			binary.LittleEndian.PutUint16(data[2*i:], uint16(i))
		}
		got := rowMajor(data, shape, 2)
		if len(got) != len(data) {
			t.Fatalf("%v: want %d bytes, got %d", shape, len(data), len(got))
		}
		for i := range n {
			want, rest, stride := 0, i, n
			for k := len(shape) - 1; k >= 0; k-- {
				stride /= shape[k]
				want += rest % shape[k] * stride
				rest /= shape[k]
			}
			if v := int(binary.LittleEndian.Uint16(got[2*i:])); v != want {
				t.Errorf("%v: want element %d from %d, got %d", shape, i, want, v)
			}
		}
	}
}

func TestWrite(t *testing.T) {
	for _, tt := range []struct {
		give   *Array
		header string
		data   string
	}{
		{FromFloat32s([]int{1, 2}, []float32{1, -2}), "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }", "\x00\x00\x80?\x00\x00\x00\xc0"},
		{FromFloat64s([]int{1}, []float64{1}), "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", "\x00\x00\x00\x00\x00\x00\xf0?"},
		{FromInt64s(nil, []int64{-2}), "{'descr': '<i8', 'fortran_order': False, 'shape': (), }", "\xfe\xff\xff\xff\xff\xff\xff\xff"},
		{FromUint8s([]int{3}, []uint8{1, 2, 255}), "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }", "\x01\x02\xff"},
		{&Array{[]int{0, 2}, scalar.Bool, nil}, "{'descr': '|b1', 'fortran_order': False, 'shape': (0, 2), }", ""},
	} {
		// As NumPy: 128 bytes before the data, filled up with spaces.
		want := magic + "\x01\x00\x76\x00" + tt.header + strings.Repeat(" ", 117-len(tt.header)) + "\n" + tt.data
		got := written(t, tt.give)
		if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		a, err := decode(got)
		if err != nil || a.Dtype != tt.give.Dtype || !bytes.Equal(a.Data, tt.give.Data) {
			t.Errorf("%s: read again as %v, %v", tt.header, a, err)
		}
	}
}

// Where the header as NumPy 2.4.6 writes it just ends at a multiple of 64 bytes.
func TestWriteFull(t *testing.T) {
	shape := make([]int, 36)
	for i := range shape {
		shape[i] = 1
	}
	if got := len(preamble(FromUint8s(shape, []uint8{1}))); got != 256 {
		t.Errorf("want 256 bytes before the data, got %d", got)
	}
}

func TestWriteErrors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.npy")
	for _, tt := range []struct {
		give *Array
		want string
	}{
		{&Array{}, "want a type that NumPy has, got no type"},
		{&Array{[]int{1}, scalar.BFloat16, []byte{1, 2}}, "want a type that NumPy has, got bfloat16"},
		{FromFloat32s([]int{2}, []float32{1}), "want 8 bytes of data for [2] of float32, got 4"},
		{FromFloat32s([]int{-1}, nil), "want a shape whose size fits into an int, got [-1] of float32"},
		{FromFloat32s(make([]int, 65), nil), "want at most 64 dimensions, got 65"},
	} {
		var b bytes.Buffer
		checkFormat(t, Write(&b, tt.give), tt.want)
		_, err := tt.give.Float32s()
		checkFormat(t, err, tt.want)
		checkFormat(t, WriteFile(path, tt.give), "cannot write "+path+": "+tt.want)
		if _, err := os.Stat(path); b.Len() > 0 || err == nil {
			t.Errorf("%s: want nothing written", tt.want)
		}
	}
}

func TestValues(t *testing.T) {
	a := FromInt64s([]int{2}, []int64{1, math.MinInt64})
	if x, err := a.Int64s(); err != nil || !cmp.Equal(x, []int64{1, math.MinInt64}) {
		t.Errorf("got %v, %v", x, err)
	}
	if x, err := a.Float32s(); err != nil || !cmp.Equal(x, []float32{1, math.MinInt64}) {
		t.Errorf("got %v, %v", x, err)
	}
	const want = "array of float64: value 0: want one that a float32 holds, got 1e+300"
	if x, err := FromFloat64s(nil, []float64{1e300}).Float32s(); x != nil || err == nil || err.Error() != want {
		t.Errorf("want %q, got %v", want, err)
	}
}

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.npy")
	if err := WriteFile(path, FromFloat32s(nil, []float32{1})); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadFile(path); err != nil {
		t.Error(err)
	}
	if err := os.Truncate(path, 100); err != nil {
		t.Fatal(err)
	}
	for give, want := range map[string]string{
		path:                       path + ": want a header of 118 bytes, got 90: the file is cut short",
		dir:                        dir + ": want a regular file, got a folder, a pipe or a device",
		filepath.Join(dir, "none"): "none: no such file",
	} {
		if a, err := ReadFile(give); a != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q\ngot  %v, %v", want, a, err)
		}
	}
}

// errAfter fails to read what lies from byte n.
type errAfter struct {
	b []byte
	n int64
}

func (r errAfter) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > r.n {
		return 0, iotest.ErrTimeout
	}
	return bytes.NewReader(r.b).ReadAt(p, off)
}

func TestReadFails(t *testing.T) {
	b := written(t, FromFloat32s(nil, []float32{1}))
	for _, n := range []int64{0, 8, 10, 130} {
		a, err := Read(errAfter{b, n}, int64(len(b)))
		if a != nil || !errors.Is(err, iotest.ErrTimeout) {
			t.Errorf("from byte %d: got %v, %v", n, a, err)
		}
	}
	if a, err := Read(bytes.NewReader(b), -1); a != nil || err == nil {
		t.Errorf("size below 0: got %v, %v", a, err)
	}
}

// allocated is the memory that f takes, in bytes.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestClaims(t *testing.T) {
	for _, b := range [][]byte{
		raw(dict("'<f8'", "False", "(100000000,)"), 8),
		append([]byte(magic), 2, 0, 255, 255, 255, 127),
	} {
		if got := allocated(func() { decode(b) }); got > 1<<20 {
			t.Errorf("want little memory for %d bytes, got %d bytes", len(b), got)
		}
	}
}
