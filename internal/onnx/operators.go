package onnx

// operator is what Fold knows of an operator: from which opset on, up to which (0: it
// is still there), how many inputs it may have, and what becomes of a node.
type operator struct {
	since, until int
	min, max     int
	fold         func(*call) error
}

// many is the most inputs of an operator that takes any number.
const many = 1 << 30

// operators are those of ai.onnx, a file each family.
var operators map[string]operator

func init() {
	operators = map[string]operator{
		// convolution.go, pool.go
		"Conv":              {1, 0, 2, 3, foldConv},
		"ConvTranspose":     {1, 0, 2, 3, foldConvTranspose},
		"MaxPool":           {1, 0, 1, 1, foldMaxPool},
		"AveragePool":       {1, 0, 1, 1, foldAveragePool},
		"GlobalAveragePool": {1, 0, 1, 1, foldGlobalPool},
		"GlobalMaxPool":     {1, 0, 1, 1, foldGlobalPool},
		"LRN":               {1, 0, 1, 1, foldLRN},

		// normalization.go
		"BatchNormalization":    {7, 0, 5, 5, foldBatchNormalization},
		"InstanceNormalization": {6, 0, 3, 3, foldInstanceNormalization},
		"GroupNormalization":    {18, 0, 3, 3, foldGroupNormalization},
		"LayerNormalization":    {17, 0, 2, 3, foldLayerNormalization},
		"Dropout":               {7, 0, 1, 3, foldDropout},

		// product.go
		"Gemm":   {7, 0, 2, 3, foldGemm},
		"MatMul": {1, 0, 2, 2, foldMatMul},

		// binary.go
		"Add": {7, 0, 2, 2, foldBinary}, "Sub": {7, 0, 2, 2, foldBinary},
		"Mul": {7, 0, 2, 2, foldBinary}, "Div": {7, 0, 2, 2, foldBinary},
		"Pow": {7, 0, 2, 2, foldBinary}, "Mod": {10, 0, 2, 2, foldBinary},
		"Equal": {7, 0, 2, 2, foldBinary}, "Less": {7, 0, 2, 2, foldBinary},
		"Greater": {7, 0, 2, 2, foldBinary}, "LessOrEqual": {12, 0, 2, 2, foldBinary},
		"GreaterOrEqual": {12, 0, 2, 2, foldBinary},
		"And":            {7, 0, 2, 2, foldBinary}, "Or": {7, 0, 2, 2, foldBinary},
		"Sum": {8, 0, 1, many, foldVariadic}, "Max": {8, 0, 1, many, foldVariadic},
		"Min":   {8, 0, 1, many, foldVariadic},
		"PRelu": {7, 0, 2, 2, foldPRelu},

		// unary.go, cast.go, softmax.go
		"Abs": {6, 0, 1, 1, foldUnary}, "Neg": {6, 0, 1, 1, foldUnary}, "Sqrt": {6, 0, 1, 1, foldUnary},
		"Exp": {6, 0, 1, 1, foldUnary}, "Log": {6, 0, 1, 1, foldUnary}, "Floor": {6, 0, 1, 1, foldUnary},
		"Ceil": {6, 0, 1, 1, foldUnary}, "Not": {1, 0, 1, 1, foldUnary},
		"Relu": {6, 0, 1, 1, foldUnary}, "Sigmoid": {6, 0, 1, 1, foldUnary}, "Tanh": {6, 0, 1, 1, foldUnary},
		"Softplus": {1, 0, 1, 1, foldUnary}, "Softsign": {1, 0, 1, 1, foldUnary},
		"Erf": {9, 0, 1, 1, foldUnary}, "Reciprocal": {6, 0, 1, 1, foldUnary},
		"HardSwish": {14, 0, 1, 1, foldUnary}, "Mish": {18, 0, 1, 1, foldUnary},
		"LeakyRelu": {6, 0, 1, 1, foldUnary}, "Elu": {6, 0, 1, 1, foldUnary}, "Celu": {12, 0, 1, 1, foldUnary},
		"ThresholdedRelu": {10, 0, 1, 1, foldUnary}, "Swish": {24, 0, 1, 1, foldUnary},
		"Selu": {6, 0, 1, 1, foldUnary}, "HardSigmoid": {6, 0, 1, 1, foldUnary},
		"Gelu": {20, 0, 1, 1, foldGelu},
		"Clip": {6, 0, 1, 3, foldClip},
		"Cast": {6, 0, 1, 1, foldCast}, "CastLike": {15, 0, 2, 2, foldCastLike},
		"Softmax": {1, 0, 1, 1, foldSoftmax}, "LogSoftmax": {1, 0, 1, 1, foldSoftmax},

		// reduce.go
		"ReduceMean": {1, 0, 1, 2, foldReduce}, "ReduceSum": {1, 0, 1, 2, foldReduce},
		"ReduceMax": {1, 0, 1, 2, foldReduce}, "ReduceMin": {1, 0, 1, 2, foldReduce},
		"ReduceProd": {1, 0, 1, 2, foldReduce},
		"ArgMax":     {1, 0, 1, 1, foldArgMax},
		"ReduceL1":   {1, 0, 1, 2, foldReduceFunction}, "ReduceL2": {1, 0, 1, 2, foldReduceFunction},
		"ReduceSumSquare": {1, 0, 1, 2, foldReduceFunction},
		"ReduceLogSum":    {1, 0, 1, 2, foldReduceFunction}, "ReduceLogSumExp": {1, 0, 1, 2, foldReduceFunction},

		// form.go
		"Reshape": {5, 0, 2, 2, foldReshape}, "Flatten": {1, 0, 1, 1, foldFlatten},
		"Squeeze": {1, 0, 1, 2, foldSqueeze}, "Unsqueeze": {1, 0, 1, 2, foldUnsqueeze},
		"Transpose": {1, 0, 1, 1, foldTranspose}, "Identity": {1, 0, 1, 1, foldIdentity},
		"DepthToSpace": {1, 0, 1, 1, foldDepthToSpace}, "SpaceToDepth": {1, 0, 1, 1, foldSpaceToDepth},

		// concat.go, slice.go, gather.go, pad.go, expand.go
		"Concat": {4, 0, 1, many, foldConcat}, "Split": {2, 0, 1, 2, foldSplit},
		"Slice": {1, 0, 1, 5, foldSlice}, "Gather": {1, 0, 2, 2, foldGather},
		"Pad": {2, 0, 1, 4, foldPad}, "Expand": {8, 0, 2, 2, foldExpand}, "Tile": {6, 0, 2, 2, foldTile},

		// resize.go
		"Resize": {10, 0, 1, 4, foldResize}, "Upsample": {7, 9, 1, 2, foldUpsample},

		// arithmetic.go
		"Shape": {1, 0, 1, 1, foldShape}, "Size": {1, 0, 1, 1, foldSize},
		"ConstantOfShape": {9, 0, 1, 1, foldConstantOfShape}, "Range": {11, 0, 3, 3, foldRange},
		"Where": {9, 0, 3, 3, foldWhere},
	}
}
