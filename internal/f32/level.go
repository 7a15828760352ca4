package f32

import (
	"fmt"
	"slices"
)

// Level is a set of kernels.
type Level uint8

// The levels. Those of a processor are faster from one to the next.
const (
	Generic Level = iota // Go
	NEON                 // arm64: 4 lanes, with FMA
	AVX2                 // amd64: 8 lanes, with FMA
	AVX512               // amd64: 16 lanes; F, BW, DQ and VL
)

func (l Level) String() string {
	switch l {
	case Generic:
		return "generic Go"
	case NEON:
		return "NEON"
	case AVX2:
		return "AVX2"
	case AVX512:
		return "AVX-512"
	}
	return fmt.Sprintf("Level(%d)", l)
}

// levels are those that this processor runs, current the one in use.
var (
	levels  = detect()
	current = Best()
)

// Levels are the levels that this processor and build support, the slowest first.
func Levels() []Level { return slices.Clone(levels) }

// Best is the highest of them.
func Best() Level { return levels[len(levels)-1] }

// Current is the level in use.
func Current() Level { return current }

// Use chooses the kernels from now on, the highest of Levels that is no higher than
// l, and returns the level used before. It is for tests and measurements: no kernel
// may be running.
func Use(l Level) (before Level) {
	before = current
	for _, have := range levels {
		if have <= l {
			current = have
		}
	}
	return before
}
