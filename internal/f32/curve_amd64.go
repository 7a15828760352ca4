//go:build !purego

package f32

// curveKernels are a curve's, with AVX2 and with AVX-512. p, q and r are what
// the curve needs besides x.
type curveKernels struct {
	apply, applyWide applyKernel
	grad, gradWide   gradKernel
}

type (
	applyKernel = func(y, x *float32, vectors, lanes int, p, q, r float32)
	gradKernel  = func(dx, g, x *float32, vectors, lanes int, p, q, r float32)
)

var (
	tanhKernels      = &curveKernels{tanhAVX2, tanhAVX512, tanhGradAVX2, tanhGradAVX512}
	sigmoidKernels   = &curveKernels{sigmoidAVX2, sigmoidAVX512, sigmoidGradAVX2, sigmoidGradAVX512}
	siluKernels      = &curveKernels{siluAVX2, siluAVX512, siluGradAVX2, siluGradAVX512}
	geluKernels      = &curveKernels{geluAVX2, geluAVX512, geluGradAVX2, geluGradAVX512}
	geluTanhKernels  = &curveKernels{geluTanhAVX2, geluTanhAVX512, geluTanhGradAVX2, geluTanhGradAVX512}
	mishKernels      = &curveKernels{mishAVX2, mishAVX512, mishGradAVX2, mishGradAVX512}
	softplusKernels  = &curveKernels{softplusAVX2, softplusAVX512, softplusGradAVX2, softplusGradAVX512}
	eluKernels       = &curveKernels{eluAVX2, eluAVX512, eluGradAVX2, eluGradAVX512}
	softsignKernels  = &curveKernels{softsignAVX2, softsignAVX512, softsignGradAVX2, softsignGradAVX512}
	lineKernels      = &curveKernels{lineAVX2, lineAVX512, lineGradAVX2, lineGradAVX512}
	hardSwishKernels = &curveKernels{hardSwishAVX2, hardSwishAVX512, hardSwishGradAVX2, hardSwishGradAVX512}
	leakyKernels     = &curveKernels{leakyAVX2, leakyAVX512, leakyGradAVX2, leakyGradAVX512}
)

func apply(c Curve, y, x []float32) {
	switch n := len(y); {
	case c.kernels == nil || current == Generic:
		applyGo(c, y, x)
	case current == AVX512:
		c.kernels.applyWide(&y[0], &x[0], n/16, n%16, c.p, c.q, c.r)
	default:
		c.kernels.apply(&y[0], &x[0], n/8, n%8, c.p, c.q, c.r)
	}
}

func grad(c Curve, dx, g, x []float32) {
	switch n := len(dx); {
	case c.kernels == nil || current == Generic:
		gradGo(c, dx, g, x)
	case current == AVX512:
		c.kernels.gradWide(&dx[0], &g[0], &x[0], n/16, n%16, c.p, c.q, c.r)
	default:
		c.kernels.grad(&dx[0], &g[0], &x[0], n/8, n%8, c.p, c.q, c.r)
	}
}
