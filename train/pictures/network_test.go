package pictures

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"

	"euryale/graph"
)

func TestOneImage(t *testing.T) {
	for want, inputs := range map[string][]graph.Shape{
		"": {{1, 28, 28}},
		"want a network with one input, an image, got 2 inputs":                       {{1, 28, 28}, {1, 28, 28}},
		"want a network that takes images (C, H, W), got one that takes (784)":        {{784}},
		"want a network that takes images (C, H, W), got one that takes (3, 8, 8, 8)": {{3, 8, 8, 8}},
	} {
		if diff := cmp.Diff(want, message(oneImage(inputs))); diff != "" {
			t.Errorf("%v (-want +got):\n%s", inputs, diff)
		}
	}
}

func TestOneOfClasses(t *testing.T) {
	for want, outputs := range map[string][]graph.Shape{
		"": {{10}},
		"want a network with one output, a value for each class, got 2 outputs":                             {{10}, {4}},
		"want a network whose output is a value for each of at least 2 classes, got one of shape (1)":       {{1}},
		"want a network whose output is a value for each of at least 2 classes, got one of shape (2, 6, 6)": {{2, 6, 6}},
	} {
		if diff := cmp.Diff(want, message(oneOfClasses(outputs))); diff != "" {
			t.Errorf("%v (-want +got):\n%s", outputs, diff)
		}
	}
}

// message is that of an error, "" without.
func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestRefusals has networks of today that a picture cannot show.
func TestRefusals(t *testing.T) {
	segments := network(t, grey8, graph.Conv2D{Filters: 2, Kernel: 3})
	wantError(t, CheckClasses(segments), "want a network whose output is a value for each of at least 2 classes, got one of shape (2, 6, 6)")
	plain := network(t, graph.Config{Input: graph.Shape{8}}, graph.Dense{Units: 3})
	_, err := FeatureMaps(plain, shapes(3, 1, 8), FeatureConfig{})
	wantError(t, err, "feature maps: want a network that takes images (C, H, W), got one that takes (8)")
	if err := CheckClasses(network(t, grey8)); err != nil {
		t.Error(err)
	}
	if err := CheckImages(network(t, grey8)); err != nil {
		t.Error(err)
	}
}

// TestFirstKernels must not take any weight of four dimensions for kernels.
func TestFirstKernels(t *testing.T) {
	weight := func(name string, shape ...int) *graph.Param {
		return &graph.Param{Name: name, Value: tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(shape...))}
	}
	scale := weight("norm_1/scale", 1, 3, 1, 1)
	dense := weight("dense_1/kernel", 3, 4)
	first := weight("block_1/conv2d_1/kernel", 2, 3, 3, 3)
	if got := firstKernels([]*graph.Param{scale, dense, first, weight("conv2d_2/kernel", 2, 2, 3, 3)}); got != first {
		t.Errorf("want %s, got %v", first.Name, got)
	}
	if got := firstKernels([]*graph.Param{scale, dense}); got != nil {
		t.Errorf("want none, got %s", got.Name)
	}
	if got, want := kernelsHeading(first), "block_1/conv2d_1: 2 filters 3×3×3"; got != want {
		t.Errorf("want %q, got %q", want, got)
	}
}
