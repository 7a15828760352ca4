package pictures

import (
	"math"

	"github.com/pkg/errors"

	"euryale/train/internal/caption"
)

// agree reports outputs that are not those of images with the given labels.
func agree(labels []uint8, outputs [][]float32) error {
	if len(labels) == 0 {
		return errors.New("pictures: want at least one image, got none")
	}
	if len(labels) != len(outputs) {
		return errors.Errorf("pictures: want outputs of all %s, got %d", caption.Count(len(labels), "image"), len(outputs))
	}
	for i, row := range outputs {
		if int(labels[i]) >= len(row) {
			return errors.Errorf("pictures: image %d: want an output for each class up to its own, %d, got %s", i, labels[i], caption.Count(len(row), "output"))
		}
		if len(row) != len(outputs[0]) {
			return errors.Errorf("pictures: image %d: want as many outputs as image 0 has, %d, got %d", i, len(outputs[0]), len(row))
		}
	}
	return nil
}

// largest is the index of the largest value, the first of equals.
func largest(row []float32) int {
	best := 0
	for i, v := range row {
		if v > row[best] {
			best = i
		}
	}
	return best
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
