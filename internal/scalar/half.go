package scalar

import "math"

// FromFloat16 is the number whose bits as a Float16 are given. A float32 holds
// each exactly; a NaN keeps its sign and the bits of its fraction.
//
// With sign s, exponent e and fraction f: (−1)ˢ·2ᵉ⁻¹⁵·(1 + f/1024), for e = 0
// (−1)ˢ·2⁻¹⁴·f/1024, for e = 31 an infinity where f = 0, else not a number.
// IEEE 754-2019, 3.4 and 3.6.
func FromFloat16(b uint16) float32 {
	sign := uint32(b>>15) << 31
	e, f := uint32(b>>10)&0x1F, uint32(b)&0x3FF
	switch e {
	case 0: // as a product, which is exact and normal: 2⁻²⁴ is far above float32's own subnormals
		return math.Float32frombits(sign | math.Float32bits(float32(f)*0x1p-24))
	case 0x1F:
		return math.Float32frombits(sign | 0xFF<<23 | f<<13)
	}
	return math.Float32frombits(sign | (e-15+127)<<23 | f<<13)
}

// FromBFloat16 is the number whose bits as a BFloat16 are given.
func FromBFloat16(b uint16) float32 { return math.Float32frombits(uint32(b) << 16) }

// ToFloat16 is the bits of v as a Float16, rounded to the nearest, ties to even.
func ToFloat16(v float64) uint16 {
	var sign uint16
	if math.Signbit(v) {
		sign, v = 0x8000, -v
	}
	switch {
	case math.IsNaN(v):
		return sign | 0x7e00
	case v >= 65520: // half way from the largest, 65504, to the next that there would be
		return sign | 0x7c00
	case v < 0x1p-14:
		return sign | uint16(math.RoundToEven(math.Ldexp(v, 24)))
	}
	fraction, exponent := math.Frexp(v) // in [1/2, 1)
	// The leading one that binary16 does not store adds one to the exponent, and so
	// does rounding up to the next power.
	return sign | (uint16(exponent+13)<<10 + uint16(math.RoundToEven(math.Ldexp(fraction, 11))))
}

// ToBFloat16 is the bits of v as a BFloat16: rounded to a Float32, and that to what
// is left without its last 16 bits, each time to the nearest, ties to even.
func ToBFloat16(v float64) uint16 {
	bits := math.Float32bits(float32(v))
	if math.IsNaN(v) {
		return uint16(bits>>16) | 0x40
	}
	return uint16((bits + 0x7fff + bits>>16&1) >> 16)
}
