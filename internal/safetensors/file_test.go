package safetensors

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// By version 0.8.0 for Python: files of one tensor of 8 elements, of every dtype
// and of 4, 6, 8, 16, 32 and 64 bits, were given to safetensors.deserialize; the
// order is that of the list in its error about another dtype.
func TestDtypes(t *testing.T) {
	const want = "BOOL 8, F4 4, F6_E2M3 6, F6_E3M2 6, U8 8, I8 8, F8_E5M2 8, F8_E4M3 8, F8_E8M0 8, F8_E4M3FNUZ 8, " +
		"F8_E5M2FNUZ 8, I16 16, U16 16, F16 16, BF16 16, I32 32, U32 32, F32 32, C64 64, F64 64, I64 64, U64 64"
	var got []string
	for _, d := range dtypes {
		got = append(got, fmt.Sprint(d.name, " ", d.bits))
	}
	if diff := cmp.Diff(strings.Split(want, ", "), got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Numbers themselves are package scalar's: here each dtype is one of its types.
func TestNumbers(t *testing.T) {
	half := Tensor{"x", F16, []int{2}, []byte{0, 0x3C, 0, 0xC0}}
	for _, d := range dtypes {
		x := half
		x.Dtype, x.Shape = d.name, []int{32 / d.bits}
		if d.bits == 6 {
			x.Shape, x.Data = []int{4}, []byte{0, 0, 0}
		}
		if d.bits == 64 {
			x.Shape, x.Data = []int{1}, []byte{0, 0, 0, 0, 0, 0, 0, 0}
		}
		if d.name == BOOL {
			x.Data = []byte{0, 1, 0, 1}
		}
		_, err := x.Float32s()
		_, err64 := x.Float64s()
		_, errInt := x.Int64s()
		if d.as == 0 {
			want := `tensor "x": want numbers of integers, BOOL, F16, BF16, F32 or F64, got ` + string(d.name)
			for _, err := range []error{err, err64, errInt} {
				if err == nil || err.Error() != want {
					t.Errorf("want %q, got %v", want, err)
				}
			}
		} else if err != nil || err64 != nil || d.as.Size() != d.bits/8 {
			t.Errorf("%s: %v, %v, %d bytes", d.name, err, err64, d.as.Size())
		}
		if isFloat := strings.Contains(string(d.name), "F"); d.as != 0 && isFloat != (errInt != nil) {
			t.Errorf("%s as integers: %v", d.name, errInt)
		}
	}
	if got, err := half.Float32s(); err != nil || !cmp.Equal(got, []float32{1, -2}) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestNumbersErrors(t *testing.T) {
	for _, tt := range []struct {
		give Tensor
		want string
	}{
		{FromFloat64s("w", []int{2}, []float64{1, math.MaxFloat64}), `tensor "w", F64: value 1: want one that a float32 holds, got 1.7976931348623157e+308`},
		{Tensor{"w", BOOL, []int{1}, []byte{3}}, `tensor "w", BOOL: value 0: want a bool of 0 or 1, got 3`},
		{Tensor{"w", F32, []int{2}, make([]byte, 7)}, `tensor "w": want 8 bytes of data for [2] of F32, got 7`},
		{Tensor{"w", F32, []int{math.MaxInt, 3}, nil}, `tensor "w": want a shape whose size fits into 64 bits, got [9223372036854775807 3] of F32`},
		{Tensor{}, `want a dtype of ` + names() + `, got ""`},
	} {
		x, err := tt.give.Float32s()
		if x != nil || err == nil || err.Error() != tt.want {
			t.Errorf("want %q\ngot  %v", tt.want, err)
		}
	}
}

func TestMadeOfNumbers(t *testing.T) {
	shape := []int{1, 2}
	x := FromFloat32s("x", shape, []float32{1.5, -2})
	shape[0] = 7 // the tensor has its own
	if got, err := x.Float32s(); err != nil || !cmp.Equal(got, []float32{1.5, -2}) || x.Dtype != F32 {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := FromFloat64s("x", []int{2}, []float64{1.5, 0.1}).Float64s(); err != nil || !cmp.Equal(got, []float64{1.5, 0.1}) {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := FromInt64s("x", []int{2}, []int64{1, math.MinInt64}).Int64s(); err != nil || !cmp.Equal(got, []int64{1, math.MinInt64}) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestChecksumTellsApart(t *testing.T) {
	a := Tensor{"a", U8, []int{2, 3}, []byte("abcdef")}
	sum := (&File{Tensors: []Tensor{a}}).Checksum()
	seen := map[string]string{sum: "the tensor itself"}
	for what, change := range map[string]func(t *Tensor){
		"name":  func(t *Tensor) { t.Name = "b" },
		"dtype": func(t *Tensor) { t.Dtype = I8 },
		"shape": func(t *Tensor) { t.Shape = []int{3, 2} },
		"rank":  func(t *Tensor) { t.Shape = []int{6} },
		"data":  func(t *Tensor) { t.Data = []byte("abcdeg") },
	} {
		b := a
		change(&b)
		got := (&File{Tensors: []Tensor{b}}).Checksum()
		if seen[got] != "" {
			t.Errorf("another %s: the checksum of %s", what, seen[got])
		}
		seen[got] = what
	}
	b := Tensor{"b", U8, []int{0}, nil}
	if x, y := (&File{Tensors: []Tensor{a, b}}).Checksum(), (&File{Tensors: []Tensor{b, a}}).Checksum(); x != y || x == sum {
		t.Errorf("want one checksum for either order, another than without b, got %s and %s", x, y)
	}
	if got := (&File{Tensors: []Tensor{a}, Metadata: map[string]string{"sum": sum}}).Checksum(); got != sum {
		t.Errorf("want metadata to have no part in %s, got %s", sum, got)
	}
}
