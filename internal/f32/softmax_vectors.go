//go:build (amd64 || arm64) && !purego

package f32

import "math"

func sumExp(x []float32, p float32) float64 {
	if current == Generic {
		return sumExpGo(x, p)
	}
	// What is left is made up to a vector by what has no exponential.
	var rest [16]float32
	lanes := sumLanes()
	for i := copy(rest[:], x[len(x)/lanes*lanes:]); i < lanes; i++ {
		rest[i] = float32(math.Inf(-1))
	}
	sum := 0.0
	if len(x)%lanes > 0 {
		sum = sumExpVectors(rest[:lanes], p)
	}
	if len(x) >= lanes {
		sum += sumExpVectors(x, p)
	}
	return sum
}
