package onnx

import (
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/internal/onnx/schema"
)

// rawFloats are the bytes of float32s.
func rawFloats(v ...float32) []byte { return Floats(nil, v).Raw }

func TestTensorForms(t *testing.T) {
	tests := []struct {
		name string
		p    *schema.TensorProto
		want *Tensor
		err  string // a part of it
	}{
		{"raw", &schema.TensorProto{DataType: 1, Dims: []int64{2}, RawData: rawFloats(1, 2)}, Floats([]int{2}, []float32{1, 2}), ""},
		{"float_data", &schema.TensorProto{DataType: 1, Dims: []int64{2, 1}, FloatData: []float32{1, 2}}, Floats([]int{2, 1}, []float32{1, 2}), ""},
		{"a scalar", &schema.TensorProto{DataType: 7, Int64Data: []int64{-5}}, Ints(nil, []int64{-5}), ""},
		{"nothing in it", &schema.TensorProto{DataType: 7, Dims: []int64{0, 3}}, &Tensor{Int64, []int{0, 3}, nil}, ""},
		{"doubles", &schema.TensorProto{DataType: 11, Dims: []int64{1}, DoubleData: []float64{1}}, &Tensor{Float64, []int{1}, binary.LittleEndian.AppendUint64(nil, math.Float64bits(1))}, ""},
		{"bytes in int32_data", &schema.TensorProto{DataType: 2, Dims: []int64{2}, Int32Data: []int32{255, 1}}, &Tensor{Uint8, []int{2}, []byte{255, 1}}, ""},
		{"signed ones", &schema.TensorProto{DataType: 3, Dims: []int64{1}, Int32Data: []int32{-2}}, &Tensor{Int8, []int{1}, []byte{254}}, ""},
		{"truths", &schema.TensorProto{DataType: 9, Dims: []int64{2}, Int32Data: []int32{1, 0}}, &Tensor{Bool, []int{2}, []byte{1, 0}}, ""},
		{"halves", &schema.TensorProto{DataType: 10, Dims: []int64{1}, Int32Data: []int32{0x3c00}}, &Tensor{Float16, []int{1}, []byte{0, 0x3c}}, ""},
		{"bfloat16", &schema.TensorProto{DataType: 16, Dims: []int64{1}, Int32Data: []int32{0x3f80}}, &Tensor{BFloat16, []int{1}, []byte{0x80, 0x3f}}, ""},
		{"uint32 in uint64_data", &schema.TensorProto{DataType: 12, Dims: []int64{1}, Uint64Data: []uint64{1 << 31}}, &Tensor{Uint32, []int{1}, []byte{0, 0, 0, 128}}, ""},
		{"uint64", &schema.TensorProto{DataType: 13, Dims: []int64{1}, Uint64Data: []uint64{1 << 63}}, &Tensor{Uint64, []int{1}, []byte{0, 0, 0, 0, 0, 0, 0, 128}}, ""},

		{"uint32 in int32_data", &schema.TensorProto{DataType: 12, Dims: []int64{1}, Int32Data: []int32{1}}, nil, "want 1 elements in uint64_data for type uint32, got 0"},
		{"int64 in float_data", &schema.TensorProto{DataType: 7, Dims: []int64{1}, FloatData: []float32{1}}, nil, "int64_data"},
		{"too large a byte", &schema.TensorProto{DataType: 2, Dims: []int64{1}, Int32Data: []int32{256}}, nil, "element 0, 256, is no uint8"},
		{"no truth", &schema.TensorProto{DataType: 9, Dims: []int64{1}, Int32Data: []int32{2}}, nil, "is no bool"},
		{"too large a uint32", &schema.TensorProto{DataType: 12, Dims: []int64{1}, Uint64Data: []uint64{1 << 32}}, nil, "is no uint32"},
		{"a size below 0", &schema.TensorProto{DataType: 1, Dims: []int64{-2}, RawData: rawFloats(1, 2)}, nil, "want dimensions that are sizes"},
		{"sizes that overflow", &schema.TensorProto{DataType: 1, Dims: []int64{1 << 40, 1 << 40}, RawData: rawFloats(1)}, nil, "too many elements"},
		{"bytes that overflow", &schema.TensorProto{DataType: 11, Dims: []int64{1 << 61}, RawData: rawFloats(1)}, nil, "too many elements"},
		{"more than there is", &schema.TensorProto{DataType: 1, Dims: []int64{1 << 40}, RawData: rawFloats(1)}, nil, "got 4 bytes"},
		{"less than there is", &schema.TensorProto{DataType: 1, Dims: []int64{1}, RawData: rawFloats(1, 2)}, nil, "want 1 elements of 4 bytes"},
		{"fewer floats", &schema.TensorProto{DataType: 1, Dims: []int64{3}, FloatData: []float32{1}}, nil, "want 3 elements in float_data"},
		{"two fields", &schema.TensorProto{DataType: 1, Dims: []int64{1}, FloatData: []float32{1}, RawData: rawFloats(1)}, nil, "in one field"},
		{"a segment", &schema.TensorProto{DataType: 1, Dims: []int64{1}, RawData: rawFloats(1), Segment: &schema.TensorProto_Segment{}}, nil, "segments"},
		{"too many dimensions", &schema.TensorProto{DataType: 1, Dims: make([]int64, 65)}, nil, "at most 64 dimensions"},
		{"a file of its own", &schema.TensorProto{DataType: 1, Dims: []int64{1}, DataLocation: schema.TensorProto_EXTERNAL}, nil, "not read from a folder"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := newReader(Options{}).tensor(test.p)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("want an error with %q, got %v", test.err, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Raw) == 0 {
				got.Raw = nil
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
		})
	}
}

func TestElements(t *testing.T) {
	half := &Tensor{Float16, []int{2}, []byte{0, 0x3c, 0, 0xc0}}
	if got, err := half.Float32s(); err != nil || !cmp.Equal(got, []float32{1, -2}) {
		t.Errorf("want 1 and -2, got %v, %v", got, err)
	}
	if _, err := half.Int64s(); err == nil {
		t.Error("halves are read as integers")
	}
	if _, err := vector(1).Float32s(); err == nil {
		t.Error("integers are read as floating-point numbers")
	}
	for want, x := range map[int64]*Tensor{
		-3: {Int16, nil, []byte{0xfd, 0xff}}, -4: {Int32, nil, []byte{0xfc, 0xff, 0xff, 0xff}}, 1: {Bool, nil, []byte{7}},
		65533: {Uint16, nil, []byte{0xfd, 0xff}}, 1<<32 - 1: {Uint32, nil, []byte{255, 255, 255, 255}}, -2: {Int8, nil, []byte{254}}, 254: {Uint8, nil, []byte{254}},
	} {
		if got, err := x.Int64s(); err != nil || got[0] != want {
			t.Errorf("%v: want %d, got %v, %v", x, want, got, err)
		}
	}
	large := &Tensor{Uint64, []int{1}, []byte{0, 0, 0, 0, 0, 0, 0, 128}}
	if _, err := large.Int64s(); err == nil || !strings.Contains(err.Error(), "9223372036854775808") {
		t.Errorf("want an error that names the number, got %v", err)
	}
}
