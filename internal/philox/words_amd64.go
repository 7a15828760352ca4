//go:build !purego

package philox

import "euryale/internal/f32"

// fill writes the words of as many counters as fill whole vectors, and is how
// many.
func (k Key) fill(words []uint32, c [4]uint32) (counters int) {
	switch n := len(words) / 4; {
	case f32.Current() == f32.AVX512 && n >= 8:
		fillAVX512(&words[0], n/8, &k[0], &c[0])
		return n / 8 * 8
	case f32.Current() >= f32.AVX2 && n >= 4:
		fillAVX2(&words[0], n/4, &k[0], &c[0])
		return n / 4 * 4
	}
	return 0
}
