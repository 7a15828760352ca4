package nets_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"euryale/graph"
	"euryale/nets"
)

// TestDropout stands before each Dense of each network, and nowhere else, and
// leaves names, first weights and what is inferred as they are.
func TestDropout(t *testing.T) {
	for _, name := range nets.Names() {
		t.Run(name, func(t *testing.T) {
			plain, err := nets.New(name, nets.Config{Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			net, err := nets.New(name, nets.Config{Seed: 1, Dropout: 0.25})
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for line := range strings.Lines(plain.String()) {
				if strings.HasPrefix(line, "\tgraph.Dense{") {
					want = append(want, "\tgraph.Dropout{Rate: 0.25},")
				}
				want = append(want, code(line))
			}
			var got []string
			for line := range strings.Lines(net.String()) {
				got = append(got, code(line))
			}
			if !slices.Equal(want, got) || len(got) == strings.Count(plain.String(), "\n") {
				t.Errorf("want\n%s\ngot\n%s", strings.Join(want, "\n"), strings.Join(got, "\n"))
			}
			before, after := plain.Params(), net.Params()
			if len(before) != len(after) {
				t.Fatalf("want %d weights, got %d", len(before), len(after))
			}
			for i, p := range before {
				if q := after[i]; p.Name != q.Name || !slices.Equal(p.Value.Data().([]float32), q.Value.Data().([]float32)) {
					t.Errorf("want the weights of %s, got others of %s", p.Name, q.Name)
				}
			}
			if want, got := outputs(t, plain), outputs(t, net); !slices.Equal(want, got) {
				t.Errorf("want %v inferred, got %v", want, got)
			}
		})
	}
}

// code is a line of a network's code without its comment.
func code(line string) string {
	before, _, _ := strings.Cut(strings.TrimRight(line, "\n"), " //")
	return before
}

// outputs are what a network infers from an image.
func outputs(t *testing.T, net *graph.Network) []float32 {
	t.Helper()
	p, err := net.Compile(graph.ProgramConfig{Batch: 1, Mode: graph.Inference})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	image := p.Inputs[0].Data().([]float32)
	for i := range image {
		image[i] = float32(i%7) / 7
	}
	if err := p.Run(); err != nil {
		t.Fatal(err)
	}
	return slices.Clone(p.Outputs[0].Data().([]float32))
}

func TestDropoutErrors(t *testing.T) {
	for _, rate := range []float64{-0.1, 1, 2, math.NaN(), math.Inf(1)} {
		net, err := nets.New("lesson", nets.Config{Dropout: rate})
		want := fmt.Sprintf("network lesson: Dropout: want from 0 to below 1, got %v", rate)
		if err == nil || err.Error() != want || net != nil {
			t.Errorf("want error %q and no network, got %v", want, err)
		}
	}
}
