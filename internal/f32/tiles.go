//go:build (amd64 || arm64) && !purego

package f32

// What dispatchers share, whatever the width of a register.

// tiles cuts m rows into tiles of nearly the same height, at most most: tall
// ones of rows rows, at least one, and short ones of one row less.
func tiles(m, most int) (rows, tall, short int) {
	count := ceil(m, most)
	rows = ceil(m, count)
	tall = m - count*(rows-1)
	return rows, tall, count - tall
}

// ceil is ⌈a/b⌉.
func ceil(a, b int) int { return (a + b - 1) / b }

// first points at the beginning of x, or is nil.
func first(x []float32) *float32 {
	if len(x) == 0 {
		return nil
	}
	return &x[0]
}
