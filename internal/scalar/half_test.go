package scalar

import (
	"crypto/sha256"
	"fmt"
	"math"
	"testing"
)

// slowHalf is the definition, in float64: the value, or false for NaN.
func slowHalf(b uint16) (float64, bool) {
	sign, e, f := 1-2*float64(b>>15), int(b>>10)&31, float64(b&1023)/1024
	switch {
	case e == 31 && f != 0:
		return 0, false
	case e == 31:
		return math.Inf(int(sign)), true
	case e == 0:
		return math.Copysign(math.Ldexp(f, -14), sign), true
	}
	return sign * math.Ldexp(1+f, e-15), true
}

func TestEveryFloat16(t *testing.T) {
	all := make([]float32, 1<<16)
	for i := range all {
		got := FromFloat16(uint16(i))
		all[i] = got
		want, number := slowHalf(uint16(i))
		if !number {
			if got == got || math.Signbit(float64(got)) != (i>>15 == 1) {
				t.Fatalf("%#04x: want NaN of its sign, got %v", i, got)
			}
		} else if math.Float64bits(float64(got)) != math.Float64bits(want) {
			t.Fatalf("%#04x: want %v, got %v", i, want, got)
		}
	}
	// The fractions of NaN as well, by NumPy 2.4.6: hashlib.sha256(
	// np.arange(65536, dtype="<u2").view("<f2").astype("<f4").tobytes()).
	const want = "f4fdd084f85448d28c84f20fabf4022ba938e40b7f382d2727dec6f41ac6267a"
	if got := fmt.Sprintf("%x", sha256.Sum256(FromFloat32s(all))); got != want {
		t.Errorf("bits of all: want SHA-256 %s, got %s", want, got)
	}
}

func TestEveryBFloat16(t *testing.T) {
	for i := range 1 << 16 {
		b := uint16(i)
		sign, e, f := 1-2*float64(b>>15), int(b>>7)&255, float64(b&127)/128
		want := sign * math.Ldexp(1+f, e-127)
		switch {
		case e == 255 && f != 0:
			want = math.NaN()
		case e == 255:
			want = math.Inf(int(sign))
		case e == 0:
			want = math.Copysign(math.Ldexp(f, -126), sign)
		}
		got := FromBFloat16(b)
		if math.IsNaN(want) != (got != got) || got == got && math.Float64bits(float64(got)) != math.Float64bits(want) {
			t.Fatalf("%#04x: want %v, got %v", i, want, got)
		}
		if math.Float32bits(got) != uint32(i)<<16 {
			t.Fatalf("%#04x: got the bits %#x", i, math.Float32bits(got))
		}
	}
}
