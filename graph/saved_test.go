package graph_test

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorgonia.org/tensor"

	"euryale/graph"
)

// TestSavedFor: a file's weights for a network that there is, which is left alone.
func TestSavedFor(t *testing.T) {
	for name, net := range printed(t) {
		t.Run(name, func(t *testing.T) {
			b := written(t, net)
			nudged(net).SetSteps(3)
			now := written(t, net)
			s, err := graph.DecodeSaved(b)
			if err != nil {
				t.Fatal(err)
			}
			weights, others, err := s.For(net)
			if err != nil {
				t.Fatal(err)
			}
			if len(weights) != len(net.Params()) || len(others) != 0 || s.Steps != 0 {
				t.Fatalf("want %d weights, nothing else and 0 steps, got %d, %d and %d", len(net.Params()), len(weights), len(others), s.Steps)
			}
			if !bytes.Equal(now, written(t, net)) {
				t.Error("want the network as it was")
			}
			for i, p := range net.Params() {
				copyValues(p.Value, weights[i])
			}
			net.SetSteps(s.Steps)
			if !bytes.Equal(b, written(t, net)) {
				t.Error("want the weights of the file")
			}
		})
	}
}

func copyValues(to, from *tensor.Dense) {
	switch to := to.Data().(type) {
	case []float32:
		copy(to, from.Data().([]float32))
	case []float64:
		copy(to, from.Data().([]float64))
	}
}

func TestSavedDetails(t *testing.T) {
	net := smallNet(t)
	if err := net.SetDetails(details()); err != nil {
		t.Fatal(err)
	}
	with := details()
	with.Figures = map[string]float64{"of this file": 1}
	with.Tensors = map[string]*tensor.Dense{"more": tensor.New(tensor.WithShape(2), tensor.WithBacking([]float64{1, 2}))}
	path := filepath.Join(t.TempDir(), "net.safetensors")
	f, err := os.Create(path)
	if err == nil {
		err = net.WriteWith(f, with)
	}
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	s, err := graph.ReadSaved(path)
	if err != nil {
		t.Fatal(err)
	}
	_, others, err := s.For(net)
	if err != nil || len(others) != 1 || others["more"].Data().([]float64)[1] != 2 {
		t.Errorf("want the tensors besides, got %v and error %v", others, err)
	}
	want := with
	want.Tensors = nil
	if diff := cmp.Diff(want, s.Details); diff != "" {
		t.Errorf("details (-want +got):\n%s", diff)
	}
	if got := net.Details(); got.Figures["of this file"] != 0 {
		t.Errorf("want the network's details as they were, got %v", got)
	}
	with.Figures["bad"] = math.NaN()
	if err := net.WriteWith(&bytes.Buffer{}, with); err == nil {
		t.Error("want an error of details that do not fit")
	}
}

// TestSavedForAnother names what is another.
func TestSavedForAnother(t *testing.T) {
	input := graph.Shape{1, 6, 6}
	dense := []graph.Layer{graph.Flatten{}, graph.Dense{Units: 4}, graph.Dense{Units: 2}}
	make := func(c graph.Config, layers ...graph.Layer) *graph.Network {
		net, err := graph.New(c, layers...)
		if err != nil {
			t.Fatal(err)
		}
		return net
	}
	s, err := graph.DecodeSaved(written(t, make(graph.Config{Name: "a", Input: input, Seed: 1}, dense...)))
	if err != nil {
		t.Fatal(err)
	}
	for want, net := range map[string]*graph.Network{
		"": make(graph.Config{Name: "a", Input: input, Seed: 1}, dense...),
		`want the network "a", as in the file, got "b"`:                                                             make(graph.Config{Name: "b", Input: input, Seed: 1}, dense...),
		"seed of the network: want 1, as in the file, got 2":                                                        make(graph.Config{Name: "a", Input: input, Seed: 2}, dense...),
		"dtype of the network: want F32, as in the file, got F64":                                                   make(graph.Config{Name: "a", Input: input, Seed: 1, Dtype: graph.Float64}, dense...),
		"engine of the network: want default, as in the file, got gorgonia":                                         make(graph.Config{Name: "a", Input: input, Seed: 1, Engine: graph.Gorgonia}, dense...),
		"inputs of the network: want [{input [1 6 6]}], as in the file, got [{input [36]}]":                         make(graph.Config{Name: "a", Input: graph.Shape{36}, Seed: 1}, dense...),
		"layers of the network: want 3, as in the file, got 2":                                                      make(graph.Config{Name: "a", Input: input, Seed: 1}, dense[:2]...),
		"layer 2 of the network: want Dense{Units: 4} (dense_1), as in the file, got Dense{Units: 5} (dense_1)":     make(graph.Config{Name: "a", Input: input, Seed: 1}, graph.Flatten{}, graph.Dense{Units: 5}, dense[2]),
		`layer 1 of the network: want Flatten{} (flatten_1), as in the file, got {"graph_test.Scale":{}} (scale_1)`: make(graph.Config{Name: "a", Input: input, Seed: 1}, Scale{}, graph.Flatten{}, dense[2]),
		"want a network, got one of nothing":                                                                        {},
	} {
		_, _, err := s.For(net)
		if got := errorText(err); got != want && (want == "" || !strings.HasPrefix(got, want)) {
			t.Errorf("want %q, got %q", want, got)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
