package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/pkg/errors"
	"github.com/spf13/cobra"

	"euryale/cmd/internal/command"
	"euryale/graph"
	"euryale/internal/atomicfile"
	"euryale/internal/npy"
	"euryale/internal/scalar"
)

// conversion is how to write a file in another form.
type conversion struct {
	force  bool
	shapes shapes
}

// convertCommand writes a file in the form that a name's ending tells.
func convertCommand() *cobra.Command {
	var c conversion
	cmd := &cobra.Command{
		Use:   "convert IN OUT",
		Short: "Write a network as .safetensors, .onnx or .npz",
		Long: `Write a network in the form that the ending of OUT tells: .safetensors, this
module's, with all that is known of it; .onnx, for ONNX Runtime and its like; or
.npz, the parameters alone. Tensors without layers become .npz.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := files(args, "a file to read and one to write", 2); err != nil {
				return err
			}
			if err := c.check(args[1]); err != nil {
				return err
			}
			m, err := open(args[0], c.shapes)
			if err == nil {
				err = cmd.Context().Err()
			}
			if err != nil {
				return err
			}
			if err := c.write(m, args[1], cmd.ErrOrStderr()); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "Wrote %s\n", args[1])
			return err
		},
	}
	cmd.Flags().BoolVar(&c.force, "force", false, "replace OUT if it exists")
	c.shapes.add(cmd.Flags())
	return cmd
}

// check reports, before anything is read, what cannot be written.
func (c *conversion) check(out string) error {
	switch ending(out) {
	case ".safetensors", ".onnx", ".npz":
		if err := absent(out, c.force); err != nil {
			return err
		}
		return atomicfile.Check(out)
	}
	return command.Usagef("want a file to write that ends in .safetensors, .onnx or .npz, got %s", out)
}

// absent reports a file that would be lost, unless it is to be replaced. A pipe or a
// device is not.
func absent(path string, replace bool) error {
	info, err := os.Stat(path)
	if err != nil {
		info, err = os.Lstat(path) // a link to nothing would be lost, too
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.IsDir():
		return errors.Errorf("%s: want a file, got a folder", path)
	case !replace && (info.Mode().IsRegular() || info.Mode().Type() == fs.ModeSymlink):
		return errors.Errorf("%s exists: write elsewhere, or replace it with --force", path)
	}
	return nil
}

func (c *conversion) write(m *model, out string, stderr io.Writer) error {
	switch {
	case ending(out) == ".npz":
		return writeNPZ(m, out, stderr)
	case m.net == nil:
		return errors.Errorf("%s: want a network, got tensors alone: the file says nothing of layers, and can become a .npz alone", m.path)
	case ending(out) == ".onnx":
		tellLost(m.net, stderr)
		return m.net.SaveONNX(out)
	}
	return m.net.Save(out)
}

// tellLost says what an ONNX model does not keep.
func tellLost(net *graph.Network, stderr io.Writer) {
	d := net.Details()
	var lost []string
	for _, l := range []struct {
		name string
		is   bool
	}{
		{"the settings of training", len(d.Settings) > 0},
		{"figures", len(d.Figures) > 0},
		{"tensors beside the parameters", len(d.Tensors) > 0},
		{"the number of steps", net.Steps() > 0},
	} {
		if l.is {
			lost = append(lost, l.name)
		}
	}
	if len(lost) > 0 {
		fmt.Fprintf(stderr, "model: left out, since ONNX has no place for it: %s\n", strings.Join(lost, ", "))
	}
}

// writeNPZ writes the arrays of a file, those of a type that NumPy lacks as
// float32.
func writeNPZ(m *model, out string, stderr io.Writer) error {
	var entries []npy.Entry
	for _, a := range m.tensors {
		e, err := a.entry()
		if err != nil {
			return errors.WithMessagef(err, "%s: %s", m.path, a.name)
		}
		entries = append(entries, npy.Entry{Name: a.name, Array: e})
	}
	if m.net != nil {
		fmt.Fprintln(stderr, "model: left out, since .npz has no place for it: the layers")
	}
	return npy.WriteNPZFile(out, entries)
}

// entry is an array as NumPy has it.
func (a array) entry() (*npy.Array, error) {
	for t := scalar.Bool; t <= scalar.Float64; t++ {
		if t.String() == a.dtype && t != scalar.BFloat16 {
			return &npy.Array{Shape: a.shape, Dtype: t, Data: a.bytes()}, nil
		}
	}
	if a.dtype != scalar.BFloat16.String() {
		return nil, errors.Errorf("want a type that NumPy has, got %s", a.dtype)
	}
	wide, err := a.floats()
	if err != nil {
		return nil, err
	}
	return npy.FromFloat32s(a.shape, narrowed(wide)), nil
}
