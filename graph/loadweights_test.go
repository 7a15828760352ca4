package graph_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
	"euryale/internal/npy"
	"euryale/internal/safetensors"
)

// dense is a network of one dense layer, 2 → 3.
func denseNet(t *testing.T, dtype string) *graph.Network {
	t.Helper()
	c := graph.Config{Input: graph.Shape{2}}
	if dtype == "float64" {
		c.Dtype = graph.Float64
	}
	net, err := graph.New(c, graph.Dense{Units: 3})
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// others writes files as others do: PyTorch's names and (out, in), in each format.
func others(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	weight, bias := []float32{1, 2, 3, 4, 5, 6}, []float64{7, 8, 9}
	half := []byte{0x00, 0x3c, 0x00, 0x40, 0x00, 0x42, 0x00, 0x44, 0x00, 0x45, 0x00, 0x46} // 1 to 6 in F16
	paths := map[string]string{}
	for name, f := range map[string]*safetensors.File{
		"f32": {Tensors: []safetensors.Tensor{safetensors.FromFloat32s("fc.weight", []int{3, 2}, weight), safetensors.FromFloat64s("fc.bias", []int{3}, bias)}},
		"f16": {Tensors: []safetensors.Tensor{{Name: "fc.weight", Dtype: safetensors.F16, Shape: []int{3, 2}, Data: half}, safetensors.FromInt64s("fc.bias", []int{3}, []int64{7, 8, 9})}},
	} {
		paths[name] = filepath.Join(dir, name+".safetensors")
		if err := safetensors.WriteFile(paths[name], f); err != nil {
			t.Fatal(err)
		}
	}
	paths["npz"] = filepath.Join(dir, "weights.npz")
	err := npy.WriteNPZFile(paths["npz"], []npy.Entry{
		{Name: "fc.weight", Array: npy.FromFloat32s([]int{3, 2}, weight)}, {Name: "fc.bias", Array: npy.FromFloat64s([]int{3}, bias)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

var torchNames = map[string]graph.WeightSource{
	"dense_1/kernel": {Name: "fc.weight", Axes: []int{1, 0}},
	"dense_1/bias":   {Name: "fc.bias"},
}

func TestLoadWeights(t *testing.T) {
	want32 := map[string]any{"dense_1/kernel": []float32{1, 3, 5, 2, 4, 6}, "dense_1/bias": []float32{7, 8, 9}}
	want64 := map[string]any{"dense_1/kernel": []float64{1, 3, 5, 2, 4, 6}, "dense_1/bias": []float64{7, 8, 9}}
	for name, path := range others(t) {
		for dtype, want := range map[string]map[string]any{"float32": want32, "float64": want64} {
			net := denseNet(t, dtype)
			if err := net.LoadWeights(path, torchNames); err != nil {
				t.Fatal(name, err)
			}
			if diff := cmp.Diff(want, valuesOf(net)); diff != "" {
				t.Errorf("%s, %s: %s", name, dtype, diff)
			}
		}
	}
}

// A kernel of Keras, (h, w, in, out), and a bias alone out of an array.
func TestLoadWeightsAxes(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{2, 4, 4}}, graph.Conv2D{Filters: 2, Kernel: graph.Rect(1, 3)})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var keras []float32 // 1000·out + 100·in + column
	for column := range 3 {
		for in := range 2 {
			for out := range 2 {
				keras = append(keras, float32(1000*out+100*in+column))
			}
		}
	}
	path := filepath.Join(dir, "keras.npz")
	if err := npy.WriteNPZFile(path, []npy.Entry{{Name: "k", Array: npy.FromFloat32s([]int{1, 3, 2, 2}, keras)}}); err != nil {
		t.Fatal(err)
	}
	if err := net.LoadWeights(path, map[string]graph.WeightSource{"conv2d_1/kernel": {Name: "k", Axes: []int{3, 2, 0, 1}}}); err != nil {
		t.Fatal(err)
	}
	alone := filepath.Join(dir, "bias.npy")
	if err := npy.WriteFile(alone, npy.FromFloat32s([]int{2}, []float32{5, 6})); err != nil {
		t.Fatal(err)
	}
	if err := net.LoadWeights(alone, map[string]graph.WeightSource{"conv2d_1/bias": {}}); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"conv2d_1/kernel": []float32{0, 1, 2, 100, 101, 102, 1000, 1001, 1002, 1100, 1101, 1102}, "conv2d_1/bias": []float32{5, 6}}
	if diff := cmp.Diff(want, valuesOf(net)); diff != "" {
		t.Error(diff)
	}
}

// What Save writes is read under our own names.
func TestLoadWeightsOurs(t *testing.T) {
	net := nudged(smallNet(t))
	path := filepath.Join(t.TempDir(), "net.safetensors")
	if err := net.Save(path); err != nil {
		t.Fatal(err)
	}
	again := smallNet(t)
	if err := again.LoadWeights(path, nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(valuesOf(net), valuesOf(again)); diff != "" {
		t.Error(diff)
	}
}

func TestLoadWeightsWrong(t *testing.T) {
	path := others(t)["f32"]
	damaged := filepath.Join(t.TempDir(), "damaged.npz")
	if err := os.WriteFile(damaged, []byte("PK"), 0o644); err != nil {
		t.Fatal(err)
	}
	bias := torchNames["dense_1/bias"]
	for _, c := range []struct {
		path string
		from map[string]graph.WeightSource
		want string
	}{
		{path, nil, `f32.safetensors: dense_1/bias: want a tensor "dense_1/bias", got a file of fc.bias, fc.weight`},
		{path, map[string]graph.WeightSource{"dense_1/bias": bias, "dense_1/kernel": {Name: "fc.weight"}}, `dense_1/kernel: want (2, 3), got (3, 2) of "fc.weight"`},
		{path, map[string]graph.WeightSource{"dense_1/bias": bias, "dense_1/kernel": {Name: "fc.weight", Axes: []int{1, 1}}}, `want Axes that name each of the 2 of "fc.weight" once, got [1 1]`},
		{path, map[string]graph.WeightSource{"dense_1/bias": bias, "dense_9/kernel": bias}, `the network has no parameter "dense_9/kernel"`},
		{damaged, torchNames, "damaged.npz"},
		{path + "x", torchNames, "no such file"},
	} {
		net := denseNet(t, "float32")
		before := valuesOf(net)
		if err := net.LoadWeights(c.path, c.from); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("want %q, got %v", c.want, err)
		}
		if diff := cmp.Diff(before, valuesOf(net)); diff != "" {
			t.Errorf("%s: the weights have changed: %s", c.want, diff)
		}
	}
}
