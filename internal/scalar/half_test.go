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

// Every half there is becomes itself again, and what lies between two goes to the
// nearer one, or the even one.
func TestToFloat16(t *testing.T) {
	for h := range 0x7c00 {
		f, next := float64(FromFloat16(uint16(h))), float64(FromFloat16(uint16(h+1)))
		if got := ToFloat16(f); got != uint16(h) {
			t.Fatalf("%#x is %v, and back %#x", h, f, got)
		}
		if got := ToFloat16(-f); got != uint16(h)|0x8000 {
			t.Fatalf("%v is %#x", -f, got)
		}
		if h == 0x7bff {
			next = 65536
		}
		middle := (f + next) / 2
		if got, want := ToFloat16(middle), uint16(h+h&1); got != want {
			t.Fatalf("%v between %v and %v: want %#x, got %#x", middle, f, next, want, got)
		}
		if got := ToFloat16(math.Nextafter(middle, 0)); got != uint16(h) {
			t.Fatalf("just below %v: want %#x, got %#x", middle, h, got)
		}
	}
	if got := ToFloat16(math.Inf(-1)); got != 0xfc00 {
		t.Errorf("-Inf is %#x", got)
	}
	if !math.IsNaN(float64(FromFloat16(ToFloat16(math.NaN())))) || !math.IsInf(float64(FromFloat16(0x7c00)), 1) {
		t.Error("NaN or Inf is lost")
	}
}

func TestToBFloat16(t *testing.T) {
	for _, c := range []struct {
		bits uint32
		want uint16
	}{{0x3f800000, 0x3f80}, {0x3f808000, 0x3f80}, {0x3f808001, 0x3f81}, {0x3f818000, 0x3f82}, {0xff7fffff, 0xff80}, {0x7f800000, 0x7f80}} {
		if got := ToBFloat16(float64(math.Float32frombits(c.bits))); got != c.want {
			t.Errorf("%#x: want %#x, got %#x", c.bits, c.want, got)
		}
	}
	if got := ToBFloat16(math.NaN()); got&0x7f80 != 0x7f80 || got&0x7f == 0 {
		t.Errorf("NaN is %#x", got)
	}
}
