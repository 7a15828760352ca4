package nets_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
	"euryale/loaders"
	"euryale/nets"
	"euryale/train"
)

// TestNets has the shapes and counts worked out by hand. The lesson's are also
// those that Keras prints.
func TestNets(t *testing.T) {
	for _, tt := range []struct {
		name   string
		params int
		rows   []string
	}{
		{"simple", 407_050, []string{
			"flatten_1 (784) 0",
			"dense_1 (512) 401920",
			"dense_2 (10) 5130",
		}},
		{"dense128", 101_770, []string{
			"flatten_1 (784) 0",
			"dense_1 (128) 100480",
			"dense_2 (10) 1290",
		}},
		{"lesson", 243_786, []string{
			"conv2d_1 (64, 26, 26) 640",
			"max_pool2d_1 (64, 13, 13) 0",
			"conv2d_2 (64, 11, 11) 36928",
			"max_pool2d_2 (64, 5, 5) 0",
			"flatten_1 (1600) 0",
			"dense_1 (128) 204928",
			"dense_2 (10) 1290",
		}},
		{"conv32", 693_962, []string{
			"conv2d_1 (32, 26, 26) 320",
			"max_pool2d_1 (32, 13, 13) 0",
			"flatten_1 (5408) 0",
			"dense_1 (128) 692352",
			"dense_2 (10) 1290",
		}},
		{"conv64", 1_386_506, []string{
			"conv2d_1 (64, 26, 26) 640",
			"max_pool2d_1 (64, 13, 13) 0",
			"flatten_1 (10816) 0",
			"dense_1 (128) 1384576",
			"dense_2 (10) 1290",
		}},
		{"three-conv", 24_330, []string{
			"conv2d_1 (32, 26, 26) 320",
			"max_pool2d_1 (32, 13, 13) 0",
			"conv2d_2 (32, 11, 11) 9248",
			"max_pool2d_2 (32, 5, 5) 0",
			"conv2d_3 (32, 3, 3) 9248",
			"max_pool2d_3 (32, 1, 1) 0",
			"flatten_1 (32) 0",
			"dense_1 (128) 4224",
			"dense_2 (10) 1290",
		}},
		{"lenet5", 61_706, []string{
			"conv2d_1 (6, 28, 28) 156",
			"max_pool2d_1 (6, 14, 14) 0",
			"conv2d_2 (16, 10, 10) 2416",
			"max_pool2d_2 (16, 5, 5) 0",
			"conv2d_3 (120, 1, 1) 48120",
			"flatten_1 (120) 0",
			"dense_1 (84) 10164",
			"dense_2 (10) 850",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			net, err := nets.New(tt.name, nets.Config{})
			if err != nil {
				t.Fatal(err)
			}
			report := net.Report()
			var rows []string
			for _, r := range report.Rows {
				rows = append(rows, fmt.Sprint(r.Name, " ", r.Output, " ", r.Params))
			}
			if diff := cmp.Diff(tt.rows, rows); diff != "" {
				t.Errorf("layers (-want +got):\n%s", diff)
			}
			if report.Params != tt.params || report.Name != tt.name {
				t.Errorf("want %s of %d parameters, got %s of %d", tt.name, tt.params, report.Name, report.Params)
			}
			values := 0
			for _, p := range net.Params() {
				values += p.Value.Shape().TotalSize()
			}
			if values != tt.params {
				t.Errorf("want %d values in the weights, got %d", tt.params, values)
			}
		})
	}
}

func TestNames(t *testing.T) {
	want := []string{"simple", "dense128", "lesson", "conv32", "conv64", "three-conv", "lenet5", "conv5", "vgg-small", "all-conv", "resnet20", "mobile"}
	if diff := cmp.Diff(want, nets.Names()); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	abouts := map[string]string{}
	for _, name := range nets.Names() {
		about := nets.About(name)
		if about == "" || len(about) > 60 {
			t.Errorf("%s: want a short line about it, got %q", name, about)
		}
		if other, ok := abouts[about]; ok {
			t.Errorf("%s and %s are both %q", name, other, about)
		}
		abouts[about] = name
	}
	if got := nets.About("resnet"); got != "" {
		t.Errorf("want nothing about an unknown network, got %q", got)
	}
	if nets.About(nets.Default) == "" {
		t.Errorf("want a default that New knows, got %q", nets.Default)
	}
}

func TestNewErrors(t *testing.T) {
	_, err := nets.New("resnet", nets.Config{})
	want := `network: want one of simple, dense128, lesson, conv32, conv64, three-conv, lenet5, conv5, vgg-small, all-conv, resnet20, mobile, got "resnet"`
	if err == nil || err.Error() != want {
		t.Errorf("want error %q, got %v", want, err)
	}
	// 10 pixels are too few for three convolutions: 10→8→4→2→1.
	net, err := nets.New("three-conv", nets.Config{Input: graph.Shape{1, 10, 10}})
	if err == nil || net != nil {
		t.Errorf("want an error and no network where the image is too small, got %v", net)
	}
}

func TestConfig(t *testing.T) {
	net, err := nets.New("lesson", nets.Config{Input: graph.Shape{3, 32, 32}, Classes: 4})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("(4)", fmt.Sprint(net.Outputs()[0].Shape)); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
	first := func(seed uint64) float32 {
		net, err := nets.New("simple", nets.Config{Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		return net.Params()[0].Value.Data().([]float32)[0]
	}
	if first(1) != first(1) {
		t.Error("want the same weights from the same seed")
	}
	if first(1) == first(2) {
		t.Error("want other weights from another seed")
	}
}

// TestNetsTrain takes five steps on one batch of drawn digits.
func TestNetsTrain(t *testing.T) {
	data, _ := loaders.RenderedDigits(1, 16, 0)
	for _, name := range nets.Names() {
		t.Run(name, func(t *testing.T) {
			net, err := nets.New(name, nets.Config{Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			history, err := train.Fit(t.Context(), net, data, train.Config{Epochs: 5})
			if err != nil {
				t.Fatal(err)
			}
			if first, last := history.Epochs[0].Loss, history.Epochs[4].Loss; !(last < first) {
				t.Errorf("want the loss to fall, got %v at first and %v after four steps", first, last)
			}
		})
	}
}
