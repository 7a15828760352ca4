//go:build !purego

package f32

// curveKernels are a curve's. p, q and r are what the curve needs besides x.
type curveKernels struct {
	apply func(y, x *float32, vectors, lanes int, p, q, r float32)
	grad  func(dx, g, x *float32, vectors, lanes int, p, q, r float32)
}

var (
	tanhKernels      = &curveKernels{tanhNEON, tanhGradNEON}
	sigmoidKernels   = &curveKernels{sigmoidNEON, sigmoidGradNEON}
	siluKernels      = &curveKernels{siluNEON, siluGradNEON}
	geluKernels      = &curveKernels{geluNEON, geluGradNEON}
	geluTanhKernels  = &curveKernels{geluTanhNEON, geluTanhGradNEON}
	mishKernels      = &curveKernels{mishNEON, mishGradNEON}
	softplusKernels  = &curveKernels{softplusNEON, softplusGradNEON}
	eluKernels       = &curveKernels{eluNEON, eluGradNEON}
	softsignKernels  = &curveKernels{softsignNEON, softsignGradNEON}
	lineKernels      = &curveKernels{lineNEON, lineGradNEON}
	hardSwishKernels = &curveKernels{hardSwishNEON, hardSwishGradNEON}
	leakyKernels     = &curveKernels{leakyNEON, leakyGradNEON}
)

func apply(c Curve, y, x []float32) {
	if c.kernels == nil || current == Generic {
		applyGo(c, y, x)
		return
	}
	c.kernels.apply(&y[0], &x[0], len(y)/4, len(y)%4, c.p, c.q, c.r)
}

func grad(c Curve, dx, g, x []float32) {
	if c.kernels == nil || current == Generic {
		gradGo(c, dx, g, x)
		return
	}
	c.kernels.grad(&dx[0], &g[0], &x[0], len(dx)/4, len(dx)%4, c.p, c.q, c.r)
}
