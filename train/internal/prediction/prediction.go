// Package prediction reads from the outputs of a network what it takes samples
// for: of a row of outputs a sample, the class of the largest.
package prediction

import (
	"github.com/pkg/errors"

	"euryale/train/internal/caption"
)

// Check reports outputs that are not those of images with the given labels.
func Check(labels []int, outputs [][]float32) error {
	if len(labels) == 0 {
		return errors.New("want at least one image, got none")
	}
	if len(labels) != len(outputs) {
		return errors.Errorf("want outputs of all %s, got %d", caption.Count(len(labels), "image"), len(outputs))
	}
	for i, row := range outputs {
		if int(labels[i]) >= len(row) {
			return errors.Errorf("image %d: want an output for each class up to its own, %d, got %s", i, labels[i], caption.Count(len(row), "output"))
		}
		if len(row) != len(outputs[0]) {
			return errors.Errorf("image %d: want as many outputs as image 0 has, %d, got %d", i, len(outputs[0]), len(row))
		}
	}
	return nil
}

// Largest is the index of the largest value, the first of equals.
func Largest[T float32 | float64](row []T) int {
	best := 0
	for i, v := range row {
		if v > row[best] {
			best = i
		}
	}
	return best
}

// Count counts the images of each class, in rows, taken for each class, in as
// many columns: as many as there are names or outputs.
func Count(classes []string, labels []int, outputs [][]float32) (names []string, counts [][]int) {
	counts = make([][]int, max(len(classes), len(outputs[0])))
	for i := range counts {
		names = append(names, caption.Class(classes, i))
		counts[i] = make([]int, len(counts))
	}
	for i, row := range outputs {
		counts[labels[i]][Largest(row)]++
	}
	return names, counts
}

// Told is how a class of a confusion matrix is told from the others: of n images of
// it, right are recognised, and m are taken for it. Its precision is right/m, its
// recall right/n, and their harmonic mean 2·right/(n+m).
func Told(counts [][]int, class int) (right, n, m int) {
	for i := range counts {
		n += counts[class][i]
		m += counts[i][class]
	}
	return counts[class][class], n, m
}
