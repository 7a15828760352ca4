package lower

import (
	"euryale/internal/f32"
	"euryale/internal/ir"
)

// Kernel is how a step is computed.
type Kernel string

// The kernels.
const (
	Gorgonia     Kernel = "Gorgonia"                     // Gorgonia's own ops, where they are right
	Plain        Kernel = "plain Go"                     // an op of ours for itself, with assembly at most for its numbers
	DirectPool   Kernel = "direct, pooled in registers"  // f32.FirstBlock
	WinogradPool Kernel = "Winograd F(2×2), pooled"      // f32.WinogradInput, f32.Gemm, f32.WinogradOutput
	Taps         Kernel = "product by taps"              // f32.GemmTaps
	Winograd2    Kernel = "Winograd F(2×2)"              // f32.Minimal, f32.Gemm
	Winograd4    Kernel = "Winograd F(4×4)"              // the same, in larger tiles
	Winograd2By5 Kernel = "Winograd F(2×2, 5×5)"         // the same, for larger kernels, in generic Go
	AlongRows    Kernel = "Winograd F(4, 5), row by row" // f32.RowOutput, for few channels, in generic Go
	Rows         Kernel = "depthwise, row by row"        // f32.Depthwise
	TapsRows     Kernel = "by taps, then depthwise"      // both, some channels of a strip at a time
	Patches      Kernel = "product of patches"           // im2col in strips, f32.Gemm
	Planes       Kernel = "plane by plane"               // a convolution in groups of few channels
	Columns      Kernel = "by columns"                   // f32.ColumnSums, f32.Affine
	Channels     Kernel = "channels copied"              // pixel by pixel
	Windows      Kernel = "window by window"             // a max-pool
	Tiles        Kernel = "product in tiles"             // f32.Gemm
	ToPlanar     Kernel = "to planar"                    // from channels last
	ToLast       Kernel = "to channels last"             // from planar
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
		if _, ok := s.Out().Op.(ir.MaxPool); ok {
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
	if s.converts() {
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
