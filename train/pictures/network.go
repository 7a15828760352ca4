package pictures

import (
	"slices"
	"strings"

	"github.com/pkg/errors"

	"euryale/graph"
)

// ImageLayers are the layers whose output is an image, (C, H, W); none of a nil
// network.
func ImageLayers(net *graph.Network) []graph.Row {
	if net == nil {
		return nil
	}
	var rows []graph.Row
	names := net.LayerNames()
	for _, r := range net.Report().Rows { // those of several inputs are rows too
		if len(r.Output) == 3 && slices.Contains(names, r.Name) {
			rows = append(rows, r)
		}
	}
	return rows
}

// FirstKernels is the weight (F, C, k, k) of the network's first convolution;
// nil if there is none, or no network.
func FirstKernels(net *graph.Network) *graph.Param {
	if net == nil {
		return nil
	}
	return firstKernels(net.Params())
}

func firstKernels(params []*graph.Param) *graph.Param {
	for _, p := range params {
		if p.Value.Dims() == 4 && strings.HasSuffix(p.Name, ofKernels) {
			return p
		}
	}
	return nil
}

// ofKernels is how the name of a convolution's or a dense layer's kernels ends;
// before it is the layer's.
const ofKernels = "/kernel"

// CheckImages reports a network that takes something else than one image, so
// that there are no feature maps of it.
func CheckImages(net *graph.Network) error {
	if err := noNetwork(net); err != nil {
		return err
	}
	return oneImage(inputs(net))
}

// CheckClasses reports a network whose output is not a value for each class, so
// that it cannot be right or wrong about an image.
func CheckClasses(net *graph.Network) error {
	if err := noNetwork(net); err != nil {
		return err
	}
	return oneOfClasses(outputs(net))
}

// inputs are the shapes of what the network takes, of one sample.
func inputs(net *graph.Network) []graph.Shape { return shapesOf(net.Inputs()) }

// noNetwork reports one that is not there.
func noNetwork(net *graph.Network) error {
	if net == nil {
		return errors.New("want a network, got nil")
	}
	return nil
}

// outputs are the shapes of what it makes of one.
func outputs(net *graph.Network) []graph.Shape { return shapesOf(net.Outputs()) }

func shapesOf(ports []graph.Port) []graph.Shape {
	all := make([]graph.Shape, len(ports))
	for i, p := range ports {
		all[i] = p.Shape
	}
	return all
}

func oneImage(inputs []graph.Shape) error {
	if len(inputs) != 1 {
		return errors.Errorf("want a network with one input, an image, got %d inputs", len(inputs))
	}
	if len(inputs[0]) != 3 {
		return errors.Errorf("want a network that takes images (C, H, W), got one that takes %v", inputs[0])
	}
	return nil
}

func oneOfClasses(outputs []graph.Shape) error {
	if len(outputs) != 1 {
		return errors.Errorf("want a network with one output, a value for each class, got %d outputs", len(outputs))
	}
	if s := outputs[0]; len(s) != 1 || s[0] < 2 {
		return errors.Errorf("want a network whose output is a value for each of at least 2 classes, got one of shape %v", s)
	}
	return nil
}
