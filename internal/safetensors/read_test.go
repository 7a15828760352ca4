package safetensors

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/pkg/errors"
)

// raw is a file of a header and n bytes of data, 0, 1 and so on.
func raw(header string, n int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	b = append(b, header...)
	for i := range n {
		b = append(b, byte(i))
	}
	return b
}

// bothRead is what Decode and Read say, which must be the same.
func bothRead(t *testing.T, b []byte) (*File, error) {
	t.Helper()
	f, err := Decode(b)
	g, errRead := Read(bytes.NewReader(b), int64(len(b)))
	if diff := cmp.Diff(f, g); diff != "" {
		t.Errorf("Decode and Read differ:\n%s", diff)
	}
	if fmt.Sprint(err) != fmt.Sprint(errRead) {
		t.Errorf("Decode and Read differ: %v, %v", err, errRead)
	}
	return f, err
}

func TestBadFiles(t *testing.T) {
	// u8 is the entry of a tensor of n bytes.
	u8 := func(name string, begin, end, n int) string {
		return fmt.Sprintf(`"%s":{"dtype":"U8","shape":[%d],"data_offsets":[%d,%d]}`, name, n, begin, end)
	}
	const offsets = `,"data_offsets":[0,1]`
	list := names()
	for _, tt := range []struct {
		name string
		give []byte
		want string
	}{
		{"empty", nil, "want the length of a header in the first 8 bytes, got a file of 0"},
		{"7 bytes", make([]byte, 7), "want the length of a header in the first 8 bytes, got a file of 7"},
		{"length beyond an int", bytes.Repeat([]byte{255}, 8), "want a header of at most 100000000 bytes, got 18446744073709551615: not a safetensors file?"},
		{"long header", binary.LittleEndian.AppendUint64(nil, 100_000_001), "want a header of at most 100000000 bytes, got 100000001: not a safetensors file?"},
		{"header cut", raw("{}", 0)[:9], "want a header of 2 bytes, got 1: the file is cut short"},
		{"header of the most bytes, cut", binary.LittleEndian.AppendUint64(nil, 100_000_000), "want a header of 100000000 bytes, got 0: the file is cut short"},
		{"not UTF-8", raw("{\"\xff\":1}", 0), "header: want UTF-8, got other bytes"},
		{"no header", raw("", 0), `header: want { as its first byte, got ""`},
		{"space first", raw(" {}", 0), `header: want { as its first byte, got " "`},
		{"BOM", raw("\ufeff{}", 0), `header: want { as its first byte, got "\ufeff"`},
		{"array", raw("[]", 0), `header: want { as its first byte, got "["`},
		{"JSON cut", raw(`{"a"`, 0), `tensor "a": header, byte 4: want an object as its entry, got the end of the header`},
		{"no key", raw(`{1:2}`, 0), "header, byte 1: want a key of the header, got no JSON: "},
		{"comma last", raw(`{"__metadata__":{},}`, 0), "header, byte 19: want a key of the header, got no JSON: "},
		{"junk after", raw(`{}x`, 0), "header, byte 2: want only white space after the JSON object, got more"},
		{"junk after an entry", raw("{"+u8("a", 0, 0, 0)+"}x", 0), "header, byte 53: want only white space after the JSON object, got more"},
		{"NUL after", raw("{}\x00", 0), "header, byte 2: want only white space after the JSON object, got more"},
		{"two objects", raw("{}{}", 0), "header, byte 3: want only white space after the JSON object, got more"},
		{"name twice", raw("{"+u8("a", 0, 1, 1)+","+u8("a", 0, 1, 1)+"}", 1), `header, byte 56: the header: want each key once, got "a" again`},
		{"name twice, escaped", raw("{"+u8("a", 0, 1, 1)+","+u8(`\u0061`, 1, 2, 1)+"}", 2), `: the header: want each key once, got "a" again`},
		{"half a surrogate pair", raw(`{"\ud800":1}`, 0), "header, byte 9: want a key of the header, got one with half a surrogate pair"},
		{"the second half", raw(`{"\udc00\ud800":1}`, 0), "got one with half a surrogate pair"},
		{"halves apart", raw(`{"\ud800a\udc00":1}`, 0), "got one with half a surrogate pair"},
		{"null metadata", raw(`{"__metadata__":null}`, 0), "header, byte 20: want an object as __metadata__, got null"},
		{"metadata not of strings", raw(`{"__metadata__":{"a":1}}`, 0), `header, byte 22: want a string as "a" of __metadata__, got 1`},
		{"deep metadata", raw(`{"__metadata__":{"a":`+strings.Repeat("[", 300), 0), `header, byte 22: want a string as "a" of __metadata__, got [`},
		{"metadata twice", raw(`{"__metadata__":{},"__metadata__":{}}`, 0), `: the header: want each key once, got "__metadata__" again`},
		{"metadata's key twice", raw(`{"__metadata__":{"a":"","a":""}}`, 0), `: __metadata__: want each key once, got "a" again`},
		{"entry no object", raw(`{"a":[]}`, 0), `tensor "a": header, byte 6: want an object as its entry, got [`},
		{"no dtype", raw(`{"a":{"shape":[1]`+offsets+`}}`, 1), `tensor "a": header, byte 39: want the fields dtype, shape and data_offsets, got 2 of them`},
		{"unknown field", raw(`{"a":{"dtype":"U8","shape":[1]`+offsets+`,"x":1}}`, 1), `want the fields dtype, shape and data_offsets, got "x"`},
		{"field in another case", raw(`{"a":{"Dtype":"U8","shape":[1]`+offsets+`}}`, 1), `want the fields dtype, shape and data_offsets, got "Dtype"`},
		{"field twice", raw(`{"a":{"dtype":"U8","dtype":"U8","shape":[1]`+offsets+`}}`, 1), `its entry: want each key once, got "dtype" again`},
		{"dtype no string", raw(`{"a":{"dtype":1,"shape":[1]`+offsets+`}}`, 1), `tensor "a": header, byte 15: want a string as its dtype, got 1`},
		{"unknown dtype", raw(`{"a":{"dtype":"f32","shape":[1]`+offsets+`}}`, 1), `tensor "a": header, byte 19: want a dtype of ` + list + `, got "f32"`},
		{"shape no array", raw(`{"a":{"dtype":"U8","shape":1`+offsets+`}}`, 1), `tensor "a": header, byte 28: want an array as shape, got 1`},
		{"dimension with a point", raw(`{"a":{"dtype":"U8","shape":[2.0]`+offsets+`}}`, 1), "shape: want whole numbers from 0 below 2^63, got 2.0"},
		{"dimension with an exponent", raw(`{"a":{"dtype":"U8","shape":[1e2]`+offsets+`}}`, 1), "shape: want whole numbers from 0 below 2^63, got 1e2"},
		{"negative dimension", raw(`{"a":{"dtype":"U8","shape":[-1]`+offsets+`}}`, 1), "shape: want whole numbers from 0 below 2^63, got -1"},
		{"dimension beyond an int", raw(`{"a":{"dtype":"U8","shape":[9223372036854775808]`+offsets+`}}`, 1), "shape: want whole numbers from 0 below 2^63, got 9223372036854775808"},
		{"dimension a string", raw(`{"a":{"dtype":"U8","shape":["1"]`+offsets+`}}`, 1), `shape: want whole numbers from 0 below 2^63, got "1"`},
		{"nested shape", raw(`{"a":{"dtype":"U8","shape":[[1]]`+offsets+`}}`, 1), `shape: want whole numbers from 0 below 2^63, got [`},
		{"one offset", raw(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}}`, 1), `tensor "a": header, byte 49: data_offsets: want 2 numbers, got 1`},
		{"three offsets", raw(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,1]}}`, 1), "data_offsets: want 2 numbers, got 3"},
		{"negative offset", raw(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[-1,0]}}`, 1), "data_offsets: want whole numbers from 0 below 2^63, got -1"},
		{"not from the start", raw("{"+u8("a", 1, 2, 1)+"}", 2), `tensor "a": want it to begin at byte 0 of the data, got 1: bytes of no tensor before it`},
		{"hole", raw("{"+u8("b", 3, 4, 1)+","+u8("a", 0, 2, 2)+"}", 4), `tensor "b": want it to begin at byte 2 of the data, got 3: bytes of no tensor before it`},
		{"overlap", raw("{"+u8("a", 0, 2, 2)+","+u8("b", 1, 3, 2)+"}", 3), `tensor "b": want it to begin at byte 2 of the data, got 1: bytes of two tensors`},
		{"the same bytes", raw("{"+u8("a", 0, 2, 2)+","+u8("b", 0, 2, 2)+"}", 2), `tensor "b": want it to begin at byte 2 of the data, got 0: bytes of two tensors`},
		{"end before begin", raw("{"+u8("a", 0, 2, 2)+","+u8("b", 2, 1, 1)+"}", 2), `tensor "b": want it to end after byte 2 of the data, where it begins, got 1`},
		{"product", raw(`{"a":{"dtype":"U8","shape":[4294967296,4294967296]`+offsets+`}}`, 1), `tensor "a": want a shape whose size fits into 64 bits, got [4294967296 4294967296] of U8`},
		{"product, zero first", raw(`{"a":{"dtype":"U8","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}}`, 0), "want a shape whose size fits into 64 bits"},
		{"product with the dtype", raw(`{"a":{"dtype":"U8","shape":[4611686018427387904]`+offsets+`}}`, 1), "want a shape whose size fits into 64 bits"},
		{"long name", raw(`{"`+strings.Repeat("n", 300)+`":1`, 0), `tensor "` + strings.Repeat("n", 100) + `": header, byte 305: want an object as its entry, got 1`},
		{"long number", raw(`{"a":{"shape":[`+strings.Repeat("1", 300)+`]`, 0), "below 2^63, got " + strings.Repeat("1", 100)},
		{"long shape", raw(`{"a":{"dtype":"U8","shape":[2`+strings.Repeat(",2", 300)+"]"+offsets+`}}`, 1), "got [" + strings.Repeat("2 ", 49) + "2 of U8"},
		{"part of a byte", raw(`{"a":{"dtype":"F4","shape":[3]`+offsets+`}}`, 1), `tensor "a": want whole bytes, got 12 bits for [3] of F4`},
		{"size", raw(`{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,20]}}`, 20), `tensor "a": want 24 bytes for [2 3] of F32, got offsets of 20`},
		{"cut short", raw("{"+u8("a", 0, 5, 5)+"}", 4), "want a file of 66 bytes, got 65: it is cut short"},
		{"nothing but a header", raw("{"+u8("a", 0, 1<<40, 1<<40)+"}", 0), "want a file of 1099511627861 bytes, got 85: it is cut short"},
		{"more bytes", raw("{"+u8("a", 0, 5, 5)+"}", 6), "want a file of 66 bytes, got 67: more follows the last tensor"},
		{"bytes and no tensor", raw("{}", 1), "want a file of 10 bytes, got 11: more follows the last tensor"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := bothRead(t, tt.give)
			var format *FormatError
			if f != nil || !errors.As(err, &format) || strings.Contains(err.Error(), "\n") || len(err.Error()) > 500 {
				t.Fatalf("want nothing and a *FormatError of one line, got %v, %#v", f, err)
			}
			named := strings.HasPrefix(err.Error(), "tensor ") // in want too, if it tells how the error begins
			if !strings.Contains(err.Error(), tt.want) || named && strings.HasPrefix(tt.want, "header") {
				t.Errorf("want %q\ngot  %q", tt.want, err)
			}
		})
	}
}

func TestOddFiles(t *testing.T) {
	for _, tt := range []struct {
		name string
		give []byte
		want File
	}{
		{"no tensor", raw("{}", 0), File{Tensors: []Tensor{}}},
		{"white space", raw("{ \n} \t\r\n", 0), File{Tensors: []Tensor{}}},
		{"metadata empty", raw(`{"__metadata__":{}}`, 0), File{Tensors: []Tensor{}}},
		{
			"metadata with escapes", raw(`{"__metadata__":{"\ud83d\ude00\n":"\\ud800\ufffd\u00e9"}}`, 0),
			File{Tensors: []Tensor{}, Metadata: map[string]string{"😀\n": `\ud800` + "\ufffdé"}},
		},
		{
			"a number, nothing, no name, another order",
			raw(`{"b":{"data_offsets":[0,2],"shape":[],"dtype":"I16"},"a":{"dtype":"F64","shape":[2,0],"data_offsets":[2,2]},"":{"dtype":"F4","shape":[2],"data_offsets":[2,3]}}`, 3),
			File{Tensors: []Tensor{
				{"", "F4", []int{2}, []byte{2}},
				{"a", F64, []int{2, 0}, []byte{}},
				{"b", I16, []int{}, []byte{0, 1}},
			}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := bothRead(t, tt.give)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&tt.want, f); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// A tensor's data end where the next one's begin: appending must not reach it.
func TestDataApart(t *testing.T) {
	f, err := Decode(raw(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}`, 2))
	if err != nil {
		t.Fatal(err)
	}
	_ = append(f.Tensors[0].Data, 77)
	if got := f.Tensors[1].Data[0]; got != 1 {
		t.Errorf("want 1 in the next tensor, got %d", got)
	}
}

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	if err := os.WriteFile(path, raw("{}", 1), 0o644); err != nil {
		t.Fatal(err)
	}
	for give, want := range map[string]string{
		path:                       path + ": want a file of 10 bytes, got 11: more follows the last tensor",
		dir:                        dir + ": want a regular file, got a folder, a pipe or a device",
		filepath.Join(dir, "none"): "none: no such file",
	} {
		f, err := ReadFile(give)
		if f != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q\ngot  %v, %v", want, f, err)
		}
	}
	var format *FormatError
	if _, err := ReadFile(path); !errors.As(err, &format) {
		t.Errorf("want a *FormatError, got %#v", err)
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
	b := raw(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, 1)
	for _, n := range []int64{0, 8, int64(len(b)) - 1} {
		f, err := Read(errAfter{b, n}, int64(len(b)))
		if f != nil || !errors.Is(err, iotest.ErrTimeout) {
			t.Errorf("from byte %d: got %v, %v", n, f, err)
		}
	}
	if f, err := Read(bytes.NewReader(b), int64(len(b))+1); f != nil || err == nil {
		t.Errorf("size too large: got %v, %v", f, err)
	}
	if f, err := Read(bytes.NewReader(b[:len(b)-1]), int64(len(b))); f != nil || !errors.Is(err, io.EOF) {
		t.Errorf("cut while it is read: got %v, %v", f, err)
	}
	if f, err := Read(bytes.NewReader(b), -1); f != nil || err == nil {
		t.Errorf("size below 0: got %v, %v", f, err)
	}
}

// Headers that claim much get no more memory than there is.
func TestClaims(t *testing.T) {
	b := raw(`{"a":{"dtype":"U8","shape":[1099511627776],"data_offsets":[0,1099511627776]}}`, 0)
	long := binary.LittleEndian.AppendUint64(nil, maxHeader)
	for _, give := range [][]byte{b, long} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		Read(bytes.NewReader(give), int64(len(give)))
		runtime.ReadMemStats(&after)
		got := after.TotalAlloc - before.TotalAlloc
		if got > 1<<20 {
			t.Errorf("want little memory for %d bytes, got %d bytes", len(give), got)
		}
	}
}
