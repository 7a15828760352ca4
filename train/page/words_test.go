package page

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"euryale/graph"
	"euryale/train/pictures"
)

// TestValidUTF8 has names from outside that are not, wherever a page shows one.
func TestValidUTF8(t *testing.T) {
	const bad = "caf\xe9 \xff\xfe<&\xc3"
	r := run(t)
	net, err := graph.New(graph.Config{Name: bad, Input: graph.Shape{1, 6, 6}},
		graph.Conv2D{Filters: 2, Kernel: 3}, graph.Flatten{}, graph.Dense{Units: 3, Activation: graph.Softmax})
	if err != nil {
		t.Fatal(err)
	}
	r.Title, r.Network = bad, net
	r.Training.Name, r.Training.Origin, r.Test.Name = bad, bad, bad
	r.Test.Classes = []string{bad, bad, bad}
	r.Settings = []Entry{{bad, bad, bad}}
	r.Machine = r.Settings
	page := written(t, r)
	if !utf8.ValidString(page) {
		t.Error("want a page of valid UTF-8")
	}
	if n := strings.Count(page, "caf\uFFFD \uFFFD&lt;&amp;\uFFFD"); n < 20 {
		t.Errorf("want the names in their places, with marks for what is no character, got %d of them", n)
	}
}

// TestOne counts one of each thing.
func TestOne(t *testing.T) {
	r := run(t)
	r.Training, r.Test = images("Own training", 0), images("Own test", 0)
	r.Outputs, r.Features = [][]float32{{1, 0, 0}}, pictures.FeatureConfig{}
	r.History = history(false, 0.5)
	net, err := graph.New(graph.Config{Input: graph.Shape{1, 6, 6}},
		graph.Conv2D{Filters: 1, Kernel: 3, NoBias: true}, graph.Flatten{}, graph.Dense{Units: 3, Activation: graph.Softmax})
	if err != nil {
		t.Fatal(err)
	}
	r.Network = net
	page := written(t, r)
	if m := regexp.MustCompile(`\b1 \w+s\b[^<"]*`).FindString(text(page) + page[strings.Index(page, "<body>"):]); m != "" {
		t.Errorf("want the singular of one, got %q", m)
	}
	wantAll(t, text(page), "1 of 1 test image recognised, after 1 epoch of training on 1 image.")
}

// TestMoreOutputsThanClasses has no name for what the network took an image
// for.
func TestMoreOutputsThanClasses(t *testing.T) {
	r := run(t)
	for i := range r.Outputs {
		r.Outputs[i] = append(r.Outputs[i], 0)
	}
	r.Outputs[1] = []float32{0, 0, 0, 1}
	wantAll(t, text(written(t, r)), "ant , taken for class 3")
}
