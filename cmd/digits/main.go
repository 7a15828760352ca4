// Digits trains a network to read handwritten digits: the lesson's, on MNIST,
// until it is right on 99.8 % of the training images.
//
//	go run ./cmd/digits --help
package main

import "euryale/cmd/internal/cli"

func main() { cli.Main(cli.Digits()) }
