// Model looks into files of networks, compares, converts and runs them.
//
//	go run ./cmd/model --help
//
// It reads networks out of the .safetensors files of this module and out of .onnx
// files of any, and of the .safetensors, .npz and .npy files of others the tensors.
package main

import (
	"context"
	"io"

	"euryale/cmd/internal/command"
)

func main() { command.Main(run) }

// run runs the command and returns its exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	return command.Run(ctx, rootCommand(), args, stdout, stderr)
}
