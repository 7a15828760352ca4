package graph_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
	"euryale/nets"
)

// description is all that is printed of a network, its parameters, and a hash
// of their values.
func description(net *graph.Network) string {
	h := sha256.New()
	var b strings.Builder
	fmt.Fprint(&b, net, net.Report(), net.Inputs(), net.Outputs(), "\n")
	for _, p := range net.Params() {
		fmt.Fprintln(&b, p.Name, p.Value.Shape(), p.Role)
		if err := binary.Write(h, binary.LittleEndian, p.Value.Data()); err != nil {
			panic(err)
		}
	}
	fmt.Fprintf(&b, "%x\n", h.Sum(nil)[:8])
	return b.String()
}

// describe is the same in the program that is written.
const describe = `
func description(net *graph.Network) string {
	h := sha256.New()
	var b strings.Builder
	fmt.Fprint(&b, net, net.Report(), net.Inputs(), net.Outputs(), "\n")
	for _, p := range net.Params() {
		fmt.Fprintln(&b, p.Name, p.Value.Shape(), p.Role)
		if err := binary.Write(h, binary.LittleEndian, p.Value.Data()); err != nil {
			panic(err)
		}
	}
	fmt.Fprintf(&b, "%x\n", h.Sum(nil)[:8])
	return b.String()
}

func must(net *graph.Network, err error) *graph.Network {
	if err != nil {
		panic(err)
	}
	return net
}

// Networks that layers refer to.
var base = must(makeBase())
`

// here is what a program of package main writes for what this package holds.
func here(code string) string { return strings.ReplaceAll(code, "graph_test.", "") }

// printed are networks whose code is to make them again.
func printed(t *testing.T) map[string]*graph.Network {
	t.Helper()
	all := map[string]*graph.Network{}
	for _, name := range nets.Names() {
		net, err := nets.New(name, nets.Config{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		all[name] = net
	}
	for _, d := range declarations {
		all[d.name] = d.network(t, graph.Config{Seed: 1}, graph.Input)
	}
	all["everything set"] = everythingSet(t)
	all["awkward names"] = awkwardNames(t)
	all["shadowed"] = shadowed(t)
	return all
}

// everythingSet has a value in each field of each layer, and of Config.
func everythingSet(t *testing.T) *graph.Network {
	t.Helper()
	net, err := graph.New(graph.Config{Name: `a "name"`, Input: graph.Shape{2, 12, 12}, Seed: 1 << 63, Dtype: graph.Float64, Engine: graph.Gorgonia},
		graph.Conv2D{Filters: 3, Kernel: 3, Stride: 2, Padding: 2, Dilation: 2, NoBias: true, Activation: &graph.LeakyReLU{Slope: 0.01}, Init: graph.HeNormal},
		graph.Conv2D{Filters: 6, Kernel: graph.Rect(2, 1), Stride: graph.Rect(1, 2), Padding: graph.Pads(1, 0, 0, 0), Dilation: graph.Rect(1, 3), Groups: 3},
		graph.DepthwiseConv2D{Kernel: 2, Multiplier: 2, Stride: graph.Rect(2, 1), Padding: 2, Dilation: 2, NoBias: true, Activation: graph.ReLU, Init: graph.HeUniform},
		graph.SeparableConv2D{Filters: 4, Kernel: 2, Multiplier: 2, Stride: 1, Padding: graph.Same, Dilation: 2, NoBias: true, Activation: graph.ReLU, Init: graph.HeUniform},
		graph.Conv2DTranspose{Filters: 6, Kernel: 2, Stride: 2, Padding: 1, OutputPadding: 1, Dilation: 2, Groups: 2, NoBias: true, Activation: graph.ReLU, Init: graph.HeUniform},
		graph.Conv2D{Filters: 3, Kernel: 1},
		graph.MaxPool2D{Size: 3, Stride: 1, Padding: graph.Same}, graph.BatchNorm{Momentum: 0.5, Epsilon: 1e-5, NoScale: true, NoShift: true},
		graph.LayerNorm{Epsilon: 1e-5, Whole: true, NoScale: true, NoShift: true}, graph.GroupNorm{Groups: 3, Epsilon: 1e-5, NoScale: true, NoShift: true},
		graph.InstanceNorm{Epsilon: 1e-5, NoScale: true, NoShift: true}, graph.Dropout{Rate: 0.25}, graph.SpatialDropout2D{Rate: 0.5}, graph.GaussianNoise{Deviation: 0.125},
		graph.Branches{Join: graph.Maximum, Of: []graph.Layer{graph.Tanh, graph.Chain{graph.Sigmoid}, &graph.Conv2D{Filters: 3, Kernel: 1}}},
		graph.Named{Name: "stage", Layer: graph.Chain{graph.Residual{Body: graph.Chain{graph.ReLU}, Shortcut: graph.Chain{graph.Func(square)}, Activation: graph.Tanh}}},
		graph.MaxPool2D{Size: graph.Rect(2, 1), Stride: graph.Rect(1, 2), Padding: graph.Pads(1, 0, 0, 0), Dilation: graph.Rect(1, 2), Ceil: true},
		graph.AveragePool2D{Size: 3, Stride: 1, Padding: 1, Ceil: true, CountPadding: true},
		graph.Upsample{Factor: graph.Rect(2, 1)}, graph.Upsample{Size: 4, Interpolation: graph.Bilinear},
		graph.ZeroPad2D{Padding: graph.Pads(1, 0, 0, 2)}, graph.Crop2D{Cropping: 1},
		graph.Permute{Axes: []int{0, 2, 1}}, graph.Slice{Axis: 1, From: -3, To: 3, Step: 2}, graph.Reshape{To: graph.Shape{3, -1, 1}},
		graph.Frozen{Layer: graph.GlobalAverage{}}, graph.Flatten{},
		graph.Dense{Units: 3, NoBias: true, Activation: graph.Softmax, Init: graph.HeUniform})
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// awkwardNames has inputs whose names are no names of variables, or those of
// something else.
func awkwardNames(t *testing.T) *graph.Network {
	t.Helper()
	var all []*graph.Value
	for _, name := range []string{"input", "net", "err", "graph", "a", "b", "left eye", "9", "func", "len", "type", "nil", "größe", "_", "input.1", "input1", "must", "string", `"`} {
		all = append(all, graph.Input(name, 2))
	}
	net, err := graph.Compose(graph.Config{Seed: 1}, graph.Join(graph.Sum, all...).Then(graph.Dense{Units: 1}), all[4].Then(graph.ReLU))
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// shadowed has inputs called like what layers refer to.
func shadowed(t *testing.T) *graph.Network {
	t.Helper()
	a, b := graph.Input("base", 2, 6, 6), graph.Input("square", 7)
	y := graph.Join(graph.Sum, a.Then(graph.Pretrained{Net: basis(t)}), b.Then(graph.Func(square)))
	net, err := graph.Compose(graph.Config{Seed: 1}, y)
	if err != nil {
		t.Fatal(err)
	}
	return net
}

// TestCodeRuns makes a program of what networks print, and compares the
// networks that it makes.
func TestCodeRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a program")
	}
	networks := printed(t)
	var names []string
	code := here("func makeBase() (*graph.Network, error) {\n" + basis(t).String() + "return net, err\n}\n")
	calls := ""
	for name, net := range networks {
		code += fmt.Sprintf("func make%d() (*graph.Network, error) {\n%sreturn net, err\n}\n", len(names), here(net.String()))
		calls += fmt.Sprintf("\tfmt.Print(description(must(make%d())), %q)\n", len(names), separator)
		names = append(names, name)
	}
	got := goRun(t, code+"func main() {\n"+calls+"}\n"+describe)
	for i, text := range strings.Split(strings.TrimSuffix(got, separator), separator) {
		want := here(description(networks[names[i]]))
		want = strings.ReplaceAll(want, "euryale/graph_test", "main")
		if diff := cmp.Diff(want, text); diff != "" {
			t.Errorf("%s (-printed +made of what was printed):\n%s", names[i], diff)
		}
	}
}

const separator = "\x00"

// goRun is what a program prints that consists of this package's own layers and
// of code.
func goRun(t *testing.T, code string) string {
	t.Helper()
	own, err := os.ReadFile("own_test.go")
	if err != nil {
		t.Fatal(err)
	}
	more := ""
	if strings.Contains(code, "math.") {
		more = "\t\"math\"\n"
	}
	dir := t.TempDir()
	files := map[string]string{
		"own.go":  strings.Replace(string(own), "package graph_test", "package main", 1),
		"main.go": "package main\n\nimport (\n\t\"crypto/sha256\"\n\t\"encoding/binary\"\n\t\"fmt\"\n" + more + "\t\"strings\"\n\n\t\"euryale/graph\"\n)\n\n" + code,
	}
	args := []string{"run"}
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	cmd := exec.Command("go", args...)
	cmd.Dir = ".."
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, stderr.String(), code)
	}
	return stdout.String()
}
