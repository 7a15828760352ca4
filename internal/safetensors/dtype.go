package safetensors

import (
	"math/bits"
	"slices"
	"strings"

	"euryale/internal/scalar"
)

// A Dtype is a type of numbers, by its name in the files. Those without a
// constant here, such as F8_E4M3, are read and written as bytes.
type Dtype string

// The dtypes that are read as numbers.
const (
	BOOL Dtype = "BOOL" // a byte, 0 or 1
	U8   Dtype = "U8"
	I8   Dtype = "I8"
	U16  Dtype = "U16"
	I16  Dtype = "I16"
	F16  Dtype = "F16"
	BF16 Dtype = "BF16"
	U32  Dtype = "U32"
	I32  Dtype = "I32"
	F32  Dtype = "F32"
	U64  Dtype = "U64"
	I64  Dtype = "I64"
	F64  Dtype = "F64"
)

type dtype struct {
	name Dtype
	bits int
	as   scalar.Type // 0 where it is not read as numbers
}

// dtypes are those of the format, in its order of alignment: enum Dtype in
// safetensors/src/tensor.rs, as the errors of version 0.8.0 list it.
var dtypes = []dtype{
	{BOOL, 8, scalar.Bool},
	{"F4", 4, 0},
	{"F6_E2M3", 6, 0},
	{"F6_E3M2", 6, 0},
	{U8, 8, scalar.Uint8},
	{I8, 8, scalar.Int8},
	{"F8_E5M2", 8, 0},
	{"F8_E4M3", 8, 0},
	{"F8_E8M0", 8, 0},
	{"F8_E4M3FNUZ", 8, 0},
	{"F8_E5M2FNUZ", 8, 0},
	{I16, 16, scalar.Int16},
	{U16, 16, scalar.Uint16},
	{F16, 16, scalar.Float16},
	{BF16, 16, scalar.BFloat16},
	{I32, 32, scalar.Int32},
	{U32, 32, scalar.Uint32},
	{F32, 32, scalar.Float32},
	{"C64", 64, 0},
	{F64, 64, scalar.Float64},
	{I64, 64, scalar.Int64},
	{U64, 64, scalar.Uint64},
}

// Numbers is the type as which a tensor's data are read as numbers, 0 where they are
// read as bytes alone.
func (d Dtype) Numbers() scalar.Type {
	t, _ := find(d)
	return t.as
}

// rank is the place of d among dtypes, -1 when there is none.
func rank(d Dtype) int {
	return slices.IndexFunc(dtypes, func(t dtype) bool { return t.name == d })
}

func find(d Dtype) (dtype, bool) {
	if i := rank(d); i >= 0 {
		return dtypes[i], true
	}
	return dtype{}, false
}

// names lists the dtypes in errors.
func names() string {
	s := make([]string, len(dtypes))
	for i, d := range dtypes {
		s[i] = string(d.name)
	}
	return strings.Join(s, ", ")
}

// size is that of a tensor in bytes. A dtype of the format and whole bytes of an
// int are asked for.
func size(name string, d Dtype, shape []int) (int, error) {
	t, ok := find(d)
	if !ok {
		return 0, wrong(name, "want a dtype of %s, got %.100q", names(), d)
	}
	n, ok := scalar.Elements(shape)
	over, product := bits.Mul64(uint64(n), uint64(t.bits))
	if !ok || over != 0 {
		return 0, wrong(name, "want a shape whose size fits into 64 bits, got %s of %s", brief(shape), d)
	}
	if product%8 != 0 {
		return 0, wrong(name, "want whole bytes, got %d bits for %s of %s", product, brief(shape), d)
	}
	return int(product / 8), nil
}

// check reports what is wrong with a tensor by itself.
func check(t Tensor) error {
	want, err := size(t.Name, t.Dtype, t.Shape)
	if err == nil && len(t.Data) != want {
		err = wrong(t.Name, "want %d bytes of data for %s of %s, got %d", want, brief(t.Shape), t.Dtype, len(t.Data))
	}
	return err
}
