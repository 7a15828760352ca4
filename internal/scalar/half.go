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
