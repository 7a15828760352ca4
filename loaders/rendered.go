package loaders

import (
	"fmt"
	"slices"

	"euryale/loaders/drawn"
)

// RenderedDigits draws the digits 0 to 9, train images to learn from and test
// others to measure with, 28×28×1, white on black as in MNIST. A count of 0 or
// less gives an empty set. Same seed, same images; what else holds of them,
// package drawn says.
func RenderedDigits(seed uint64, train, test int) (trainSet, testSet *Dataset) {
	return rendered("rendered digits", mnist.classes, seed,
		drawn.Digits(seed, drawn.Training, train), drawn.Digits(seed, drawn.Test, test))
}

// RenderedGarments draws garments of Fashion-MNIST's ten classes, in the order
// of its labels: train images to learn from and test others to measure with,
// 28×28×1, light on black. A count of 0 or less gives an empty set. Same seed,
// same images; what else holds of them, package drawn says.
func RenderedGarments(seed uint64, train, test int) (trainSet, testSet *Dataset) {
	return rendered("rendered garments", fashion.classes, seed,
		drawn.Garments(seed, drawn.Training, train), drawn.Garments(seed, drawn.Test, test))
}

// rendered are datasets of what was drawn.
func rendered(name string, classes []string, seed uint64, train, test *drawn.Set) (trainSet, testSet *Dataset) {
	part := func(name string, s *drawn.Set) *Dataset {
		return &Dataset{
			Name:     name,
			Origin:   fmt.Sprintf("built in: drawn by the program, seed %d", seed),
			Classes:  slices.Clone(classes),
			Channels: 1, Height: drawn.Side, Width: drawn.Side,
			Images: s.Images, Labels: widened(s.Labels),
		}
	}
	return part(name+", training", train), part(name+", test", test)
}
