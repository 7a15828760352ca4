package onnx

import (
	"math"

	"github.com/pkg/errors"

	"euryale/internal/onnx/schema"
	"euryale/internal/scalar"
)

// tensor decodes a tensor of a type that has a size.
func (r *reader) tensor(p *schema.TensorProto) (*Tensor, error) {
	t := &Tensor{Type: DataType(p.GetDataType())}
	if len(p.Dims) > maxRank {
		return nil, errors.Errorf("want at most %d dimensions, got %d", maxRank, len(p.Dims))
	}
	for _, d := range p.Dims {
		if d < 0 || int64(int(d)) != d {
			return nil, errors.Errorf("want dimensions that are sizes, got %v", p.Dims)
		}
		t.Dims = append(t.Dims, int(d))
	}
	n, err := elements(t.Dims)
	if err != nil {
		return nil, err
	}
	if n > math.MaxInt/t.Type.Size() {
		return nil, errors.Errorf("too many elements: %v", t)
	}
	if p.Segment != nil {
		return nil, errors.New("tensors in segments are not supported")
	}
	if err := oneField(p); err != nil {
		return nil, err
	}
	switch {
	case p.GetDataLocation() == schema.TensorProto_EXTERNAL:
		t.Raw, err = r.external.read(p.ExternalData, n*t.Type.Size())
	case len(p.RawData) > 0:
		t.Raw = p.RawData
	default:
		t.Raw, err = typedData(p, t.Type, n)
	}
	if err != nil {
		return nil, err
	}
	return t, t.check()
}

// oneField is an error if the elements are given in several ways.
func oneField(p *schema.TensorProto) error {
	ways := 0
	for _, n := range []int{
		len(p.RawData), len(p.FloatData), len(p.Int32Data), len(p.StringData), len(p.Int64Data), len(p.DoubleData), len(p.Uint64Data),
	} {
		if n > 0 {
			ways++
		}
	}
	if p.GetDataLocation() == schema.TensorProto_EXTERNAL {
		ways++
	}
	if ways > 1 {
		return errors.New("want the elements in one field, got several")
	}
	return nil
}

// typedData encodes the elements that lie in the field for their type, where n are
// due. Several types share a field.
func typedData(p *schema.TensorProto, t DataType, n int) ([]byte, error) {
	name, have := "int32_data", len(p.Int32Data)
	switch t {
	case Float32:
		name, have = "float_data", len(p.FloatData)
	case Float64:
		name, have = "double_data", len(p.DoubleData)
	case Int64:
		name, have = "int64_data", len(p.Int64Data)
	case Uint32, Uint64:
		name, have = "uint64_data", len(p.Uint64Data)
	}
	if have != n {
		return nil, errors.Errorf("want %d elements in %s for type %v, got %d", n, name, t, have)
	}
	switch t {
	case Float32:
		return scalar.FromFloat32s(p.FloatData), nil
	case Float64:
		return scalar.FromFloat64s(p.DoubleData), nil
	case Int64:
		return scalar.FromInt64s(p.Int64Data), nil
	case Uint32, Uint64:
		return uint64Data(p.Uint64Data, t)
	}
	return int32Data(p.Int32Data, t)
}

func uint64Data(data []uint64, t DataType) ([]byte, error) {
	raw := make([]byte, 0, len(data)*t.Size())
	for i, v := range data {
		if t == Uint32 && v > math.MaxUint32 {
			return nil, errors.Errorf("uint64_data: element %d, %d, is no %v", i, v, t)
		}
		raw = appendInt(raw, t, int64(v))
	}
	return raw, nil
}

func int32Data(data []int32, t DataType) ([]byte, error) {
	low, high := int32Range(t)
	raw := make([]byte, 0, len(data)*t.Size())
	for i, v := range data {
		if int64(v) < low || int64(v) > high {
			return nil, errors.Errorf("int32_data: element %d, %d, is no %v", i, v, t)
		}
		raw = appendInt(raw, t, int64(v))
	}
	return raw, nil
}

// int32Range is what an element of int32_data may be. Half precision has its bits
// there.
func int32Range(t DataType) (low, high int64) {
	switch t {
	case Bool:
		return 0, 1
	case Int8:
		return math.MinInt8, math.MaxInt8
	case Uint8:
		return 0, math.MaxUint8
	case Int16:
		return math.MinInt16, math.MaxInt16
	case Uint16, Float16, BFloat16:
		return 0, math.MaxUint16
	}
	return math.MinInt32, math.MaxInt32
}

// ParseTensor reads a tensor from the bytes of a file of its own, as test data has
// them (input_0.pb).
func ParseTensor(data []byte) (*Tensor, error) {
	p := new(schema.TensorProto)
	if err := decode(data, p); err != nil {
		return nil, errors.WithMessage(err, "onnx: not a tensor's file")
	}
	if t := DataType(p.GetDataType()); t.Size() == 0 {
		return nil, errors.Errorf("onnx: a tensor of type %v is not supported", t)
	}
	t, err := newReader(Options{}).tensor(p)
	return t, errors.WithMessage(err, "onnx")
}
