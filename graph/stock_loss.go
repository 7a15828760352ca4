package graph

import (
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"

	"euryale/internal/engine"
	"euryale/internal/ir"
)

// stockLoss is a loss of an output, a target and, if they are there, sample
// weights. Gorgonia has none that is right.
func stockLoss(o ir.Op, in G.Nodes) (*G.Node, error) {
	var weights *G.Node
	if len(in) > 2 {
		weights = in[2]
	}
	switch o := o.(type) {
	case ir.CrossEntropy:
		return engine.ClassesLoss(in[0], in[1], weights, engine.ClassesConfig{
			LabelSmoothing: o.LabelSmoothing, Weights: o.ClassWeights, Ignore: o.Ignore, Focal: o.Focal, Gamma: o.Gamma, Alpha: o.Alpha,
		})
	case ir.DenseCrossEntropy:
		return engine.ProbabilitiesLoss(in[0], in[1], weights, o.LabelSmoothing)
	case ir.BinaryCrossEntropy:
		return engine.BinaryLoss(in[0], in[1], weights, engine.BinaryConfig{
			LabelSmoothing: o.LabelSmoothing, PositiveWeight: o.PositiveWeights, Focal: o.Focal, Gamma: o.Gamma, Alpha: o.Alpha,
		})
	case ir.Difference:
		switch o.Cost {
		case ir.Squared:
			return engine.DifferenceLoss(in[0], in[1], weights, engine.Squared)
		case ir.Absolute:
			return engine.DifferenceLoss(in[0], in[1], weights, engine.Absolute)
		case ir.Huber:
			return engine.DifferenceLoss(in[0], in[1], weights, engine.Huber(o.Delta))
		}
	}
	return nil, errors.Errorf("nothing declares the loss %v", o)
}
