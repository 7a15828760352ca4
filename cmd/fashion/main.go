// Fashion trains a network to tell garments apart: the lesson's, on
// Fashion-MNIST, for five epochs.
//
//	go run ./cmd/fashion --help
package main

import "euryale/cmd/internal/cli"

func main() { cli.Main(cli.Fashion()) }
