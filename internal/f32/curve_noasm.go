//go:build (!amd64 && !arm64) || purego

package f32

type curveKernels struct{}

var tanhKernels, sigmoidKernels, siluKernels, geluKernels, geluTanhKernels, mishKernels, softplusKernels, eluKernels, softsignKernels, lineKernels, hardSwishKernels, leakyKernels *curveKernels

func apply(c Curve, y, x []float32)    { applyGo(c, y, x) }
func grad(c Curve, dx, g, x []float32) { gradGo(c, dx, g, x) }
