// Filters shows convolution and pooling on a picture: a contact sheet of every
// filter, or the filters that one names.
//
//	go run ./cmd/filters --help
//
// It reads PNG and JPEG files, grey or in colour, and writes PNG files of the
// same depth. Transparency is kept. What a JPEG file says about how the camera was held is
// not looked at: pixels are as they are stored.
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
