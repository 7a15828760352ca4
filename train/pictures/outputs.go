package pictures

import (
	"math"

	"github.com/pkg/errors"

	"euryale/train/internal/prediction"
)

// agree reports outputs that are not those of images with the given labels.
func agree(labels []int, outputs [][]float32) error {
	return errors.WithMessage(prediction.Check(labels, outputs), "pictures")
}

// probability is that of class k: the output itself if the outputs are
// probabilities, otherwise their softmax.
func probability(row []float32, k int) float64 {
	sum, least := 0.0, row[0]
	for _, v := range row {
		sum, least = sum+float64(v), min(least, v)
	}
	if least >= 0 && math.Abs(sum-1) < 1e-3 {
		return float64(row[k])
	}
	sum = 0
	for _, v := range row {
		sum += math.Exp(float64(v) - float64(row[k]))
	}
	return 1 / sum
}
