package train

import (
	"cmp"
	"math"
	"slices"

	"github.com/pkg/errors"
)

// ROCAUC is the area under the receiver operating characteristic of a score that
// is to be high for samples of label 1 and low for those of label 0: the chance
// that it is higher for a sample of the one than for a sample of the other, where
// equals count one half. It is 1 for a score that tells them apart, and 1/2 for
// one that says nothing. Any order is as good as another: a score may be a
// probability, or a logit.
//
// It is taken from the ranks of the scores, the mid-rank for equals, as the
// statistic of Mann and Whitney (1947); all sums are of whole numbers.
func ROCAUC(labels []int, scores []float64) (float64, error) {
	if len(labels) != len(scores) {
		return 0, errors.Errorf("train: ROC AUC: want a score for each of %d labels, got %d", len(labels), len(scores))
	}
	order := make([]int, len(labels))
	positive := 0
	for i, l := range labels {
		if l > 1 {
			return 0, errors.Errorf("train: ROC AUC: label %d: want 0 or 1, got %d", i, l)
		}
		if math.IsNaN(scores[i]) {
			return 0, errors.Errorf("train: ROC AUC: score %d: want a number, got NaN", i)
		}
		order[i] = i
		positive += int(l)
	}
	negative := len(labels) - positive
	if positive == 0 || negative == 0 {
		return 0, errors.Errorf("train: ROC AUC: want samples of both classes, got %d of label 0 and %d of label 1", negative, positive)
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(scores[a], scores[b]) })
	return float64(twiceBelow(labels, scores, order)) / (2 * float64(positive) * float64(negative)), nil
}

// twiceBelow is, summed over the samples of label 1, twice how many of label 0
// have a lower score, and once how many have the same.
func twiceBelow(labels []int, scores []float64, order []int) int {
	sum, below := 0, 0
	for from := 0; from < len(order); {
		to, ones := from, 0
		for ; to < len(order) && scores[order[to]] == scores[order[from]]; to++ {
			ones += int(labels[order[to]])
		}
		zeros := to - from - ones
		sum += ones * (2*below + zeros)
		below += zeros
		from = to
	}
	return sum
}
