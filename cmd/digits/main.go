// Digits trains a network to read handwritten digits: the lesson's, on MNIST,
// until it is right on 99.8 % of the training images.
//
//	go run ./cmd/digits --help
package main

import "euryale/cmd/internal/cli"

func main() {
	cli.Main(cli.Lesson{
		Name:     "digits",
		Short:    "Train a network to read handwritten digits, and test it",
		Dataset:  "mnist",
		BuiltIn:  "rendered-digits",
		Epochs:   20,
		StopAt:   0.998,
		Prepared: "digit",
		Title:    "Handwritten digits",
		Thing:    "a digit",
	})
}
