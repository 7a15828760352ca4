package safetensors

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"slices"
	"strings"

	"github.com/pkg/errors"

	"euryale/internal/scalar"
)

// A File is what a file holds.
type File struct {
	Metadata map[string]string // strings by name; nil where there are none
	Tensors  []Tensor          // as read, in order of their names; to write, in any order
}

// A Tensor is a named array, row-major.
type Tensor struct {
	Name  string
	Dtype Dtype
	Shape []int  // none is a single number; a dimension may be 0
	Data  []byte // little-endian, exactly as in the file
}

// Tensor is the one of the given name, and whether there is one.
func (f *File) Tensor(name string) (Tensor, bool) {
	for _, t := range f.Tensors {
		if t.Name == name {
			return t, true
		}
	}
	return Tensor{}, false
}

// Checksum is the SHA-256, in hexadecimal, of all tensors in order of their names
// (of bytes): of each its name, Dtype, shape and data. Metadata have no part in
// it, so that they may hold it.
//
// Before each name, Dtype and data stands their length in bytes, before the
// dimensions their number; all these are 64-bit integers, little-endian.
func (f *File) Checksum() string {
	h := sha256.New()
	for _, t := range sorted(f.Tensors, byName) {
		hashed(h, []byte(t.Name))
		hashed(h, []byte(t.Dtype))
		integer(h, len(t.Shape))
		for _, d := range t.Shape {
			integer(h, d)
		}
		hashed(h, t.Data)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func hashed(h hash.Hash, b []byte) {
	integer(h, len(b))
	h.Write(b)
}

func integer(h hash.Hash, n int) {
	h.Write(binary.LittleEndian.AppendUint64(nil, uint64(n)))
}

func byName(a, b Tensor) int { return strings.Compare(a.Name, b.Name) }

// byAlignment is the order of the tensors' bytes in a file: each then begins at
// a multiple of its own size, as far as that is whole bytes.
func byAlignment(a, b Tensor) int {
	return cmp.Or(cmp.Compare(rank(b.Dtype), rank(a.Dtype)), byName(a, b))
}

func sorted(t []Tensor, by func(a, b Tensor) int) []Tensor {
	t = slices.Clone(t)
	slices.SortStableFunc(t, by)
	return t
}

// Float32s is the numbers of a tensor of integers, BOOL, F16, BF16, F32 or F64:
// integers and F64 rounded to the nearest, ties to even, the rest exact, NaN and
// infinities among them.
//
// It is an error when the dtype is another, or does not make Data of Shape; when
// a finite F64 is beyond float32; when a BOOL is neither 0 nor 1.
func (t Tensor) Float32s() ([]float32, error) { return numbers(t, scalar.Float32s) }

// Float64s is Float32s in float64: only integers beyond 2⁵³ are rounded.
func (t Tensor) Float64s() ([]float64, error) { return numbers(t, scalar.Float64s) }

// Int64s is the numbers of a tensor of integers or BOOL, exactly; another dtype,
// and a U64 beyond an int64, is an error.
func (t Tensor) Int64s() ([]int64, error) { return numbers(t, scalar.Int64s) }

func numbers[T any](t Tensor, read func(scalar.Type, []byte) ([]T, error)) ([]T, error) {
	if err := check(t); err != nil {
		return nil, err
	}
	as := t.Dtype.Numbers()
	if as == 0 {
		return nil, errors.Errorf("tensor %.100q: want numbers of integers, BOOL, F16, BF16, F32 or F64, got %s", t.Name, t.Dtype)
	}
	x, err := read(as, t.Data)
	return x, errors.WithMessagef(err, "tensor %.100q, %s", t.Name, t.Dtype)
}

// FromFloat32s is a tensor of F32, a copy of x. Whether shape is x's is checked
// when it is read or written.
func FromFloat32s(name string, shape []int, x []float32) Tensor {
	return Tensor{Name: name, Dtype: F32, Shape: slices.Clone(shape), Data: scalar.FromFloat32s(x)}
}

// FromFloat64s is FromFloat32s, of F64.
func FromFloat64s(name string, shape []int, x []float64) Tensor {
	return Tensor{Name: name, Dtype: F64, Shape: slices.Clone(shape), Data: scalar.FromFloat64s(x)}
}

// FromInt64s is FromFloat32s, of I64.
func FromInt64s(name string, shape []int, x []int64) Tensor {
	return Tensor{Name: name, Dtype: I64, Shape: slices.Clone(shape), Data: scalar.FromInt64s(x)}
}
