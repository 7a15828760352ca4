package f32

import "fmt"

// Level is a set of kernels.
type Level uint8

// The levels, each faster than the one before.
const (
	Generic Level = iota // Go
	AVX2                 // 8 lanes, with FMA
	AVX512               // 16 lanes: F, BW, DQ and VL
)

func (l Level) String() string {
	switch l {
	case Generic:
		return "generic Go"
	case AVX2:
		return "AVX2"
	case AVX512:
		return "AVX-512"
	}
	return fmt.Sprintf("Level(%d)", l)
}

// best is the highest level that this processor runs, current the one in use.
var (
	best    = detect()
	current = best
)

// Best is the highest level that this processor and build support.
func Best() Level { return best }

// Current is the level in use.
func Current() Level { return current }

// Use chooses the kernels from now on, no higher than Best, and returns the
// level used before. It is for tests and measurements: no kernel may be
// running.
func Use(l Level) (before Level) {
	before, current = current, min(l, best)
	return before
}
