package cli

import (
	"fmt"
	"strings"

	"github.com/pkg/errors"

	"euryale/cmd/internal/command"
	"euryale/graph"
)

// pixels is the shape that pictures are prepared for.
var pixels = graph.Shape{1, 28, 28}

// loadTrained is the network in the file of --load, which tells classes of
// pictures apart.
func loadTrained(cmd, path string) (*graph.Network, error) {
	if path == "" {
		return nil, command.Usagef("%s: want the file of a trained network, --load FILE, got none", cmd)
	}
	net, err := graph.Load(path)
	if err != nil {
		return nil, errors.WithMessage(err, "--load")
	}
	in, out := net.Inputs(), net.Outputs()
	if len(in) != 1 || !in[0].Shape.Eq(pixels) {
		return nil, errors.Errorf("--load: %s: want a network of one input %v, got %s", path, pixels, shapes(in))
	}
	if len(out[0].Shape) != 1 || out[0].Shape[0] < 2 {
		return nil, errors.Errorf("--load: %s: want a network of classes, got the output %v", path, out[0].Shape)
	}
	return net, nil
}

// shapes are those of ports, in words.
func shapes(ports []graph.Port) string {
	var all []string
	for _, p := range ports {
		all = append(all, fmt.Sprint(p.Shape))
	}
	return strings.Join(all, ", ")
}
