package f32

import "math"

// Choices between numbers, for loops in generic Go that a processor could not predict
// the branches of. A choice is 1 or 0.

// above says whether v is more than low; NaN is not.
func above(v, low float32) (yes uint32) {
	if v > low {
		yes = 1
	}
	return yes
}

// equal says whether a is b.
func equal(a, b uint8) (yes uint32) {
	if a == b {
		yes = 1
	}
	return yes
}

// notANumber says whether v is NaN.
func notANumber(v float32) (yes uint32) {
	if math.Float32bits(v)<<1 > 0xff<<24 {
		yes = 1
	}
	return yes
}

// where is v where yes is 1, and zero where it is 0.
func where(yes uint32, v float32) float32 { return math.Float32frombits(math.Float32bits(v) & -yes) }

// either is v where yes is 1, and w where it is 0.
func either(yes uint32, v, w float32) float32 {
	a, b := math.Float32bits(v), math.Float32bits(w)
	return math.Float32frombits(b ^ (a^b)&-yes)
}
