package main

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/cmd/internal/commandtest"
	"euryale/graph"
)

const smallReport = `Model: "small"
___________________________________________________________________
Layer (type)                 Output Shape              Param #
===================================================================
conv2d_1 (Conv2D)            (None, 2, 2, 2)           20
___________________________________________________________________
batch_norm_1 (BatchNorm)     (None, 2, 2, 2)           8
___________________________________________________________________
flatten_1 (Flatten)          (None, 8)                 0
___________________________________________________________________
dense_1 (Dense)              (None, 3)                 27
===================================================================
Total params: 55
Trainable params: 51
Non-trainable params: 4
___________________________________________________________________
`

const smallCode = `
net, err := graph.New(graph.Config{Name: "small", Input: graph.Shape{1, 4, 4}, Seed: 3},
	graph.Conv2D{Filters: 2, Kernel: 3, Activation: graph.ReLU}, // (N, 2, 2, 2), 20 parameters
	graph.BatchNorm{}, // (N, 2, 2, 2), 8 parameters
	graph.Flatten{}, // (N, 8)
	graph.Dense{Units: 3, Activation: graph.Softmax}, // (N, 3), 27 parameters
)
`

// smallRest is made of values that Python's safetensors 0.8 and NumPy 2.4 read and
// count alike.
const smallRest = `
classes: shirt, Ärmel, boot
input: (v/255 - 0.5)/0.25
settings: {"epochs":3}
loss: 1e-09
test accuracy: 0.875
metadata : empty
metadata author: Ada

Name                   Role     Type     Shape             Mean  Deviation   Smallest   Largest  Zeros  Not finite  SHA-256
conv2d_1/kernel        trained  float32  (2, 1, 3, 3)    0.1249     0.2611     -0.304    0.4721      0           0  5e91fd22
conv2d_1/bias          trained  float32  (2)           0.001465  0.0004883  0.0009766  0.001953      0           0  2a5a8751
batch_norm_1/scale     trained  float32  (2)              1.002  0.0004883      1.002     1.003      0           0  dd991c47
batch_norm_1/shift     trained  float32  (2)           0.003418  0.0004883    0.00293  0.003906      0           0  18240907
batch_norm_1/mean      state    float32  (2)           0.004395  0.0004883   0.003906  0.004883      0           0  d11b9c6d
batch_norm_1/variance  state    float32  (2)              1.005  0.0004883      1.005     1.006      0           0  f220e444
dense_1/kernel         trained  float32  (8, 3)         0.06277     0.4243    -0.6741    0.7022      0           0  227f37c8
dense_1/bias           trained  float32  (3)           0.007812  0.0007974   0.006836  0.008789      0           0  b8155ef6
optimiser/m                     float64  (2, 1)            -0.5        1.5         -2         1      0           0  7886fe67
`

func TestInspect(t *testing.T) {
	folder(t, "small.safetensors", "classifier.onnx")
	commandtest.Want(t, result{0, smallReport + smallRest, ""}, runModel("inspect", "small.safetensors"))
	commandtest.Want(t, result{0, smallReport + smallCode + smallRest, ""}, runModel("inspect", "--code", "small.safetensors"))
	got := runModel("inspect", "--plan", "--batch", "4", "small.safetensors")
	net, err := graph.Load("small.safetensors")
	must(t, err)
	training := net.Plan(graph.ProgramConfig{Batch: 4, Mode: graph.Training}).String()
	inference := net.Plan(graph.ProgramConfig{Batch: 4}).String()
	if training == inference {
		t.Fatal("want two plans, got one")
	}
	commandtest.Want(t, result{0, smallReport + "\nTraining:\n" + training + "\nInference:\n" + inference + smallRest, ""}, got)
	got = runModel("inspect", "classifier.onnx")
	if got.status != 0 || !strings.Contains(got.stdout, "\nTotal params: 671\n") || !strings.Contains(got.stdout, "conv2d_1/kernel") {
		t.Errorf("got %+v", got)
	}
}

// TestInspectOthers has no layers to tell of.
func TestInspectOthers(t *testing.T) {
	folder(t)
	others(t, "others.safetensors")
	writeNPY(t, "x.npy", 2, 2)
	commandtest.Want(t, result{0, "others.safetensors: 4 tensors, no layers\n\nmetadata format: \"pt\\x1b[2J\"\n\n" +
		`Name       Type      Shape   Mean  Deviation  Smallest  Largest  Zeros  Not finite  SHA-256
fc.bias    bfloat16  (3)      0.5        0.5         0        1      1           1  51aa2ab1
fc.none    float32   (0, 4)     -          -         -        -      0           0  e3b0c442
fc.tiny    F8_E4M3   (2)        -          -         -        -      0           0  a12871fe
fc.weight  float32   (2, 2)   2.5      1.118         1        4      0           0  ad73b9ac
`, ""}, runModel("inspect", "others.safetensors"))
	got := runModel("inspect", "x.npy")
	if got.status != 0 || !strings.HasPrefix(got.stdout, "x.npy: 1 tensor, no layers\n\nName  Type ") {
		t.Errorf("got %+v", got)
	}
	got = runModel("inspect", "--code", "x.npy")
	commandtest.Want(t, result{2, "", "model: --code and --plan: want a network, got tensors alone: x.npy says nothing of layers\nRun 'model inspect --help' for usage.\n"}, got)
}

func TestInspectJSON(t *testing.T) {
	folder(t, "small.safetensors")
	got := runModel("inspect", "--json", "--plan", "small.safetensors")
	var r struct {
		Bytes      int
		Inputs     []port
		Outputs    []port
		Layers     []layer
		Params     int
		Code       string
		Training   []step
		Inference  []step
		Classes    []string
		Figures    map[string]float64
		Parameters []figures
	}
	if err := json.Unmarshal([]byte(got.stdout), &r); err != nil || got.status != 0 {
		t.Fatalf("%v: %+v", err, got)
	}
	if r.Bytes != len(commandtest.ReadFile(t, "small.safetensors")) || r.Params != 55 || len(r.Layers) != 4 || r.Layers[0].Multiplies != 72 ||
		len(r.Training) == 0 || len(r.Inference) == 0 || !strings.Contains(smallCode, r.Code) || len(r.Parameters) != 9 {
		t.Errorf("got %+v", r)
	}
	want := []any{[]port{{"input", []int{1, 4, 4}}}, []port{{"dense_1", []int{3}}}, []string{"shirt", "Ärmel", "boot"}, map[string]float64{"loss": 1e-9, "test accuracy": 0.875}}
	if diff := cmp.Diff(want, []any{r.Inputs, r.Outputs, r.Classes, r.Figures}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestFigures counts what is no number, and does not count it in.
func TestFigures(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, tt := range []struct {
		x                      []float64
		mean, dev, least, most string
		zeros, notFinite       int
	}{
		{[]float64{1, nan, 3, -inf, 0, math.Copysign(0, -1)}, "1", "1.225", "-0", "3", 2, 2},
		{[]float64{nan, inf}, "-", "-", "-", "-", 0, 2},
		{[]float64{math.MaxFloat64, math.MaxFloat64}, "-", "-", "1.798e+308", "1.798e+308", 0, 0},
		{[]float64{-5}, "-5", "0", "-5", "-5", 0, 0},
	} {
		f := figuresOf(array{bytes: func() []byte { return nil }, floats: func() ([]float64, error) { return tt.x, nil }})
		got := []any{number(f.Mean), number(f.Deviation), number(f.Smallest), number(f.Largest), f.Zeros, f.NotFinite}
		if diff := cmp.Diff([]any{tt.mean, tt.dev, tt.least, tt.most, tt.zeros, tt.notFinite}, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", tt.x, diff)
		}
	}
}

// TestManyClasses are not all printed.
func TestManyClasses(t *testing.T) {
	folder(t)
	net := save(t, "net.safetensors", graph.Input("x", 2).Then(graph.Dense{Units: 21}))
	d := graph.Details{}
	for i := range 21 {
		d.Classes = append(d.Classes, string(rune('a'+i)))
	}
	must(t, net.SetDetails(d))
	must(t, net.Save("net.safetensors"))
	if got := runModel("inspect", "net.safetensors"); !strings.Contains(got.stdout, "\nclasses: 21: a, b, c, d, e, f, g, h, i, j, …, u\n") {
		t.Errorf("got %+v", got)
	}
}

// TestInspectHostileNames has no file's name of a tensor reach the terminal as it is.
func TestInspectHostileNames(t *testing.T) {
	folder(t)
	header := `{"a\u001b[2J\nb":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`
	header += strings.Repeat(" ", 7-(len(header)+7)%8)
	text := append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header+"\x01"...)
	must(t, os.WriteFile("hostile.safetensors", text, 0o666))
	got := runModel("inspect", "hostile.safetensors")
	if got.status != 0 || strings.Contains(got.stdout, "\x1b") || !strings.Contains(got.stdout, "\n"+`"a\x1b[2J\nb"  uint8`) {
		t.Errorf("want the name quoted, got %+v", got)
	}
}
