package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pkg/errors"

	"euryale/cmd/internal/command"
	"euryale/graph"
	"euryale/internal/near"
	"euryale/internal/npy"
)

// arrays runs a network on the arrays of files, and writes its outputs.
func (r *running) arrays(ctx context.Context, net *graph.Network, stdout io.Writer) error {
	paths, err := r.inputFiles(net)
	if err != nil {
		return err
	}
	names := outputFiles(r.output, net)
	for _, name := range names {
		if err := absent(name, r.force); err != nil {
			return err
		}
	}
	n, inputs, err := readInputs(net, paths)
	if err != nil {
		return err
	}
	b, err := newBatches(net, min(r.batch, n))
	if err != nil {
		return err
	}
	defer b.close()
	outputs, err := b.run(ctx, n, inputs)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(r.output, 0o755); err != nil {
		return err
	}
	for i, name := range names {
		shape := append([]int{n}, net.Outputs()[i].Shape...)
		a := arrayLike(net, shape, outputs[i])
		if err := absent(name, r.force); err != nil { // it may have come to be there meanwhile
			return err
		}
		if err := npy.WriteFile(name, a); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(stdout, "%s: %s %s\n", name, a.Dtype, shapeText(shape)); err != nil {
			return err
		}
	}
	return nil
}

// arrayLike is an array of the network's type.
func arrayLike(net *graph.Network, shape []int, values []float64) *npy.Array {
	if net.Config().Dtype == graph.Float64 {
		return npy.FromFloat64s(shape, values)
	}
	return npy.FromFloat32s(shape, narrowed(values))
}

// narrowed are values that were of float32, or of less.
func narrowed(values []float64) []float32 {
	narrow := make([]float32, len(values))
	for i, v := range values {
		narrow[i] = float32(v)
	}
	return narrow
}

// inputFiles are the files of the network's inputs, in their order: those with a
// name, and those without in the places that are left.
func (r *running) inputFiles(net *graph.Network) ([]string, error) {
	ports := net.Inputs()
	paths := make([]string, len(ports))
	var names, rest []string
	for _, p := range ports {
		names = append(names, p.Name)
	}
	for _, text := range r.inputs {
		i, path := -1, text
		// A name may hold a = itself.
		for at := range text {
			if text[at] == '=' && i < 0 {
				if i = slices.Index(names, text[:at]); i >= 0 {
					path = text[at+1:]
				}
			}
		}
		switch {
		case i < 0 && strings.Contains(text, "=") && !isThere(text):
			name, _, _ := strings.Cut(text, "=")
			return nil, command.Usagef("--input: want one of %s, got %q%s", strings.Join(names, ", "), name, near.Hint(name, "", names...))
		case i < 0:
			rest = append(rest, path)
		case paths[i] != "":
			return nil, command.Usagef("--input: want %s once, got it twice", names[i])
		case path == "":
			return nil, command.Usagef("--input: want the file of %s, got an empty name", names[i])
		default:
			paths[i] = path
		}
	}
	for i := range paths {
		if paths[i] == "" && len(rest) > 0 {
			paths[i], rest = rest[0], rest[1:]
		}
	}
	if i := slices.Index(paths, ""); i >= 0 || len(rest) > 0 {
		return nil, command.Usagef("--input: want %s, %s, got %d", command.Counted(len(ports), "file", "files"), strings.Join(names, ", "), len(r.inputs))
	}
	return paths, nil
}

func isThere(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// readInputs reads the samples of each input, of which there must be as many of all.
func readInputs(net *graph.Network, paths []string) (n int, inputs [][]float64, err error) {
	for i, port := range net.Inputs() {
		a, err := npy.ReadFile(paths[i])
		if err != nil {
			return 0, nil, err
		}
		if len(a.Shape) == 0 || !slices.Equal(a.Shape[1:], []int(port.Shape)) {
			return 0, nil, errors.Errorf("%s: input %s: want %s, got %s", paths[i], port.Name, batchText(port.Shape), shapeText(a.Shape))
		}
		switch {
		case a.Shape[0] == 0:
			return 0, nil, errors.Errorf("%s: input %s: want at least one sample, got none", paths[i], port.Name)
		case i > 0 && a.Shape[0] != n:
			return 0, nil, errors.Errorf("%s: input %s: want %d samples as of %s, got %d", paths[i], port.Name, n, net.Inputs()[0].Name, a.Shape[0])
		}
		n = a.Shape[0]
		values, err := valuesOf(net, a)
		if err != nil {
			return 0, nil, errors.WithMessage(err, paths[i])
		}
		inputs = append(inputs, values)
	}
	return n, inputs, nil
}

// valuesOf are an array's values, which must fit the network's type.
func valuesOf(net *graph.Network, a *npy.Array) ([]float64, error) {
	if net.Config().Dtype != graph.Float64 {
		if _, err := a.Float32s(); err != nil {
			return nil, err
		}
	}
	return a.Float64s()
}

// outputFiles are the files of the network's outputs: 00-dense_1.npy.
func outputFiles(dir string, net *graph.Network) []string {
	var all []string
	for i, port := range net.Outputs() {
		all = append(all, filepath.Join(dir, fmt.Sprintf("%02d-%s.npy", i, fileName(port.Name))))
	}
	return all
}

// fileName is a name without what file systems or shells take for something else.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r) {
			return r
		}
		return '_'
	}, name)
}
