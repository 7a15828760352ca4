package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"euryale/cmd/internal/commandtest"
	"euryale/graph"
	"euryale/internal/npy"
	"euryale/internal/safetensors"
	"euryale/internal/wrong"
)

// result is what a run of the command leaves.
type result struct {
	status         int
	stdout, stderr string
}

func runModel(args ...string) result {
	var stdout, stderr bytes.Buffer
	status := run(context.Background(), args, &stdout, &stderr)
	return result{status, filepath.ToSlash(stdout.String()), filepath.ToSlash(stderr.String())}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// home is the folder of this package.
var home, _ = os.Getwd()

// folder is a new current one with copies of files of testdata, and of the graph
// package's golden one, small.safetensors.
func folder(t *testing.T, names ...string) {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		from := filepath.Join(home, "testdata", name)
		if name == "small.safetensors" {
			from = home + "/../../graph/testdata/model_v1.safetensors"
		}
		commandtest.WriteFile(t, filepath.Join(dir, name), commandtest.ReadFile(t, from))
	}
	t.Chdir(dir)
}

// others writes a safetensors file that says nothing of layers.
func others(t *testing.T, path string) {
	t.Helper()
	must(t, safetensors.WriteFile(path, &safetensors.File{
		Metadata: map[string]string{"format": "pt\x1b[2J"},
		Tensors: []safetensors.Tensor{
			{Name: "fc.bias", Dtype: safetensors.BF16, Shape: []int{3}, Data: []byte{0x80, 0x3f, 0, 0, 0x80, 0x7f}}, // 1, 0, ∞
			{Name: "fc.tiny", Dtype: "F8_E4M3", Shape: []int{2}, Data: []byte{1, 2}},
			safetensors.FromFloat32s("fc.none", []int{0, 4}, nil),
			safetensors.FromFloat32s("fc.weight", []int{2, 2}, []float32{1, 2, 3, 4}),
		},
	}))
}

// TestEveryFlagAskedWrongly asks each command.
func TestEveryFlagAskedWrongly(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, cmd := range rootCommand().Commands() {
		wrong.Flags(t, cmd.Flags(), func(args ...string) (int, string) {
			got := runModel(append([]string{cmd.Name()}, args...)...)
			return got.status, got.stderr
		})
	}
	commandtest.WantFiles(t)
}

func TestUsageErrors(t *testing.T) {
	folder(t, "small.safetensors", "classifier.onnx", "picture.png", "x.npy")
	for args, want := range map[string]string{
		"":                                "want a command, such as 'model inspect FILE'",
		"inspct":                          `unknown command "inspct": did you mean inspect?`,
		"inspect":                         "want a file, got 0 arguments",
		"inspect a b":                     "want a file, got 2 arguments",
		"inspect --batch 3 a.onnx":        "--batch: want --plan too",
		"inspect --batch 0 --plan a.onnx": "--batch: want at least 1, got 0",
		"inspect --shape 3x4 a.onnx":      `--shape: want an input and the shape of a sample, such as image=3x224x224, got "3x4"`,
		"inspect --shape x=3x0 a.onnx":    `--shape: want an input and the shape of a sample, such as image=3x224x224, got "x=3x0"`,
		"diff a.onnx":                     "want two files, got 1 arguments",
		"diff --tolerance NaN a b":        "--tolerance: want a number of at least 0, got NaN",
		"convert a.onnx":                  "want a file to read and one to write, got 1 arguments",
		"convert a.onnx b.pt":             "want a file to write that ends in .safetensors, .onnx or .npz, got b.pt",
		"run":                             "want a file, got none",
		"run a.onnx":                      "want pictures, or --input and --output, got neither",
		"run a.onnx b.png --input x.npy":  "want either pictures or --input, got both",
		"run a.onnx --input x.npy":        "--input: want --output too",
		"run a.onnx --output d b.png":     "--output: want --input too",
		"run a.onnx --force b.png":        "--force: want --input too",
		"run a.onnx --input x.npy --output d --top 3":                        "--top: want pictures too",
		"run a.onnx --resize 3x b.png":                                       `--resize: want pixels such as 256, or a width and a height such as 320x240, got "3x"`,
		"run a.onnx --std 1,0 b.png":                                         `--std: want numbers above 0, got "1,0"`,
		"run a.onnx --mean 1;2 b.png":                                        `--mean: want numbers with commas such as 0.485,0.456,0.406, got "1;2"`,
		"run classifier.onnx --mean 1,2 picture.png":                         "--mean: want 1 number, or 3 of the network's channels, got 2",
		"run classifier.onnx --crop 12 picture.png":                          "--crop: want 16x12, the network's input, got 12x12",
		"run classifier.onnx --resize 11 picture.png":                        "--resize: want at least 16x12, the network's input, or --crop, which surrounds the picture with black, got 11",
		"run classifier.onnx --resize 99x11 picture.png":                     "--resize: want at least 16x12, the network's input, or --crop, which surrounds the picture with black, got 99x11",
		"run classifier.onnx --input imag=x.npy --output d":                  `--input: want one of image, got "imag": did you mean image?`,
		"run classifier.onnx --input image=x.npy --input image=y --output d": "--input: want image once, got it twice",
		"run classifier.onnx --input image=x.npy --input y.npy --output d":   "--input: want 1 file, image, got 2",
		"run classifier.onnx --input image= --output d":                      "--input: want the file of image, got an empty name",
		"run a.onnx - b.png -":                                               "want - once, got it 2 times",
		"serve":                                                              "want a file, got 0 arguments",
		"serve --addr 80 a.onnx":                                             `--addr: want HOST:PORT, such as 127.0.0.1:8080, got "80"`,
		"bench a.onnx b.onnx":                                                "want a file, got 2 arguments",
		"bench --runs 0 a.onnx":                                              "--runs: want at least 1, got 0",
		"bench --threads 3000 a.onnx":                                        "--threads: want at most 1024, got 3000",
	} {
		got := runModel(strings.Fields(args)...)
		first, rest, _ := strings.Cut(got.stderr, "\n")
		if got.status != 2 || got.stdout != "" || first != "model: "+want || !strings.HasPrefix(rest, "Run 'model") {
			t.Errorf("%s: want status 2 and %q, got %+v", args, want, got)
		}
	}
	commandtest.WantFiles(t, "classifier.onnx", "picture.png", "small.safetensors", "x.npy")
}

// TestBadFiles are one line each, of status 1, of diff 2.
func TestBadFiles(t *testing.T) {
	folder(t, "small.safetensors", "classifier.onnx")
	small := commandtest.ReadFile(t, "small.safetensors")
	flipped := bytes.Clone(small)
	flipped[len(flipped)-3] ^= 1
	for name, content := range map[string][]byte{
		"cut.safetensors": small[:len(small)-9], "flipped.safetensors": flipped, "empty.safetensors": nil,
		"cut.onnx": commandtest.ReadFile(t, "classifier.onnx")[:700], "text.onnx": []byte("no model"), "text.npz": []byte("PK"), "text.npy": []byte("no"), "net.pt": nil,
	} {
		commandtest.WriteFile(t, name, content)
	}
	must(t, os.Mkdir("folder.onnx", 0o755))
	others(t, "others.safetensors")
	for name, want := range map[string]string{
		"missing.onnx":        "open missing.onnx: ",
		"missing.safetensors": "open missing.safetensors: ",
		"missing.npz":         "open missing.npz: ",
		"cut.safetensors":     "cut.safetensors: ",
		"flipped.safetensors": "flipped.safetensors: damaged: ",
		"empty.safetensors":   "empty.safetensors: ",
		"cut.onnx":            "cut.onnx: ",
		"text.onnx":           "text.onnx: ",
		"text.npz":            "text.npz: ",
		"text.npy":            "text.npy: ",
		"folder.onnx":         "",
		"net.pt":              "net.pt: want a name that ends in .safetensors, .onnx, .npz or .npy\n",
	} {
		for _, args := range [][]string{{"inspect", name}, {"diff", name, "small.safetensors"}, {"diff", "small.safetensors", name}, {"convert", name, "new.npz"}, {"bench", name}, {"run", name, "p.png"}} {
			status := 1
			if args[0] == "diff" {
				status = 2
			}
			got := runModel(args...)
			if got.status != status || got.stdout != "" || !strings.HasPrefix(got.stderr, "model: "+want) || strings.Count(got.stderr, "\n") != 1 {
				t.Errorf("%v: want status %d and one line %q, got %+v", args, status, want, got)
			}
		}
	}
	for _, args := range [][]string{{"run", "others.safetensors", "p.png"}, {"bench", "others.safetensors"}} {
		commandtest.Want(t, result{1, "", "model: others.safetensors: want a network, got tensors alone: the file says nothing of layers\n"}, runModel(args...))
	}
	commandtest.Want(t, result{1, "", "model: small.safetensors: want a --shape for inputs of an ONNX model alone: other files say theirs\n"},
		runModel("inspect", "--shape", "x=3", "small.safetensors"))
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"help"}, {"inspect", "--help"}, {"diff", "-h"}, {"help", "convert"}, {"run", "--help"}, {"bench", "--help"}, {"serve", "--help"}} {
		got := runModel(args...)
		if got.status != 0 || got.stderr != "" || !strings.Contains(got.stdout, "Usage:\n  model") {
			t.Errorf("%v: got %+v", args, got)
		}
		if n := strings.Count(got.stdout, "\n"); n > 45 {
			t.Errorf("%v: want at most 45 lines, got %d", args, n)
		}
		for line := range strings.Lines(got.stdout) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 81 {
				t.Errorf("%v: want at most 81 columns, got %d: %s", args, n, line)
			}
		}
	}
}

// closed is an output that takes nothing.
type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// everyCommand is one line of each.
var everyCommand = [][]string{
	{"inspect", "small.safetensors"},
	{"inspect", "--json", "small.safetensors"},
	{"diff", "small.safetensors", "classifier.onnx"},
	{"convert", "small.safetensors", "new.npz"},
	{"run", "classifier.onnx", "picture.png"},
	{"run", "classifier.onnx", "--json", "picture.png"},
	{"run", "classifier.onnx", "--input", "x.npy", "--output", "out"},
	{"bench", "--runs", "2", "small.safetensors"},
	{"convert", "small.safetensors", "new.onnx"},
}

func TestOutputFails(t *testing.T) {
	for _, args := range everyCommand {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			folder(t, "small.safetensors", "classifier.onnx", "picture.png", "x.npy")
			var stderr bytes.Buffer
			status, want := run(context.Background(), args, closed{}, &stderr), 1
			if args[0] == "diff" {
				want = 2
			}
			if status != want || !strings.HasSuffix(stderr.String(), "model: "+io.ErrClosedPipe.Error()+"\n") {
				t.Errorf("want status %d and why, got %d and %q", want, status, &stderr)
			}
		})
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, args := range everyCommand {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			folder(t, "small.safetensors", "classifier.onnx", "picture.png", "x.npy")
			var stdout, stderr bytes.Buffer
			status := run(ctx, args, &stdout, &stderr)
			if status != 130 || stdout.Len() > 0 || !strings.HasSuffix(stderr.String(), "model: interrupted\n") {
				t.Errorf("want status 130 and a word, got %d, %q and %q", status, &stdout, &stderr)
			}
			commandtest.WantFiles(t, "classifier.onnx", "picture.png", "small.safetensors", "x.npy")
		})
	}
}

// save makes a file of a network.
func save(t *testing.T, path string, outputs ...*graph.Value) *graph.Network {
	t.Helper()
	net, err := graph.Compose(graph.Config{Seed: 1}, outputs...)
	must(t, err)
	must(t, net.Save(path))
	return net
}

// writeNPY writes an array of small whole numbers.
func writeNPY(t *testing.T, path string, shape ...int) []float32 {
	t.Helper()
	n := 1
	for _, side := range shape {
		n *= side
	}
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(i%7) - 3
	}
	must(t, npy.WriteFile(path, npy.FromFloat32s(shape, x)))
	return x
}
