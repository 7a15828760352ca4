package train

import (
	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/loaders"
)

// programs is a network with a loss, or without one, compiled for each mode and
// batch size as it comes: the full batches, and the smaller last one.
type programs struct {
	net  *graph.Network
	loss graph.Loss // nil in prediction

	classWeights bool  // count in inference too
	group        Group // that shares each batch; nil alone

	inputs, outputs []graph.Port
	scored          []graph.Port // the outputs with a loss
	scoredAt        []int        // their places among the outputs

	compiled map[use]*graph.Program
	rows     [][][]float32 // of the outputs, by sample, where they are kept
}

// use is what a program is compiled for.
type use struct {
	mode  graph.Mode
	batch int
}

func newPrograms(net *graph.Network, loss graph.Loss) *programs {
	ps := &programs{net: net, loss: loss, compiled: map[use]*graph.Program{}}
	if net == nil {
		return ps
	}
	ps.inputs, ps.outputs = net.Inputs(), net.Outputs()
	for i, out := range ps.outputs {
		if lossOf(loss, i) != nil {
			ps.scored, ps.scoredAt = append(ps.scored, out), append(ps.scoredAt, i)
		}
	}
	return ps
}

// lossOf is the loss that is taken of output i, nil if none is.
func lossOf(loss graph.Loss, i int) graph.Loss {
	losses, several := loss.(graph.Losses)
	switch {
	case several && i < len(losses):
		return losses[i].Loss
	case several || i > 0:
		return nil
	}
	return loss
}

// compile is the program for batches of n samples, of which it has the rank's. It is
// compiled once.
func (ps *programs) compile(mode graph.Mode, n int) (*graph.Program, error) {
	at := use{mode, n}
	if p, ok := ps.compiled[at]; ok {
		return p, nil
	}
	loss := ps.loss
	if mode == graph.Inference && !ps.classWeights {
		if err := ps.checkLosses(); err != nil {
			return nil, err
		}
		loss = withoutClassWeights(loss)
	}
	p, err := ps.net.Compile(graph.ProgramConfig{Batch: n, Mode: mode, Loss: loss, Share: ps.share()})
	if err != nil {
		return nil, err
	}
	ps.compiled[at] = p
	return p, nil
}

// share is the rank's of a batch, nil alone.
func (ps *programs) share() *graph.Share {
	if ps.group == nil {
		return nil
	}
	return &graph.Share{Rank: ps.group.Rank(), Ranks: ps.group.Size(), Sums: ps.group}
}

// run runs a batch through the program for it, which holds the results until it
// is next run. It returns the program with an error only if that failed to run.
func (ps *programs) run(mode graph.Mode, b *loaders.Batch) (*graph.Program, error) {
	if err := ps.checkBatch(b); err != nil {
		return nil, err
	}
	p, err := ps.compile(mode, wholeOf(b))
	if err != nil {
		return nil, err
	}
	if err := ps.fill(p, b); err != nil {
		return nil, err
	}
	return p, p.Run()
}

// fill gives a program its inputs and targets.
func (ps *programs) fill(p *graph.Program, b *loaders.Batch) error {
	for i, x := range b.Inputs {
		if err := p.SetInput(i, x); err != nil {
			return errors.WithMessagef(err, "input %s", ps.inputs[i].Name)
		}
	}
	if ps.loss == nil {
		return nil
	}
	for i, t := range b.Targets {
		if err := setTarget(p, i, t); err != nil {
			return errors.WithMessagef(err, "target of output %s", ps.scored[i].Name)
		}
	}
	return nil
}

func setTarget(p *graph.Program, i int, t loaders.Target) error {
	if err := p.SetWeights(i, t.Weights); err != nil {
		return err
	}
	if t.Labels != nil {
		return p.SetLabels(i, t.Labels)
	}
	return p.SetTarget(i, t.Values)
}

func (ps *programs) close() {
	for _, p := range ps.compiled {
		p.Close()
	}
}
