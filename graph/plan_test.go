package graph_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/graph"
	"euryale/internal/f32"
	"euryale/nets"
)

var update = flag.Bool("update", false, "write the files that tests compare with")

// planned is a network whose plans lie in a file.
type planned struct {
	name string
	net  *graph.Network
	keep []string
}

// plannedNetworks are the ready networks, and those that bring a pass into play.
func plannedNetworks(t *testing.T) []planned {
	t.Helper()
	var all []planned
	for _, name := range nets.Names() {
		net, err := nets.New(name, nets.Config{})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, planned{name, net, nil})
	}
	all = append(all, planned{"lesson-keep", lesson(t, 1), []string{"conv2d_1"}})
	for _, c := range []struct {
		file, name string
		engine     graph.Engine
	}{
		{"residual", "residual", graph.Fused},
		{"residual-gorgonia", "residual", graph.Gorgonia},
		{"norm", "norm", graph.Fused},
		{"groups", "groups", graph.Fused},
		{"groups-gorgonia", "groups", graph.Gorgonia},
		{"transposed", "transposed", graph.Fused},
		{"inception", "inception", graph.Fused},
		{"siamese", "siamese", graph.Fused},
		{"frozen", "frozen between", graph.Fused},
		{"block-behind-weights", "block behind weights", graph.Fused},
		{"read-before-the-activation", "read before the activation", graph.Fused},
		{"read-within-a-block", "read within a block", graph.Fused},
		{"block-read-twice", "block read twice", graph.Fused},
		{"pointers", "pointers", graph.Fused},
		{"sequential", "sequential", graph.Fused},
		{"random", "random", graph.Fused},
		{"norms-of-samples", "norms of samples", graph.Fused},
		{"activations-apart", "activations apart", graph.Fused},
		{"squeeze-and-excite", "squeeze and excite", graph.Fused},
		{"squeeze-and-excite-gorgonia", "squeeze and excite", graph.Gorgonia},
		{"pools", "pools", graph.Fused},
		{"pools-gorgonia", "pools", graph.Gorgonia},
		{"down-and-up", "down and up", graph.Fused},
		{"axes", "axes", graph.Fused},
		{"penalties", "penalties", graph.Fused},
		{"activations-of-all-kinds", "activations of all kinds", graph.Fused},
	} {
		for _, d := range declarations {
			if d.name == c.name {
				all = append(all, planned{c.file, d.network(t, graph.Config{Engine: c.engine}, graph.Input), nil})
			}
		}
	}
	return all
}

// plans are what the network runs on, in both modes. The loss is of the output
// that has the network's classes.
func (p planned) plans() string {
	var losses graph.Losses
	for _, o := range p.net.Outputs() {
		loss := graph.Loss(graph.SparseCategoricalCrossEntropy{})
		if len(o.Shape) != 1 || o.Shape[0] < 3 {
			loss = graph.MeanSquaredError{}
		}
		losses = append(losses, graph.OutputLoss{Loss: loss})
	}
	c := graph.ProgramConfig{Batch: 32, Mode: graph.Training, Loss: losses, Keep: p.keep}
	text := "training\n" + p.net.Plan(c).String()
	c.Mode, c.Loss = graph.Inference, nil
	return text + "\ninference\n" + p.net.Plan(c).String()
}

// planFile is the file of a network's plans: some networks have others in generic Go.
func planFile(name string, level f32.Level) string {
	if file := filepath.Join("testdata", "plans", "generic", name+".txt"); level == f32.Generic && exists(file) {
		return file
	}
	return filepath.Join("testdata", "plans", name+".txt")
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// TestPlans compares what networks run on with testdata/plans, on each set of
// kernels that this processor has. After a change that is meant:
//
//	go test ./graph -run TestPlans -update
func TestPlans(t *testing.T) {
	defer f32.Use(f32.Current())
	for _, level := range f32.Levels() {
		f32.Use(level)
		for _, p := range plannedNetworks(t) {
			t.Run(p.name+"/"+level.String(), func(t *testing.T) {
				file := planFile(p.name, level)
				got := p.plans()
				if *update {
					if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", file, diff)
				}
			})
		}
	}
}

// TestPlansOfPointers compares a network of pointers with one of values.
func TestPlansOfPointers(t *testing.T) {
	plans := map[string]string{}
	for _, p := range plannedNetworks(t) {
		plans[p.name] = p.plans()
	}
	if diff := cmp.Diff(plans["sequential"], plans["pointers"]); diff != "" {
		t.Errorf("pointers run on something else (-values +pointers):\n%s", diff)
	}
}
