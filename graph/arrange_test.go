package graph_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"euryale/graph"
	"euryale/nets"
)

// made is what two runs of a program make.
func made(t *testing.T, net *graph.Network, c graph.ProgramConfig, fillIn func(p *graph.Program)) (all []float64) {
	t.Helper()
	p := compile(t, net, c)
	fillIn(p)
	for step := range uint64(2) { // what the first leaves behind must not show in the second
		if err := p.RunAt(step); err != nil {
			t.Fatal(err)
		}
		all = append(all, p.Loss)
		for _, d := range slices.Concat(p.Outputs, p.Grads) {
			for _, v := range values(d) {
				all = append(all, float64(v))
			}
		}
	}
	return all
}

// arrangedAlike compares programs of a network whose buffers share memory, and
// find NaN in it where they are not in use, with one whose buffers lie apart.
func arrangedAlike(t *testing.T, network func() *graph.Network, c graph.ProgramConfig, tolerance float64, fillIn func(p *graph.Program)) {
	t.Helper()
	var want []float64
	for _, how := range graph.Arrangements {
		restore := graph.Arrange(how)
		got := made(t, network(), c, fillIn)
		restore()
		if want == nil {
			want = got
		}
		for i, v := range got {
			if !(math.Abs(v-want[i]) <= tolerance*max(1, math.Abs(want[i]))) {
				t.Errorf("arranged %d: number %d of %d is %v, want %v", how, i, len(got), v, want[i])
				break
			}
		}
	}
}

// TestArrangedNetworks has the same bits however the buffers of the ready
// networks lie.
func TestArrangedNetworks(t *testing.T) {
	names := nets.Names()
	if raced {
		names = names[:3]
	}
	for _, name := range names {
		for _, mode := range []graph.Mode{graph.Training, graph.Inference} {
			t.Run(fmt.Sprint(name, mode), func(t *testing.T) {
				network := func() *graph.Network {
					net, err := nets.New(name, nets.Config{Seed: 1})
					if err != nil {
						t.Fatal(err)
					}
					return net
				}
				c := graph.ProgramConfig{Batch: 2, Mode: mode, Loss: graph.SparseCategoricalCrossEntropy{}}
				arrangedAlike(t, network, c, 0, func(p *graph.Program) { fill(p, 1) })
			})
		}
	}
}

// TestArrangedGraphs does so for random graphs, on both engines: on the second,
// ops of Gorgonia's read our buffers, and round as their memory happens to lie.
func TestArrangedGraphs(t *testing.T) {
	seeds := uint64(60)
	if raced {
		seeds = 5
	}
	for seed := range seeds {
		for e, tolerance := range map[graph.Engine]float64{graph.Fused: 0, graph.Gorgonia: 1e-4} {
			t.Run(fmt.Sprint(seed, e), func(t *testing.T) {
				draw := func() (*graph.Network, graph.Losses) {
					return randomGraph(t, draws(seed), graph.Config{Seed: seed, Engine: e})
				}
				network := func() *graph.Network {
					net, _ := draw()
					return net
				}
				_, losses := draw()
				for _, c := range []graph.ProgramConfig{{Batch: 5, Mode: graph.Training, Loss: losses}, {Batch: 5, Loss: losses}} {
					arrangedAlike(t, network, c, tolerance, func(p *graph.Program) { seeded(t, p) })
				}
			})
		}
	}
}

// TestMemory is less than half of what the buffers take apart, and far less
// where no gradients are computed.
func TestMemory(t *testing.T) {
	for _, c := range []struct {
		mode graph.Mode
		want int // MB at most, for a batch of 32
	}{{graph.Training, 58}, {graph.Inference, 8}} {
		net, err := nets.New("resnet20", nets.Config{})
		if err != nil {
			t.Fatal(err)
		}
		p := compile(t, net, graph.ProgramConfig{Batch: 32, Mode: c.mode, Loss: graph.SparseCategoricalCrossEntropy{}})
		if got := p.Memory(); got > c.want*1e6 || got < 1e6 {
			t.Errorf("%v: %d bytes, want at most %d MB", c.mode, got, c.want)
		}
	}
}
