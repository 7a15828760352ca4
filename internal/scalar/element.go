package scalar

import "math"

// Float64At is the number at place i in data, of a type of floating point.
func Float64At(t Type, data []byte, i int) float64 {
	switch t {
	case Float16:
		return float64(FromFloat16(le.Uint16(data[2*i:])))
	case BFloat16:
		return float64(FromBFloat16(le.Uint16(data[2*i:])))
	case Float64:
		return math.Float64frombits(le.Uint64(data[8*i:]))
	}
	return float64(math.Float32frombits(le.Uint32(data[4*i:])))
}

// Int64At is the number at place i in data, of an integer type or Bool: of a Bool 0
// or 1, whatever other byte than 0 is true. A Uint64 beyond an int64 wraps around.
func Int64At(t Type, data []byte, i int) int64 {
	switch t {
	case Bool:
		return int64(min(data[i], 1))
	case Uint8:
		return int64(data[i])
	case Int8:
		return int64(int8(data[i]))
	case Uint16:
		return int64(le.Uint16(data[2*i:]))
	case Int16:
		return int64(int16(le.Uint16(data[2*i:])))
	case Uint32:
		return int64(le.Uint32(data[4*i:]))
	case Int32:
		return int64(int32(le.Uint32(data[4*i:])))
	}
	return int64(le.Uint64(data[8*i:]))
}

// AppendFloat64 appends v to data as a type of floating point, rounded to the
// nearest, ties to even.
func AppendFloat64(data []byte, t Type, v float64) []byte {
	switch t {
	case Float16:
		return le.AppendUint16(data, ToFloat16(v))
	case BFloat16:
		return le.AppendUint16(data, ToBFloat16(v))
	case Float64:
		return le.AppendUint64(data, math.Float64bits(v))
	}
	return le.AppendUint32(data, math.Float32bits(float32(v)))
}

// AppendInt64 appends v to data as an integer type, its lowest bits, or as a Bool,
// which is true of what is not 0.
func AppendInt64(data []byte, t Type, v int64) []byte {
	switch t.Size() {
	case 1:
		if t == Bool && v != 0 {
			v = 1
		}
		return append(data, byte(v))
	case 2:
		return le.AppendUint16(data, uint16(v))
	case 4:
		return le.AppendUint32(data, uint32(v))
	}
	return le.AppendUint64(data, uint64(v))
}
