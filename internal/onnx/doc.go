// Package onnx reads and writes ONNX model files, and brings what it read into one
// form, whatever program and operator set wrote it.
//
//	m, err := onnx.Read(file, onnx.Options{})         // bytes → Model: checked, as written
//	g, err := onnx.Fold(m, onnx.FoldOptions{})        // Model → Graph: shapes known, constants folded, one form
//	for _, op := range g.Ops { … }                    // in an order in which they can run
//	err = onnx.Write(file, m)                         // Model → bytes
//
// The format: https://onnx.ai/onnx/repo-docs/IR.html, the operators:
// https://onnx.ai/onnx/operators/.
//
// # Read
//
// Read checks what can be checked without knowing operators: the file's structure,
// sizes against what is there, names (each defined once, none used that is not
// defined), order (nodes are sorted, a cycle is an error). What it meets and cannot
// represent (functions, subgraphs but an If's, sparse tensors, tensors of strings) it lists in
// Model.Unsupported; Fold refuses such a model with everything it does not support,
// at once, in one UnsupportedError. Operators of opsets 7 to MaxOpset are known.
//
// # Fold
//
// Fold gives each value a Shape. A size is a Dim, A·N + B, where N is the batch: an
// input's first dimension if it is free in the file. (A first dimension that the file
// fixes stays fixed, unless FoldOptions.FreeBatch frees it: FixedBatch then says what
// the file had.) All other dimensions must be known or given.
//
// In a Graph
//   - no operator is left that only computes shapes: Shape, Size, Gather, Concat,
//     Range, Where, … of what is known are evaluated, and so is any arithmetic on
//     constants whose result is not larger than its inputs, or at most 4 MiB;
//   - nothing is left without effect: Identity, Dropout, Cast between floating-point
//     types, a Transpose, Reshape, Pad, Slice, Expand, Tile, Resize or Clip that changes
//     nothing, a Concat, Sum, Max or Min of one. Those who read its output read its
//     input, and an output of the Graph may be an input or a constant (Output.From);
//   - nothing is left that no output needs, and no node has a second output;
//   - Op.In and Op.Out are the shapes of inputs and outputs, so a Reshape needs no
//     target: it is Out[0].
//
// A constant has the type that the file gives it: Tensor.Float32s reads each of
// floating point. All operands of an Op may be constants, where the result would be too
// large or the operator is none that is evaluated.
//
// An operand is an input of the Op: the name of a graph input, of another Op's output,
// or of a constant (Graph.Constants; Graph.Const returns nil for the other two). It
// may be "" where the operator's definition allows to leave it out; missing ones at
// the end are not listed. Everything that must be known to build the network is an
// attribute, in opsets where it is an input too. Every attribute named below is
// present with the type shown, so a reader needs no defaults, and no other is. Axes
// are counted from 0, never negative. r is the rank of the first input.
//
// # The operators that remain
//
// Convolution and pooling; k = r-2 spatial dimensions. auto_pad is resolved into pads,
// which has the begins of all k dimensions and then the ends, none negative.
//
//	Conv              X, W, [B]       kernel_shape, strides, dilations [k]int, pads [2k]int, group int. W (M, C/group, kernel…)
//	ConvTranspose     X, W, [B]       the same and output_padding [k]int; output_shape is resolved into pads. W (C, M/group, kernel…)
//	MaxPool           X               kernel_shape, strides, dilations [k]int, pads [2k]int, ceil_mode int
//	AveragePool       X               the same and count_include_pad int
//	GlobalAveragePool X               Out (N, C, 1, …). Also a ReduceMean over all axes from 2 on; without keepdims a Reshape follows
//	GlobalMaxPool     X               likewise ReduceMax
//	LRN               X               size int, alpha, beta, bias float
//
// What no window of a ConvTranspose reaches is output_padding, at the end.
// ceil_mode is 1 only where it changes Out: the last window then reaches beyond the
// padded input, and what lies there does not count, with count_include_pad neither.
//
// Normalization, as in inference. A mean and a variance are constants or not, as in
// the file.
//
//	BatchNormalization    X, scale, B, mean, var   epsilon, momentum float. Only inference; spatial only
//	InstanceNormalization X, scale, B              epsilon float
//	GroupNormalization    X, scale, bias           epsilon float, num_groups int. scale and bias have a value a channel (those of opset 18, a value a group, are repeated)
//	LayerNormalization    X, scale, [B]            epsilon float, axis int: over all dimensions from axis on. Its further outputs, where read, are ReduceMean, Sub, Mul, Add, Sqrt, Div
//
// Products.
//
//	Gemm    A, B, [C]   alpha, beta float, transA, transB int: alpha·A'·B' + beta·C, C broadcast to (M, N)
//	MatMul  A, B        as numpy.matmul
//
// Elementwise, two operands or more, broadcast as in NumPy. Constants among the
// operands keep their shape.
//
//	Add, Sub, Mul, Div, Pow   A, B
//	Sum, Max, Min             A, B, …   at least two
//	PRelu                     X, slope  slope broadcast to X: (C, 1, 1), (1), …
//
// Functions of one value. A bound that Clip does not have is -Inf or +Inf.
//
//	Abs, Neg, Sqrt, Exp, Log, Erf, Reciprocal              X
//	Relu, Sigmoid, Tanh, Softplus, Softsign, HardSwish, Mish   X
//	LeakyRelu, Elu, Celu, ThresholdedRelu, Swish           X   alpha float
//	Selu                                                   X   alpha, gamma float
//	HardSigmoid                                            X   alpha, beta float
//	Gelu                                                   X   approximate string: "none" or "tanh"
//	Clip                                                   X   min, max float
//	Cast                                                   X   to int: a DataType; from or to a type that is not floating-point
//
//	Softmax, LogSoftmax   X   axis int: over that axis alone. The flattening one of opsets up to 12 is rewritten, with Reshapes where needed
//
// Reductions.
//
//	ReduceMean, ReduceSum, ReduceMax, ReduceMin   X   axes []int, ascending, at least one; keepdims int
//	ReduceL1, ReduceL2, ReduceSumSquare, ReduceLogSum, ReduceLogSumExp are a ReduceSum between Abs, Mul, Sqrt, Exp, Log, ReduceMax, Sub, Add
//	ArgMax                                        X   axis, keepdims, select_last_index int. Its output is of type Int64
//
// Forms and places.
//
//	Reshape       X          also Flatten, Squeeze, Unsqueeze, and a Transpose that only moves dimensions of size 1. The order of elements stays
//	Transpose     X          perm [r]int
//	Concat        A, B, …    axis int
//	Slice         X          axes, starts, steps []int: element i along axes[j] is X's starts[j] + i·steps[j], i < Out[0][axes[j]]; axes ascending, only those that are cut; steps may be negative. Also Split (one Slice an output), and Gather of indices in even steps (if of a single one, a Reshape follows)
//	Gather        X, indices axis int. indices constant, or X constant and indices computed (an embedding)
//	Pad           X          mode string ("constant", "reflect", "edge", "wrap"), pads [2r]int: begins, then ends; negative ones cut. value float
//	Expand        X          Out is what X is broadcast to
//	Tile          X          repeats [r]int
//	DepthToSpace  X          blocksize int, mode string ("DCR", "CRD")
//	SpaceToDepth  X          the same
//	Resize        X          also Upsample. scales [r]float, of which those not 1 are the axes resized; Out is the size. mode string ("nearest", "linear", "cubic"), coordinate_transformation_mode string, nearest_mode string ("" unless mode is nearest), cubic_coeff_a float, exclude_outside int, extrapolation_value float, antialias int, roi []float (2r for tf_crop_and_resize, else none)
//
// Where a scale times a size is not whole, Out is rounded down, and ONNX's align_corners
// counts with the size that is not rounded, scales[i]·In[0][i]; onnxruntime with Out.
//
// An If is the nodes of the branch that it takes; the other's may be anything.
//
// Where(β·x > t, x, softplus(β·x)/β), of a t of 16 or more, is the softplus. A pooling of
// volumes is one of images, between Reshapes, where neighbouring dimensions are not pooled.
//
// Where, Equal, Range, ConstantOfShape and what is not named here only fold: where
// their inputs are not known they are unsupported. A ConstantOfShape or Expand of a
// constant to a shape with N, or to one that is too large, is an Expand of a constant.
//
// An attribute that an operator's definition does not have is unsupported too. A batch
// that is freed is also written into targets of Reshape, Expand, Slice and Resize: a
// first size of it, or in Reshape a multiple, is taken for N where that fits.
package onnx
