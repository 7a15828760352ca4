package graph_test

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"euryale/graph"
)

// ownTypes are the layers, joiners and functions that this package's networks have
// besides the package's.
var ownTypes = []any{Block{}, Scale{}, Standard{}, Gate{}, graph.Func(square)}

// nudged gives each parameter another value, as training does.
func nudged(net *graph.Network) *graph.Network {
	for i, p := range net.Params() {
		switch w := p.Value.Data().(type) {
		case []float32:
			for j := range w {
				w[j] += float32(i+j) / 1024
			}
		case []float64:
			for j := range w {
				w[j] += float64(i+j) / 1024
			}
		}
		p.Changed()
	}
	return net
}

// written are the bytes of a network's file.
func written(t testing.TB, net *graph.Network) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := net.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// read is the network in the bytes of a file.
func read(b []byte, own ...any) (*graph.Network, error) {
	return graph.LoadFS(fstest.MapFS{"net.safetensors": {Data: b}}, "net.safetensors", own...)
}

// What is loaded is what was saved: as it is printed, reported and planned, and each
// parameter's bits; and it is saved again as the same bytes.
func TestLoadIsWhatWasSaved(t *testing.T) {
	for name, net := range printed(t) {
		t.Run(name, func(t *testing.T) {
			nudged(net).SetSteps(42)
			b := written(t, net)
			again, err := read(b, ownTypes...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(description(net), description(again)); diff != "" {
				t.Errorf("saved, loaded: %s", diff)
			}
			if again.Steps() != 42 || again.Config().Seed != net.Config().Seed {
				t.Errorf("want 42 steps and seed %d, got %d and %d", net.Config().Seed, again.Steps(), again.Config().Seed)
			}
			if !bytes.Equal(b, written(t, again)) {
				t.Error("saved again, the file is another")
			}
		})
	}
}

func details() graph.Details {
	return graph.Details{
		Classes:  []string{"shirt", "Ärmel", "boot"},
		Input:    graph.Scaling{Mean: []float64{0.5}, Deviation: []float64{0.25}},
		Settings: json.RawMessage(`{"epochs":3}`),
		Figures:  map[string]float64{"test accuracy": 0.875, "loss": 1e-9},
		Tensors:  map[string]*tensor.Dense{"optimiser/m": tensor.New(tensor.WithShape(2, 1), tensor.WithBacking([]float64{1, -2}))},
		Metadata: map[string]string{"author": "Ada", "": "empty"},
	}
}

func smallNet(t testing.TB) *graph.Network {
	t.Helper()
	net, err := graph.New(graph.Config{Name: "small", Input: graph.Shape{1, 4, 4}, Seed: 3},
		graph.Conv2D{Filters: 2, Kernel: 3, Activation: graph.ReLU}, graph.BatchNorm{}, graph.Flatten{}, graph.Dense{Units: 3, Activation: graph.Softmax})
	if err != nil {
		t.Fatal(err)
	}
	return net
}

func TestDetails(t *testing.T) {
	net := smallNet(t)
	if err := net.SetDetails(details()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "small.safetensors")
	if err := net.Save(path); err != nil {
		t.Fatal(err)
	}
	again, err := graph.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	equal := cmp.Comparer(func(a, b *tensor.Dense) bool { return a.Shape().Eq(b.Shape()) && cmp.Equal(a.Data(), b.Data()) })
	if diff := cmp.Diff(details(), again.Details(), equal); diff != "" {
		t.Error(diff)
	}
	again.Details().Classes[0] = "changed"
	if got := again.Details().Classes[0]; got != "shirt" {
		t.Errorf("want details of one's own, got %q changed from outside", got)
	}
}

func TestDetailsWrong(t *testing.T) {
	for want, change := range map[string]func(d *graph.Details){
		"want names of the 3 classes of dense_1, got 2":                           func(d *graph.Details) { d.Classes = d.Classes[:2] },
		"want Settings in JSON":                                                   func(d *graph.Details) { d.Settings = json.RawMessage("{") },
		"want finite Figures, got loss = NaN":                                     func(d *graph.Details) { d.Figures["loss"] = math.NaN() },
		`do not begin with "euryale", got "euryale.x"`:                            func(d *graph.Details) { d.Metadata["euryale.x"] = "" },
		`that no parameter has, got "dense_1/bias"`:                               func(d *graph.Details) { d.Tensors["dense_1/bias"] = d.Tensors["optimiser/m"] },
		`Tensors of Float32 or Float64, got another as "t"`:                       func(d *graph.Details) { d.Tensors["t"] = tensor.New(tensor.WithBacking([]int{1})) },
		"want an Input.Mean and an Input.Deviation of 1 or 1 channels, got 3 and": func(d *graph.Details) { d.Input.Mean = []float64{1, 2, 3} },
		"above 0":                  func(d *graph.Details) { d.Input.Deviation = []float64{0} },
		"want a finite Input.Most": func(d *graph.Details) { d.Input.Most = math.NaN() },
	} {
		d := details()
		change(&d)
		net := smallNet(t)
		if err := net.SetDetails(d); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
		if len(net.Details().Classes) > 0 {
			t.Errorf("%s: the details are there", want)
		}
	}
}

// Every type that may stand in a declaration is one that files may name.
func TestEveryTypeLoads(t *testing.T) {
	known := graph.LayerTypes()
	seen := 0
	for method, parameters := range map[string]int{"Build": 2, "Join": 2, "Draw": 3, "rates": 0} {
		for name := range built(t, method, parameters) {
			seen++
			if !slices.Contains(known, name) {
				t.Errorf("%s has a %s, and no file may name it", name, method)
			}
		}
	}
	if seen < 30 {
		t.Errorf("want all types, found %d", seen)
	}
}

// hidden is a layer with a field that no file can hold.
type hidden struct{ slope float64 }

func (h hidden) String() string { return "hidden" }
func (h hidden) Build(_ *graph.Scope, x *graph.Value) *graph.Value {
	return x.Then(graph.LeakyReLU{Slope: h.slope})
}

// scaledBy is a closure: what it multiplies by is in no file.
func scaledBy(k float32) graph.Func {
	return func(x *G.Node) (*G.Node, error) { return G.Mul(x, G.NewConstant(k)) }
}

// anything is a layer with a field that may hold anything.
type anything struct{ Of any }

func (a anything) String() string                                    { return "anything" }
func (a anything) Build(_ *graph.Scope, x *graph.Value) *graph.Value { return x.Then(graph.ReLU) }

// What Load could not read back, or would read back as something else, is not saved.
func TestSaveUnknown(t *testing.T) {
	for want, l := range map[string]graph.Layer{
		"a function without a name of its own": scaledBy(2),
		"field Of: it holds a int":             anything{5},
		"field Of: it holds graph_test.Test":   anything{Of: graph.Func(func(x *G.Node) (*G.Node, error) { return x, nil })},
	} {
		net, err := graph.New(graph.Config{Input: graph.Shape{3}}, graph.Dense{Units: 2}, l)
		if err != nil {
			t.Fatal(err)
		}
		if err := net.Write(io.Discard); err == nil || !strings.Contains(err.Error(), strings.ReplaceAll(want, "graph_test.Test", "euryale/graph_test.TestSaveUnknown.func")) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

// Tensors whose data are not their numbers in order are told so, and not rearranged.
func TestDetailsViews(t *testing.T) {
	turned := tensor.New(tensor.WithShape(2, 3), tensor.WithBacking([]float32{1, 2, 3, 4, 5, 6}))
	if err := turned.T(); err != nil {
		t.Fatal(err)
	}
	view, err := tensor.New(tensor.WithShape(3, 3), tensor.WithBacking(make([]float32, 9))).Slice(tensor.S(0, 2), tensor.S(0, 2))
	if err != nil {
		t.Fatal(err)
	}
	for name, d := range map[string]*tensor.Dense{
		"transpose": turned,
		"columns":   tensor.New(tensor.WithShape(2, 3), tensor.AsFortran([]float32{1, 4, 2, 5, 3, 6})),
		"view":      view.(*tensor.Dense),
		"scalar":    tensor.New(tensor.FromScalar(float32(3))),
		"empty":     tensor.New(tensor.Of(tensor.Float32), tensor.WithShape(0, 3)),
	} {
		err := smallNet(t).SetDetails(graph.Details{Tensors: map[string]*tensor.Dense{"t": d}})
		if err == nil || !strings.Contains(err.Error(), "row by row") {
			t.Errorf("%s: want an error, got %v", name, err)
		}
	}
}

func TestSaveWrong(t *testing.T) {
	net, err := graph.New(graph.Config{Input: graph.Shape{3}}, graph.Dense{Units: 2}, hidden{0.5})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "net.safetensors")
	if err := os.WriteFile(path, []byte("what was there"), 0o644); err != nil {
		t.Fatal(err)
	}
	want := "cannot save " + path + ": hidden_1: field slope of graph_test.hidden is not exported"
	if err := net.Save(path); err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("want %q, got %v", want, err)
	}
	if b, _ := os.ReadFile(path); string(b) != "what was there" {
		t.Errorf("the file that was there is %q", b)
	}
	if err := smallNet(t).Save(filepath.Join(path, "x")); err == nil {
		t.Error("saved into a file as if that were a folder")
	}
	if err := (&graph.Network{}).Save(path); err == nil {
		t.Error("saved a network of nothing")
	}
}
