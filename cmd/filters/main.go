// Filters shows convolution and pooling on a picture: a contact sheet of every
// filter, or the filters that one names.
//
//	go run ./cmd/filters --help
//
// It reads PNG, JPEG, GIF, WebP, BMP and TIFF files, upright as the camera was
// held, and writes PNG files: grey or in colour, of 8 or 16 bits, with the
// transparency and the colour profile of what it reads. On a contact sheet,
// transparent pictures lie on its ground.
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
