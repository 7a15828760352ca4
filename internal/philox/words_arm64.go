//go:build !purego

package philox

import "euryale/internal/f32"

// fill writes the words of as many counters as fill whole vectors, and is how
// many.
func (k Key) fill(words []uint32, c [4]uint32) (counters int) {
	n := len(words) / 16
	if n == 0 || f32.Current() != f32.NEON {
		return 0
	}
	fillNEON(&words[0], n, &k[0], &c[0])
	return 4 * n
}
