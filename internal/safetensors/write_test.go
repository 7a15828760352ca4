package safetensors

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pkg/errors"
)

func TestExactBytes(t *testing.T) {
	// The first two are those of the format's own tests, of version 0.8.0.
	attn := FromFloat32s("attn.0", []int{1, 2, 3}, []float32{0, 1, 2, 3, 4, 5})
	floats := "\x00\x00\x00\x00\x00\x00\x80?\x00\x00\x00@\x00\x00@@\x00\x00\x80@\x00\x00\xa0@"
	for _, tt := range []struct {
		name string
		give File
		want string
	}{
		{"empty", File{}, "\x08\x00\x00\x00\x00\x00\x00\x00{}      "},
		{"one", File{Tensors: []Tensor{attn}}, "\x40\x00\x00\x00\x00\x00\x00\x00" +
			`{"attn.0":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}}` + floats},
		{
			"all",
			File{
				Metadata: map[string]string{"z": "<&>\u2028\"\\\x01\n\x7f", "a": ""},
				Tensors: []Tensor{
					{"c", U8, []int{1}, []byte{9}},
					{"b", F16, nil, []byte{7, 8}},
					FromInt64s("z", []int{1}, []int64{-2}),
					{"a", BOOL, []int{0}, nil},
					FromFloat64s("a\t", []int{1, 1}, []float64{1}),
				},
			},
			"\x48\x01\x00\x00\x00\x00\x00\x00" +
				`{"__metadata__":{"a":"","z":"<&>` + "\u2028" + `\"\\\u0001\n` + "\x7f" + `"},` +
				`"z":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},` +
				`"a\t":{"dtype":"F64","shape":[1,1],"data_offsets":[8,16]},` +
				`"b":{"dtype":"F16","shape":[],"data_offsets":[16,18]},` +
				`"c":{"dtype":"U8","shape":[1],"data_offsets":[18,19]},` +
				`"a":{"dtype":"BOOL","shape":[0],"data_offsets":[19,19]}}` + "  " +
				"\xfe\xff\xff\xff\xff\xff\xff\xff" + "\x00\x00\x00\x00\x00\x00\xf0?" + "\x07\x08" + "\x09",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Encode(&tt.give)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// random is a file of up to 7 tensors of any dtype, of up to 7 dimensions.
func random(r *rand.Rand) *File {
	f := &File{Tensors: make([]Tensor, r.IntN(8))}
	for i := range f.Tensors {
		d := dtypes[r.IntN(len(dtypes))]
		t := Tensor{Name: fmt.Sprintf("%c.%d", 'a'+r.IntN(26), i), Dtype: d.name, Shape: make([]int, r.IntN(8))}
		n := d.bits
		for j := range t.Shape {
			t.Shape[j] = r.IntN(4)
			n *= t.Shape[j]
		}
		if n%8 != 0 {
			t.Shape = append(t.Shape, 4)
			n *= 4
		}
		t.Data = make([]byte, n/8)
		for j := range t.Data {
			t.Data[j] = byte(r.Uint32())
		}
		f.Tensors[i] = t
	}
	for range r.IntN(4) {
		if f.Metadata == nil {
			f.Metadata = map[string]string{}
		}
		f.Metadata[string(rune(r.IntN(0x3000)))] = string(rune(r.IntN(0x3000)))
	}
	return f
}

func TestRoundTrip(t *testing.T) {
	for seed := range uint64(200) {
		f := random(rand.New(rand.NewPCG(seed, 1)))
		b, err := Encode(f)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		got, err := bothRead(t, b)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		want := &File{Metadata: f.Metadata, Tensors: sorted(f.Tensors, byName)}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("seed %d (-want +got):\n%s", seed, diff)
		}
		if f.Checksum() != got.Checksum() {
			t.Errorf("seed %d: want the checksum %s, got %s", seed, f.Checksum(), got.Checksum())
		}
		if again, err := Encode(got); err != nil || !bytes.Equal(b, again) {
			t.Errorf("seed %d: want the same bytes again, %v", seed, err)
		}
	}
}

// Whole numbers of bytes begin at a multiple of their size, counted from the
// start of the file.
func TestAligned(t *testing.T) {
	for seed := range uint64(50) {
		b, err := Encode(random(rand.New(rand.NewPCG(seed, 2))))
		if err != nil {
			t.Fatal(err)
		}
		n := int(b[0]) + int(b[1])<<8
		_, entries, err := layout(b[8:8+n], int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if d, _ := find(e.dtype); d.bits%8 == 0 && (8+n+e.begin)%(min(d.bits, 64)/8) != 0 {
				t.Errorf("seed %d: %s of %s begins at byte %d", seed, e.name, e.dtype, 8+n+e.begin)
			}
		}
	}
}

func TestWriteErrors(t *testing.T) {
	one := Tensor{Name: "a", Dtype: U8, Shape: []int{1}, Data: []byte{1}}
	named := func(name string) Tensor { return Tensor{name, U8, []int{1}, []byte{1}} }
	for _, tt := range []struct {
		give File
		want string
	}{
		{File{Tensors: []Tensor{one, FromInt64s("a", nil, []int64{1})}}, `tensor "a": want each name once, got two tensors of it`},
		{File{Tensors: []Tensor{named("__metadata__")}}, `tensor "__metadata__": want another name: this one is the metadata's`},
		{File{Tensors: []Tensor{named("\xff")}}, `tensor "\xff": want a name in UTF-8, got other bytes`},
		{File{Metadata: map[string]string{"k": "\xff"}}, `metadata "k": want UTF-8, got other bytes`},
		{File{Metadata: map[string]string{"\xff": ""}}, `metadata "\xff": want UTF-8, got other bytes`},
		{File{Tensors: []Tensor{{"a", "f32", nil, nil}}}, `tensor "a": want a dtype of ` + names() + `, got "f32"`},
		{File{Tensors: []Tensor{{"a", F32, []int{-1}, nil}}}, `tensor "a": want a shape whose size fits into 64 bits, got [-1] of F32`},
		{File{Tensors: []Tensor{{"a", "F4", []int{1}, []byte{1}}}}, `tensor "a": want whole bytes, got 4 bits for [1] of F4`},
		{File{Tensors: []Tensor{FromFloat32s("a", []int{2, 2}, []float32{1})}}, `tensor "a": want 16 bytes of data for [2 2] of F32, got 4`},
		{File{Metadata: map[string]string{"a": strings.Repeat("x", maxHeader)}}, "want a header of at most 100000000 bytes, got 100000032"},
	} {
		b, err := Encode(&tt.give)
		var format *FormatError
		if len(b) > 0 || !errors.As(err, &format) || err.Error() != tt.want {
			t.Errorf("want %q\ngot  %v", tt.want, err)
		}
	}
}

func TestWriteFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.safetensors")
	f := &File{Tensors: []Tensor{FromFloat32s("a", []int{2}, []float32{1, 2})}}
	if err := WriteFile(path, f); err != nil {
		t.Fatal(err)
	}
	got, err := ReadFile(path)
	if diff := cmp.Diff(f, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	err = WriteFile(path, &File{Tensors: []Tensor{FromFloat32s("a", nil, nil)}})
	if want := "cannot write " + path + `: tensor "a": want 4 bytes of data for [] of F32, got 0`; err == nil || err.Error() != want {
		t.Errorf("want %q\ngot  %v", want, err)
	}
	if again, err := ReadFile(path); err != nil || !cmp.Equal(f, again) {
		t.Errorf("want what was there, got %v, %v", again, err)
	}
	if err := WriteFile(filepath.Join(path, "b"), f); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("want an error with %s, got %v", path, err)
	}
}

func TestWriterFails(t *testing.T) {
	f := &File{Tensors: []Tensor{FromFloat32s("a", []int{2000}, make([]float32, 2000))}}
	for _, n := range []int64{0, 100, 8000} {
		var b bytes.Buffer
		if err := Write(failAfter{&b, int(n)}, f); !errors.Is(err, os.ErrClosed) {
			t.Errorf("after %d bytes: want the writer's error, got %v", n, err)
		}
	}
}

type failAfter struct {
	b *bytes.Buffer
	n int
}

func (w failAfter) Write(p []byte) (int, error) {
	if w.b.Len()+len(p) > w.n {
		return 0, os.ErrClosed
	}
	return w.b.Write(p)
}
