// Fashion trains a network to tell garments apart: the lesson's, on
// Fashion-MNIST, for five epochs.
//
//	go run ./cmd/fashion --help
package main

import "euryale/cmd/internal/cli"

func main() {
	cli.Main(cli.Lesson{
		Name:     "fashion",
		Short:    "Train a network to tell garments apart, and test it",
		Dataset:  "fashion",
		BuiltIn:  "rendered-garments",
		Epochs:   5,
		Prepared: "garment",
		Title:    "Garments",
		Thing:    "a garment",
	})
}
