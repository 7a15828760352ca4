package graph

import (
	"github.com/pkg/errors"
	G "gorgonia.org/gorgonia"

	"euryale/internal/eighths"
	"euryale/internal/engine"
)

// Share is one rank's of a batch that several compute together, each by a program
// of its own for its own samples. What is summed over samples, losses, gradients
// and the statistics of a BatchNorm, is summed over all ranks': Loss, Losses,
// Grads and the network's State are the whole batch's, with the same bits in each
// rank as in one program for the batch.
//
// The batch is cut into eight parts of neighbouring samples, part p of N being the
// samples from ⌊N·p/8⌋ on, and into one part a sample where there are fewer than
// eight. Rank r of R has the 8/R parts from r·8/R on. A rank without samples has a
// program for one, which does not count.
type Share struct {
	Rank  int    // from 0
	Ranks int    // 1, 2, 4 or 8
	Sums  Summer // over the ranks
}

// Summer adds up what several ranks have. Each rank calls the same methods in the
// same order, with slices of the same lengths, and gets the same bits.
type Summer interface {
	// SumFloat32 sets x to the sum of the x of the first ranks, so many, added
	// two by two, as the leaves of a tree: of four (0+1)+(2+3), of three
	// (0+1)+2. What the others have does not count, but they get the sum too.
	SumFloat32(x []float32, ranks int) error

	// SumFloat64 is SumFloat32 in float64.
	SumFloat64(x []float64, ranks int) error
}

// Samples is where rank r's samples begin and end in a batch of n.
func (s Share) Samples(n int) (from, to int) { return s.of(n).Samples() }

func (s Share) of(n int) eighths.Share {
	return eighths.Share{Batch: n, Rank: s.Rank, Ranks: s.Ranks}
}

// size is how many samples the program for a share of n has.
func (s *Share) size(n int) int {
	if s == nil {
		return n
	}
	from, to := s.Samples(n)
	return max(to-from, 1)
}

// check reports a share that there cannot be of a batch.
func (s *Share) check(batch int) error {
	if s == nil {
		return nil
	}
	if s.Sums == nil {
		return errors.New("program: Share: want Sums, got nil")
	}
	return errors.WithMessage(s.of(batch).Check(), "program: Share")
}

// among is the share as the ops know it, nil without one.
func (b *build) among() *engine.Among {
	s := b.config.Share
	if s == nil {
		return nil
	}
	return &engine.Among{Share: s.of(b.whole), Ranks: s.Sums}
}

// checkShared reports an op that takes sums over samples of its own.
func (b *build) checkShared() error {
	if b.config.Share == nil {
		return nil
	}
	for _, n := range b.g.AllNodes() {
		if op := bare(n.Op()); op != nil && !sharesBatch(op) {
			return errors.Errorf("%s: ranks cannot share a batch, of which its op %s may take a sum of its own: train on one rank", b.layerOf(n), title(op))
		}
	}
	return nil
}

// sharesBatch says whether an op does with each sample what it would alone, or adds
// up what all ranks have.
func sharesBatch(op G.Op) bool {
	switch typeOf(op) {
	case "gorgonia.elemBinOp", "gorgonia.elemUnaryOp", "gorgonia.constantScalar", "gorgonia.constantTensor", "gorgonia.readOp", "gorgonia.reshapeOp", "*gorgonia.reshapeOp":
		return true
	}
	if _, ok := op.(tap); ok {
		return true
	}
	if a, ok := op.(engine.Alone); ok && a.SumsAlone() {
		return false
	}
	_, ok := op.(engine.Keeper)
	return ok
}
