package lower

import (
	"euryale/internal/f32"
	"euryale/internal/ir"
)

// Kernel is how a step is computed.
type Kernel string

// The kernels.
const (
	Gorgonia     Kernel = "Gorgonia"                    // Gorgonia's own ops, where they are right
	Plain        Kernel = "plain Go"                    // an op of ours without assembly
	DirectPool   Kernel = "direct, pooled in registers" // f32.FirstBlock
	WinogradPool Kernel = "Winograd F(2×2), pooled"     // f32.WinogradInput, f32.Gemm, f32.WinogradOutput
	Patches      Kernel = "product of patches"          // im2col in strips, f32.Gemm
	Planes       Kernel = "plane by plane"              // a convolution in groups of few channels
	Windows      Kernel = "window by window"            // a max-pool
	Tiles        Kernel = "product in tiles"            // f32.Gemm
	ToPlanar     Kernel = "to planar"                   // from channels last
)

// Bytes is the size of what the step makes for a batch, in float32 on the fused
// engine: the memory that it needs in inference. wide is the size of a number.
func (s *Step) Bytes(batch, wide int) int {
	out := s.Out().Shape
	if len(out) == 0 {
		return wide
	}
	n := out.TotalSize()
	if ir.IsDerived(s.Out()) {
		return n * wide
	}
	if s.Makes == ChannelsLast {
		n = f32.PadChannels(out[0]) * out[1] * out[2]
		if s.Kernel == DirectPool || s.Kernel == WinogradPool {
			return batch * n * (wide + 1) // and where in its cell each largest value lies
		}
	}
	if s.Kernel == Windows {
		return batch * n * (wide + 4) // and the pixel that it comes from
	}
	return batch * n * wide
}

// Text is what the step computes, op by op.
func (s *Step) Text(o Options) string {
	if s.Kernel == ToPlanar {
		return "layout"
	}
	text := ""
	for i, v := range s.Values {
		if i > 0 {
			text += " + "
		}
		if _, ok := v.Op.(ir.Norm); ok && o.Infers(v) {
			text += "norm by running statistics"
			continue
		}
		text += v.Op.String()
	}
	return text
}
