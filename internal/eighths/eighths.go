// Package eighths says which samples of a batch are whose, where several ranks
// compute one batch together.
//
// A sum over the samples of a batch is taken in eight parts of neighbouring
// samples, which are added two by two, as the leaves of a tree. A rank has parts
// that lie side by side, as many as any other, so that what it adds up alone is a
// branch of that tree: the sum has the same bits for 1, 2, 4 and 8 ranks.
package eighths

import "github.com/pkg/errors"

// Parts is into how many parts a batch is cut.
const Parts = 8

// Count is how many parts n samples have: one has at least one sample.
func Count(n int) int { return min(Parts, n) }

// Part is where part p of n samples begins and ends. Parts beyond the last have
// none.
func Part(n, p int) (from, to int) { return bound(n, p), bound(n, p+1) }

func bound(n, p int) int {
	if n < Parts {
		return min(p, n)
	}
	return n * p / Parts
}

// Share is what one rank has of a batch.
type Share struct {
	Batch int // samples of all ranks
	Rank  int // from 0
	Ranks int // 1, 2, 4 or 8
}

// Check reports what is no share.
func (s Share) Check() error {
	if err := CheckRanks(s.Ranks); err != nil {
		return errors.WithMessage(err, "Ranks")
	}
	if s.Rank < 0 || s.Rank >= s.Ranks {
		return errors.Errorf("want a Rank from 0 to %d, got %d", s.Ranks-1, s.Rank)
	}
	if s.Batch < 1 {
		return errors.Errorf("want a batch of at least 1 sample for the ranks to share, got %d", s.Batch)
	}
	return nil
}

// CheckRanks reports a number of ranks that cannot have as many parts each.
func CheckRanks(n int) error {
	if n < 1 || Parts%n != 0 {
		return errors.Errorf("want 1, 2, 4 or 8 ranks, which share the %d parts of a batch alike, got %d", Parts, n)
	}
	return nil
}

// first is the first part that rank r has.
func (s Share) first(r int) int { return r * (Parts / s.Ranks) }

// Samples is where in the batch the rank's samples begin and end. There are none
// where the batch has fewer parts than there could be.
func (s Share) Samples() (from, to int) {
	return bound(s.Batch, s.first(s.Rank)), bound(s.Batch, s.first(s.Rank+1))
}

// Count is how many parts of at least one sample the rank has.
func (s Share) Count() int {
	all := Count(s.Batch)
	return min(s.first(s.Rank+1), all) - min(s.first(s.Rank), all)
}

// Part is where part p of the rank begins and ends, among its own samples.
func (s Share) Part(p int) (from, to int) {
	start, _ := s.Samples()
	from, to = Part(s.Batch, s.first(s.Rank)+p)
	return from - start, to - start
}

// Present is how many ranks have samples: the first so many.
func (s Share) Present() int {
	each := Parts / s.Ranks
	return (Count(s.Batch) + each - 1) / each
}
