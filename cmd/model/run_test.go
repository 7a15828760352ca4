package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"euryale/cmd/internal/commandtest"
	"euryale/graph"
	"euryale/internal/npy"
)

func readNPY(t *testing.T, path string) *npy.Array {
	t.Helper()
	a, err := npy.ReadFile(path)
	must(t, err)
	return a
}

// TestRunArrays: testdata/classifier.py made x.npy, of 5 samples, and y.npy.
func TestRunArrays(t *testing.T) {
	for _, batch := range []string{"1", "2", "3", "5", "99"} {
		for _, input := range []string{"x.npy", "image=x.npy"} {
			folder(t, "classifier.onnx", "x.npy", "y.npy")
			got := runModel("run", "classifier.onnx", "--batch", batch, "--input", input, "--output", "new/out")
			commandtest.Want(t, result{0, "new/out/00-logits.npy: float32 (5, 7)\n", ""}, got)
			y, want := readNPY(t, "new/out/00-logits.npy"), readNPY(t, "y.npy")
			a, _ := y.Float64s()
			b, _ := want.Float64s()
			if diff := cmp.Diff(want.Shape, y.Shape); diff != "" {
				t.Errorf("batch %s: (-want +got):\n%s", batch, diff)
			}
			if diff := cmp.Diff(b, a, cmpopts.EquateApprox(0, 1e-5)); diff != "" {
				t.Errorf("batch %s: (-want +got):\n%s", batch, diff)
			}
			commandtest.WantFiles(t, "classifier.onnx", "new/out/00-logits.npy", "x.npy", "y.npy")
		}
	}
}

// TestOpenShape takes the shape of an input that the file leaves open from a flag:
// testdata/classifier.py made it of the weights of classifier.onnx.
func TestOpenShape(t *testing.T) {
	folder(t, "open.onnx", "classifier.onnx", "picture.png")
	got := runModel("run", "open.onnx", "picture.png")
	if got.status != 1 || !strings.HasPrefix(got.stderr, "model: open.onnx: ") || !strings.Contains(got.stderr, "image") || strings.Count(got.stderr, "\n") != 1 {
		t.Errorf("want a line on the input, got %+v", got)
	}
	want := runModel("run", "classifier.onnx", "picture.png")
	for _, shape := range []string{"image=3x12x16", "image=3×12×16"} {
		commandtest.Want(t, want, runModel("run", "open.onnx", "--shape", shape, "picture.png"))
	}
	got = runModel("run", "open.onnx", "--shape", "image=3x31x47", "picture.png")
	if got.status != 0 || got.stdout == want.stdout {
		t.Errorf("want another shape to make a difference, got %+v", got)
	}
	got = runModel("run", "open.onnx", "--shape", "imge=3x12x16", "picture.png")
	if got.status != 1 || strings.Count(got.stderr, "\n") != 1 {
		t.Errorf("got %+v", got)
	}
}

// twoInOut is a network of two inputs and two outputs, both of one layer's kind.
func twoInOut(t *testing.T) {
	t.Helper()
	left, right := graph.Input("left", 2), graph.Input("a=b", 2)
	save(t, "two.safetensors", graph.Join(graph.Difference, left, right), left.Then(graph.Residual{Body: graph.Chain{graph.Negative}}))
}

func TestRunInputs(t *testing.T) {
	folder(t)
	twoInOut(t)
	must(t, npy.WriteFile("l.npy", npy.FromFloat64s([]int{3, 2}, []float64{1, 2, 3, 4, 5, 6})))
	must(t, npy.WriteFile("r.npy", npy.FromInt64s([]int{3, 2}, []int64{1, 1, 1, 1, 1, 9})))
	for i, inputs := range [][]string{
		{"left=l.npy", "a=b=r.npy"}, {"a=b=r.npy", "left=l.npy"}, {"l.npy", "r.npy"}, {"l.npy", "a=b=r.npy"}, {"a=b=r.npy", "l.npy"},
	} {
		dir := fmt.Sprint("out", i)
		got := runModel("run", "two.safetensors", "--batch", "2", "--input", inputs[0], "--input", inputs[1], "--output", dir)
		net, err := graph.Load("two.safetensors")
		must(t, err)
		first, second := fileName(net.Outputs()[0].Name), fileName(net.Outputs()[1].Name)
		want := fmt.Sprintf("%s/00-%s.npy: float32 (3, 2)\n%s/01-%s.npy: float32 (3, 2)\n", dir, first, dir, second)
		commandtest.Want(t, result{0, want, ""}, got)
		y, err := readNPY(t, dir+"/00-"+first+".npy").Float64s()
		if diff := cmp.Diff([]float64{0, 1, 2, 3, 4, -3}, y); diff != "" || err != nil {
			t.Errorf("%v: %v (-want +got):\n%s", inputs, err, diff)
		}
	}
	for args, want := range map[string]string{
		"--input left=l.npy":                    "--input: want 2 files, left, a=b, got 1",
		"--input l.npy --input r.npy --input x": "--input: want 2 files, left, a=b, got 3",
		"--input lft=l.npy --input r.npy":       `--input: want one of left, a=b, got "lft": did you mean left?`,
		"--input left=l.npy --input left=r.npy": "--input: want left once, got it twice",
	} {
		got := runModel(append(strings.Fields(args), "run", "two.safetensors", "--output", "none")...)
		commandtest.Want(t, result{2, "", "model: " + want + "\nRun 'model run --help' for usage.\n"}, got)
	}
	writeNPY(t, "four.npy", 4, 2)
	writeNPY(t, "none.npy", 0, 2)
	writeNPY(t, "wide.npy", 3, 3)
	writeNPY(t, "one.npy", 2)
	must(t, npy.WriteFile("huge.npy", npy.FromFloat64s([]int{1, 2}, []float64{1e300, 0})))
	for args, want := range map[string]string{
		"l.npy four.npy":    "four.npy: input a=b: want 3 samples as of left, got 4",
		"none.npy none.npy": "none.npy: input left: want at least one sample, got none",
		"wide.npy r.npy":    "wide.npy: input left: want (N, 2), got (3, 3)",
		"one.npy r.npy":     "one.npy: input left: want (N, 2), got (2)",
		"l.npy nope.npy":    "open nope.npy: no such file or directory",
	} {
		l, r, _ := strings.Cut(args, " ")
		commandtest.Want(t, result{1, "", "model: " + want + "\n"}, runModel("run", "two.safetensors", "--input", l, "--input", r, "--output", "none"))
	}
	if got := runModel("run", "two.safetensors", "--input", "huge.npy", "--input", "huge.npy", "--output", "none"); got.status != 1 || !strings.HasPrefix(got.stderr, "model: huge.npy: ") {
		t.Errorf("got %+v", got)
	}
	if _, err := os.Stat("none"); err == nil {
		t.Error("want no folder where there is nothing to write")
	}
}

// TestRunFloat64 keeps what float32 would round.
func TestRunFloat64(t *testing.T) {
	folder(t)
	net, err := graph.Compose(graph.Config{Dtype: graph.Float64}, graph.Input("x", 2).Then(graph.Named{Name: "of x", Layer: graph.Negative}))
	must(t, err)
	must(t, net.Save("net.safetensors"))
	x := []float64{1e300, 0.1}
	must(t, npy.WriteFile("x.npy", npy.FromFloat64s([]int{1, 2}, x)))
	commandtest.Want(t, result{0, "out/00-of_x.npy: float64 (1, 2)\n", ""}, runModel("run", "net.safetensors", "--input", "x.npy", "--output", "out"))
	y, err := readNPY(t, "out/00-of_x.npy").Float64s()
	if diff := cmp.Diff([]float64{-1e300, -0.1}, y); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestRunNeverOverwrites(t *testing.T) {
	folder(t, "classifier.onnx", "x.npy")
	must(t, os.Mkdir("out", 0o755))
	commandtest.WriteFile(t, "out/00-logits.npy", []byte("precious"))
	args := []string{"run", "classifier.onnx", "--input", "x.npy", "--output", "out"}
	commandtest.Want(t, result{1, "", "model: out/00-logits.npy exists: write elsewhere, or replace it with --force\n"}, runModel(args...))
	if string(commandtest.ReadFile(t, "out/00-logits.npy")) != "precious" {
		t.Error("want the file as it was")
	}
	if got := runModel(append(args, "--force")...); got.status != 0 {
		t.Errorf("got %+v", got)
	}
}

// predictions is what --json says.
type predictions struct {
	Softmax  bool `json:"softmax_applied"`
	Pictures []prediction
}

func predict(t *testing.T, args ...string) (predictions, result) {
	t.Helper()
	got := runModel(append([]string{"run", "--json"}, args...)...)
	var p predictions
	if err := json.Unmarshal([]byte(got.stdout), &p); err != nil {
		t.Fatalf("%v: %+v", err, got)
	}
	return p, got
}

// TestRunPicturesAsTorchvision: testdata/classifier.py made the probabilities, of
// torchvision's transforms and PyTorch.
func TestRunPicturesAsTorchvision(t *testing.T) {
	folder(t, "classifier.onnx", "picture.png", "golden.json")
	var golden map[string][]float64
	must(t, json.Unmarshal(commandtest.ReadFile(t, "golden.json"), &golden))
	if len(golden) != 15 {
		t.Errorf("want 15 cases, got %d", len(golden))
	}
	for _, flags := range sortedKeys(golden) {
		p, got := predict(t, append(strings.Fields(flags), "--top", "9", "classifier.onnx", "picture.png")...)
		if got.status != 0 || !p.Softmax || len(p.Pictures) != 1 || len(p.Pictures[0].Top) != 7 {
			t.Fatalf("%s: got %+v", flags, got)
		}
		probabilities := make([]float64, 7)
		last := 1.0
		for _, r := range p.Pictures[0].Top {
			probabilities[r.Class] = r.Probability
			if r.Probability > last {
				t.Errorf("%s: want the likeliest first, got %+v", flags, p.Pictures[0].Top)
			}
			last = r.Probability
		}
		if diff := cmp.Diff(golden[flags], probabilities, cmpopts.EquateApprox(1e-4, 1e-6)); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", flags, diff)
		}
	}
}

const noSoftmax = "model: the network ends in no softmax: the probabilities are the softmax of its output\n"

// TestRunPictures goes on behind a picture that is none, in whatever batches.
func TestRunPictures(t *testing.T) {
	folder(t, "classifier.onnx", "picture.png")
	commandtest.WriteFile(t, "text.png", []byte("no picture"))
	must(t, os.Mkdir("folder.png", 0o755))
	const top = "picture.png\n  0.1802  class 2\n  0.1618  class 6\n"
	for _, batch := range []string{"1", "2", "3", "8"} {
		got := runModel("run", "classifier.onnx", "--batch", batch, "--top", "2", "text.png", "picture.png", "missing.png", "folder.png", "picture.png")
		commandtest.Want(t, result{1, top + top, noSoftmax +
			"model: text.png: want a PNG, JPEG, GIF, WebP, BMP or TIFF picture, got something else\n" +
			"model: open missing.png: no such file or directory\n" +
			"model: folder.png: want a PNG, JPEG, GIF, WebP, BMP or TIFF picture, got a folder\n" +
			"model: run: 3 of 5 pictures could not be predicted\n"}, got)
	}
	p, got := predict(t, "classifier.onnx", "text.png", "picture.png")
	if got.status != 1 || len(p.Pictures) != 2 || p.Pictures[0].Error == "" || p.Pictures[0].Picture != "text.png" || len(p.Pictures[1].Top) != 5 {
		t.Errorf("got %+v", got)
	}
	if got := runModel("run", "classifier.onnx", "text.png"); got.status != 1 || got.stdout != "" {
		t.Errorf("got %+v", got)
	}
}

// TestRunStandardInput reads one picture there.
func TestRunStandardInput(t *testing.T) {
	folder(t, "classifier.onnx", "picture.png")
	f, err := os.Open("picture.png")
	must(t, err)
	defer f.Close()
	before := os.Stdin
	os.Stdin = f
	defer func() { os.Stdin = before }()
	commandtest.Want(t, result{0, "-\n  0.1802  class 2\n", noSoftmax}, runModel("run", "classifier.onnx", "--top", "1", "-"))
}

// TestRunSmall has class names, a scaling and a softmax of its own.
func TestRunSmall(t *testing.T) {
	folder(t, "small.safetensors", "picture.png")
	p, got := predict(t, "small.safetensors", "picture.png")
	if got.status != 0 || got.stderr != "" || p.Softmax || len(p.Pictures[0].Top) != 3 {
		t.Fatalf("got %+v", got)
	}
	sum := 0.0
	for _, r := range p.Pictures[0].Top {
		sum += r.Probability
		if want := []string{"shirt", "Ärmel", "boot"}[r.Class]; r.Name != want {
			t.Errorf("want %s, got %+v", want, r)
		}
	}
	if math.Abs(sum-1) > 1e-6 {
		t.Errorf("want probabilities that add up to 1, got %v", sum)
	}
	q, _ := predict(t, "small.safetensors", "--mean", "0.5", "--std", "0.25", "picture.png")
	if diff := cmp.Diff(p, q); diff != "" {
		t.Errorf("what the file says is the default (-without +with):\n%s", diff)
	}
	q, _ = predict(t, "small.safetensors", "--mean", "0", "picture.png")
	if cmp.Equal(p, q) {
		t.Error("want another mean to make a difference")
	}
}

// TestProbabilities are made of what the network ends in.
func TestProbabilities(t *testing.T) {
	third, e := 1.0/3, math.E
	for _, tt := range []struct {
		name string
		end  graph.Layer
		note string
		want []float64 // of a black picture, whose outputs are the biases 0, 1 and 0
	}{
		{"none", nil, "the network ends in no softmax: the probabilities are the softmax of its output", []float64{1 / (2 + e), e / (2 + e), 1 / (2 + e)}},
		{"softmax", graph.Softmax, "", []float64{1 / (2 + e), e / (2 + e), 1 / (2 + e)}},
		{"along", graph.Chain{graph.Reshape{To: graph.Shape{1, 3}}, graph.SoftmaxAlong{Axis: -1}, graph.Flatten{}}, "", []float64{1 / (2 + e), e / (2 + e), 1 / (2 + e)}},
		{"log", graph.LogSoftmax, "", []float64{1 / (2 + e), e / (2 + e), 1 / (2 + e)}},
		{"sigmoid", graph.Sigmoid, "the network ends in a sigmoid: each probability is that of a class by itself", []float64{0.5, e / (1 + e), 0.5}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := graph.Input("x", 1, 2, 2).Then(graph.Flatten{}, graph.Dense{Units: 3})
			if tt.end != nil {
				x = x.Then(tt.end)
			}
			net, err := graph.Compose(graph.Config{}, x)
			must(t, err)
			copy(values(net, "dense_1/bias"), []float32{0, 1, 0})
			j, err := newJudge(net)
			must(t, err)
			if j.note() != tt.note {
				t.Errorf("want %q, got %q", tt.note, j.note())
			}
			b, err := newBatches(net, 1)
			must(t, err)
			y, err := b.run(t.Context(), 1, [][]float64{make([]float64, 4)})
			must(t, err)
			top, err := j.top(y[0], 3)
			must(t, err)
			want := []rank{{1, "", tt.want[1]}, {0, "", tt.want[0]}, {2, "", tt.want[2]}}
			if diff := cmp.Diff(want, top, cmpopts.EquateApprox(1e-6, 0)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	j := &judge{classes: []string{"a\nb"}}
	if _, err := j.top([]float64{1, math.NaN()}, 1); err == nil || err.Error() != "want finite numbers of the network, got NaN" {
		t.Errorf("got %v", err)
	}
	if top, err := j.top([]float64{7, 7, 7}, 2); err != nil || !cmp.Equal(top, []rank{{0, "a\nb", third}, {1, "", third}}) {
		t.Errorf("got %v and error %v", top, err)
	}
}

// TestNoNetworkOfPictures says what is wanted.
func TestNoNetworkOfPictures(t *testing.T) {
	folder(t, "picture.png")
	for _, tt := range []struct {
		x    *graph.Value
		want string
	}{
		{graph.Input("x", 5).Then(graph.Dense{Units: 2}), "want a network of pictures, one input (N, 1 or 3, H, W), got x (N, 5)"},
		{graph.Input("x", 2, 4, 4).Then(graph.Flatten{}), "want a network of pictures, one input (N, 1 or 3, H, W), got x (N, 2, 4, 4)"},
		{graph.Input("x", 1, 4, 4).Then(graph.ReLU), "want a network whose first output is classes, (N, K), got re_lu_1 (N, 1, 4, 4)"},
		{graph.Join(graph.Sum, graph.Input("x", 1, 4, 4), graph.Input("y", 1, 4, 4)), "want a network of pictures, one input (N, 1 or 3, H, W), got x (N, 1, 4, 4), y (N, 1, 4, 4)"},
	} {
		save(t, "net.safetensors", tt.x)
		commandtest.Want(t, result{1, "", "model: " + tt.want + "\n"}, runModel("run", "net.safetensors", "picture.png"))
	}
}
