package train

import (
	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/loaders"
)

// programs compiles a network for each batch size as it comes: the full
// batches, and the smaller last one.
type programs struct {
	net    *graph.Network
	config graph.ProgramConfig
	bySize map[int]*graph.Program
}

func newPrograms(net *graph.Network, c graph.ProgramConfig) *programs {
	return &programs{net: net, config: c, bySize: map[int]*graph.Program{}}
}

// run runs a batch through the program of its size, which holds the results
// until it is next run.
func (ps *programs) run(b *loaders.Batch) (*graph.Program, error) {
	p, ok := ps.bySize[b.N]
	if !ok {
		c := ps.config
		c.Batch = b.N
		var err error
		if p, err = ps.net.Compile(c); err != nil {
			return nil, err
		}
		ps.bySize[b.N] = p
	}
	if err := fill(p, b, ps.config.Loss); err != nil {
		return nil, err
	}
	return p, p.Run()
}

// fill gives a program its inputs.
func fill(p *graph.Program, b *loaders.Batch, loss graph.Loss) error {
	switch x := p.Input.Data().(type) {
	case []float32:
		copy(x, b.X)
	case []float64:
		for i, v := range b.X {
			x[i] = float64(v)
		}
	default:
		return errors.Errorf("train: want float32 or float64 inputs, got %v", p.Input.Dtype())
	}
	if loss == nil {
		return nil
	}
	return loss.Encode(b.Labels, p.Target)
}

func (ps *programs) close() {
	for _, p := range ps.bySize {
		p.Close()
	}
}
