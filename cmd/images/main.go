// Images trains a network to tell pictures of one's own apart: a folder of them, an
// archive, a list or arrays.
//
//	go run ./cmd/images --data DIR
//	go run ./cmd/images --help
package main

import "euryale/cmd/internal/cli"

func main() { cli.Main(cli.Images()) }
