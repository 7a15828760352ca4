package scalar

import (
	"encoding/binary"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// bytesOf is v, a slice of numbers, little-endian.
func bytesOf(t *testing.T, v any) []byte {
	t.Helper()
	b, err := binary.Append(nil, binary.LittleEndian, v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRead(t *testing.T) {
	inf := math.Inf(1)
	for _, tt := range []struct {
		typ  Type
		data any
		want []float64
	}{
		{Bool, []uint8{0, 1}, []float64{0, 1}},
		{Uint8, []uint8{0, 127, 128, 255}, []float64{0, 127, 128, 255}},
		{Int8, []int8{-128, -1, 127}, []float64{-128, -1, 127}},
		{Uint16, []uint16{1, 1 << 15, 65535}, []float64{1, 1 << 15, 65535}},
		{Int16, []int16{-1 << 15, -1, 258}, []float64{-1 << 15, -1, 258}},
		{Uint32, []uint32{1, 1 << 31, math.MaxUint32}, []float64{1, 1 << 31, math.MaxUint32}},
		{Int32, []int32{math.MinInt32, -1, 16909060}, []float64{math.MinInt32, -1, 16909060}},
		{Uint64, []uint64{1, 1 << 62}, []float64{1, 1 << 62}},
		{Int64, []int64{math.MinInt64, -1, 1 << 40}, []float64{math.MinInt64, -1, 1 << 40}},
		{Float16, []uint16{0x3C00, 0xC000, 0x0001, 0x7C00}, []float64{1, -2, 0x1p-24, inf}},
		{BFloat16, []uint16{0x3F80, 0xC000, 0x0001, 0xFF80}, []float64{1, -2, 0x1p-133, -inf}},
		{Float32, []float32{1.5, -0x1p-149, math.MaxFloat32}, []float64{1.5, -0x1p-149, math.MaxFloat32}},
		{Float64, []float64{1.5, -0.25, inf, math.NaN()}, []float64{1.5, -0.25, inf, math.NaN()}},
	} {
		t.Run(tt.typ.String(), func(t *testing.T) {
			data := bytesOf(t, tt.data)
			if n := len(tt.want) * tt.typ.Size(); n != len(data) {
				t.Fatalf("size: want %d bytes, got %d", len(data), n)
			}
			f64, err := Float64s(tt.typ, data)
			if diff := cmp.Diff(tt.want, f64, cmpopts.EquateNaNs()); err != nil || diff != "" {
				t.Errorf("Float64s: %v (-want +got):\n%s", err, diff)
			}
			want32 := make([]float32, len(tt.want))
			wantInt := make([]int64, len(tt.want))
			for i, v := range tt.want {
				want32[i], wantInt[i] = float32(v), int64(v)
			}
			f32, err := Float32s(tt.typ, data)
			if diff := cmp.Diff(want32, f32, cmpopts.EquateNaNs()); err != nil || diff != "" {
				t.Errorf("Float32s: %v (-want +got):\n%s", err, diff)
			}
			ints, err := Int64s(tt.typ, data)
			floating := strings.Contains(tt.typ.String(), "float")
			var again []byte
			for i, want := range tt.want {
				if floating {
					got := Float64At(tt.typ, data, i)
					if !cmp.Equal(want, got, cmpopts.EquateNaNs()) {
						t.Errorf("Float64At %d: want %v, got %v", i, want, got)
					}
					again = AppendFloat64(again, tt.typ, got)
				} else {
					got := Int64At(tt.typ, data, i)
					if got != wantInt[i] {
						t.Errorf("Int64At %d: want %v, got %v", i, wantInt[i], got)
					}
					again = AppendInt64(again, tt.typ, got)
				}
			}
			if diff := cmp.Diff(data, again); diff != "" {
				t.Errorf("appended (-want +got):\n%s", diff)
			}
			if floating {
				if err == nil || ints != nil {
					t.Errorf("Int64s: want an error, got %v", ints)
				}
			} else if diff := cmp.Diff(wantInt, ints); err != nil || diff != "" {
				t.Errorf("Int64s: %v (-want +got):\n%s", err, diff)
			}
		})
	}
}

// Numbers half way, where rounding to float64 first goes astray.
func TestRoundedOnce(t *testing.T) {
	const v = 1<<62 + 1<<38 + 1 // just above the middle of two float32
	const want = 1<<62 + 1<<39
	for typ, data := range map[Type][]byte{Int64: bytesOf(t, []int64{v}), Uint64: bytesOf(t, []uint64{v})} {
		got, err := Float32s(typ, data)
		if err != nil || got[0] != want {
			t.Errorf("%v: want %v, got %v, %v", typ, float32(want), got, err)
		}
	}
	got, err := Float32s(Float64, bytesOf(t, []float64{1 + 0x1p-24, 1 + 0x3p-24, 1e-300}))
	if diff := cmp.Diff([]float32{1, 1 + 0x1p-22, 0}, got); err != nil || diff != "" {
		t.Errorf("ties: %v (-want +got):\n%s", err, diff)
	}
}

func TestReadErrors(t *testing.T) {
	float32s := func(typ Type, b []byte) error { x, err := Float32s(typ, b); return nilWith(t, x == nil, err) }
	float64s := func(typ Type, b []byte) error { x, err := Float64s(typ, b); return nilWith(t, x == nil, err) }
	int64s := func(typ Type, b []byte) error { x, err := Int64s(typ, b); return nilWith(t, x == nil, err) }
	for _, tt := range []struct {
		read func(Type, []byte) error
		typ  Type
		data any
		want string
	}{
		{float32s, 0, []uint8{1}, "want a type of numbers, got no type"},
		{float64s, 200, []uint8{1}, "want a type of numbers, got no type"},
		{int64s, Int32, []uint8{1, 2, 3, 4, 5}, "want whole numbers of 4 bytes, as int32 is, got 5 bytes"},
		{float32s, Float64, []float64{1, -1e39}, "value 1: want one that a float32 holds, got -1e+39"},
		{float32s, Bool, []uint8{1, 0, 2}, "value 2: want a bool of 0 or 1, got 2"},
		{int64s, Bool, []uint8{255}, "value 0: want a bool of 0 or 1, got 255"},
		{int64s, Uint64, []uint64{1 << 63}, "value 0: want one that an int64 holds, got 9223372036854775808"},
		{int64s, Float32, []float32{1}, "want integers, got float32"},
	} {
		if err := tt.read(tt.typ, bytesOf(t, tt.data)); err == nil || err.Error() != tt.want {
			t.Errorf("want %q\ngot  %v", tt.want, err)
		}
	}
}

func nilWith(t *testing.T, none bool, err error) error {
	t.Helper()
	if err != nil && !none {
		t.Errorf("%v: want no numbers beside it", err)
	}
	return err
}

// What is written is read again, to the bit.
func TestWrite(t *testing.T) {
	f32 := []float32{0, float32(math.Copysign(0, -1)), 1.5, math.MaxFloat32, float32(math.Inf(-1))}
	if got, err := Float32s(Float32, FromFloat32s(f32)); err != nil || !cmp.Equal(f32, got) {
		t.Errorf("want %v, got %v, %v", f32, got, err)
	}
	f64 := []float64{0, 1.5, math.MaxFloat64, 0x1p-1074}
	if got, err := Float64s(Float64, FromFloat64s(f64)); err != nil || !cmp.Equal(f64, got) {
		t.Errorf("want %v, got %v, %v", f64, got, err)
	}
	ints := []int64{0, -1, math.MaxInt64, math.MinInt64, 0x0102030405060708}
	if got, err := Int64s(Int64, FromInt64s(ints)); err != nil || !cmp.Equal(ints, got) {
		t.Errorf("want %v, got %v, %v", ints, got, err)
	}
	nan := math.Float32frombits(0x7F800001) // a signalling one
	if got := FromFloat32s([]float32{nan}); !cmp.Equal(got, []byte{1, 0, 0x80, 0x7F}) {
		t.Errorf("bits of NaN: got %x", got)
	}
}

func TestElements(t *testing.T) {
	for _, tt := range []struct {
		shape []int
		n     int
		ok    bool
	}{
		{nil, 1, true},
		{[]int{2, 3, 4}, 24, true},
		{[]int{0}, 0, true},
		{[]int{-1}, 0, false},
		{[]int{0, -1}, 0, false},
		{[]int{math.MaxInt}, math.MaxInt, true},
		{[]int{math.MaxInt, 2}, 0, false},
		{[]int{1 << 32, 1 << 32}, 0, false},
		{[]int{0, 1 << 32, 1 << 32}, 0, false},
		{[]int{1 << 32, 1 << 32, 0}, 0, false},
	} {
		if n, ok := Elements(tt.shape); n != tt.n || ok != tt.ok {
			t.Errorf("%v: want %d, %t, got %d, %t", tt.shape, tt.n, tt.ok, n, ok)
		}
	}
}
