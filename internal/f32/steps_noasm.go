//go:build (!amd64 && !arm64) || purego

package f32

func addScaled(y, x []float32, p float32)               { addScaledGo(y, x, p) }
func mix(y, x []float32, keep, take float32)            { mixGo(y, x, keep, take) }
func momentum(w, g, m []float32, rate, beta float32)    { momentumGo(w, g, m, rate, beta) }
func nesterov(w, g, m []float32, rate, beta float32)    { nesterovGo(w, g, m, rate, beta) }
func lion(w, g, m []float32, s LionStep)                { lionGo(w, g, m, s) }
func rmsprop(w, g, v, m, mean []float32, s RMSpropStep) { rmspropGo(w, g, v, m, mean, s) }
func sumSquares(x []float32) float64                    { return sumSquaresGo(x) }
