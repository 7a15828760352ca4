package main

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"euryale/cmd/internal/command"
)

// rootCommand does nothing without one of its subcommands.
func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "model",
		Short: "Look into files of networks, compare, convert and run them",
		Long: `Look into files of networks, compare, convert and run them.

A FILE is one of this module's, .safetensors, or an ONNX model, .onnx; of the
.safetensors, .npz and .npy files of others, inspect, diff and convert take the
tensors.`,
		Example: strings.Trim(`
  model inspect --plan net.safetensors
  model run net.onnx cat.jpg dog.png
  model convert net.onnx net.safetensors`, "\n"),
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return command.Unknown(cmd, args[0])
			}
			return nil
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return command.NotEmpty(cmd.Flags()) },
		RunE: func(cmd *cobra.Command, _ []string) error {
			return command.Usagef("want a command, such as 'model inspect FILE'")
		},
	}
	root.AddCommand(inspectCommand(), diffCommand(), convertCommand(), runCommand(), benchCommand(), serveCommand())
	return root
}

// files reports other than n arguments, or an empty one.
func files(args []string, want string, n int) error {
	if len(args) != n {
		return command.Usagef("want %s, got %d arguments", want, len(args))
	}
	for _, a := range args {
		if a == "" {
			return command.Usagef("want %s, got an empty name", want)
		}
	}
	return nil
}

// writeJSON writes v, indented.
func writeJSON(w io.Writer, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}
