package onnxtest

import (
	"fmt"
	"strings"

	"euryale/internal/onnx"
)

// Operators are those that ReadONNX must read.
var Operators = set(`
	Conv ConvTranspose BatchNormalization InstanceNormalization GroupNormalization LayerNormalization Gemm MatMul
	Add Sub Mul Div Pow Sqrt Neg Abs Exp Log Erf Reciprocal Sum Max Min Clip Relu LeakyRelu PRelu Elu Selu Celu Gelu Mish Sigmoid
	HardSigmoid HardSwish Tanh Softplus Softsign Swish ThresholdedRelu Softmax LogSoftmax MaxPool AveragePool
	GlobalAveragePool GlobalMaxPool LRN Concat Split Slice Pad Flatten Reshape Squeeze Unsqueeze Transpose Identity
	Dropout Constant ConstantOfShape Shape Gather Cast Expand Tile ReduceMean ReduceSum ReduceMax ReduceMin ArgMax
	ReduceL1 ReduceL2 ReduceSumSquare ReduceLogSum ReduceLogSumExp
	Resize Upsample DepthToSpace SpaceToDepth Where Equal Range`)

func set(names string) map[string]bool {
	s := map[string]bool{}
	for _, n := range strings.Fields(names) {
		s[n] = true
	}
	return s
}

// parameters are the inputs that must be known when a model is loaded, by operator.
var parameters = map[string][]int{
	"Reshape": {1}, "Clip": {1, 2}, "Slice": {1, 2, 3, 4}, "Pad": {1, 2, 3}, "Resize": {1, 2, 3}, "Upsample": {1},
	"Expand": {1}, "Tile": {1}, "Squeeze": {1}, "Unsqueeze": {1}, "Split": {1}, "ConstantOfShape": {0},
	"ReduceMean": {1}, "ReduceSum": {1}, "ReduceMax": {1}, "ReduceMin": {1}, "ReduceL1": {1}, "ReduceL2": {1}, "ReduceSumSquare": {1}, "ReduceLogSum": {1}, "ReduceLogSumExp": {1}, "Range": {0, 1, 2}, "Dropout": {1, 2},
	"Where": {0, 1, 2}, "Equal": {0, 1}, "Gather": {1}, "GroupNormalization": {1, 2}, "CastLike": {1},
}

// Parameters are the inputs that the operators need to know when the model is loaded:
// the target of a Reshape, the bounds of a Clip. Weights are not among them.
func (c *Case) Parameters() map[string]bool {
	names := map[string]bool{}
	for _, n := range c.Model.Nodes {
		for _, i := range parameters[n.OpType] {
			if i < len(n.Inputs) {
				names[n.Inputs[i]] = true
			}
		}
	}
	return names
}

func (c *Case) left() string {
	if len(c.Model.Unsupported) > 0 {
		return "has " + c.Model.Unsupported[0].What
	}
	for _, n := range c.Model.Nodes {
		switch {
		case n.Domain != "" || !Operators[n.OpType]:
			return "operator " + n.Domain + n.OpType
		case training(n, c):
			return "training"
		}
	}
	if v := c.Model.Opsets[""]; v < onnx.MinOpset {
		return fmt.Sprintf("opset %d", v)
	}
	return c.leftByType()
}

// training reports whether a node is one of a network in training.
func training(n *onnx.Node, c *Case) bool {
	mode, _ := n.Int("training_mode", 0)
	if n.OpType == "Dropout" && len(n.Inputs) > 2 {
		for i, in := range c.Model.Inputs {
			if in.Name == n.Inputs[2] && c.Inputs[i] != nil && c.Inputs[i].Raw[0] != 0 {
				return true
			}
		}
		if t := c.Model.Constants[n.Inputs[2]]; t != nil && t.Raw[0] != 0 {
			return true
		}
	}
	return mode != 0
}

// leftByType leaves out what is not in float32, or not of pictures.
func (c *Case) leftByType() string {
	parameter := c.Parameters()
	for i, in := range c.Model.Inputs {
		switch {
		case c.Inputs[i] == nil:
			return "an input that is no tensor"
		case in.Type != onnx.Float32 && !parameter[in.Name]:
			return "type " + in.Type.String()
		}
	}
	argMax := len(c.Model.Nodes) > 0 && c.Model.Nodes[len(c.Model.Nodes)-1].OpType == "ArgMax"
	for i, out := range c.Model.Outputs {
		switch {
		case c.Outputs[i] == nil:
			return "an output that is no tensor"
		case out.Type != onnx.Float32 && !(argMax && out.Type == onnx.Int64):
			return "output of type " + out.Type.String()
		}
	}
	return ""
}
