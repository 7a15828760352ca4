package train

import (
	"slices"

	"github.com/pkg/errors"

	"euryale/graph"
)

// withoutClassWeights is a loss as evaluation takes it. Smoothing and the rest are
// part of it; how much a class counts says how to train.
func withoutClassWeights(l graph.Loss) graph.Loss {
	switch l := l.(type) {
	case graph.SparseCategoricalCrossEntropy:
		l.ClassWeights = nil
		return l
	case graph.Losses:
		l = slices.Clone(l)
		for i := range l {
			l[i].Loss = withoutClassWeights(l[i].Loss)
		}
		return l
	}
	return l
}

// checkLosses reports losses that do not fit their outputs, with their class weights.
func (ps *programs) checkLosses() error {
	for i, out := range ps.scored {
		l, ok := lossOf(ps.loss, ps.scoredAt[i]).(graph.SparseCategoricalCrossEntropy)
		if !ok || l.ClassWeights == nil {
			continue
		}
		if _, _, err := l.Target(out.Shape, ps.net.Config().Dtype); err != nil {
			return errors.WithMessagef(err, "%v: output of %s", l, out.Name)
		}
	}
	return nil
}
