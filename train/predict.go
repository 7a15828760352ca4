package train

import (
	"context"
	"time"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/loaders"
)

// Predict is the output of a network of one output for each sample of data, in
// order: a slice of K values, probabilities if the network ends in Softmax.
// Targets are not looked at, nor a Dataset's labels and classes.
//
// When there is an error, what it returns are the rows that it has: of the
// batches before. That also is so where a callback ends it with ErrStop, which
// then is what errors.Is finds in the error. An output that is not a number is
// an error; the infinite is not, such as the logarithm of a probability of 0.
func Predict(ctx context.Context, net *graph.Network, data loaders.Source, c PredictConfig) ([][]float32, error) {
	ps := newPrograms(net, nil)
	if len(ps.outputs) > 1 {
		return nil, errors.Errorf("train: Predict: want a network of one output, got %s: use PredictAll", several(ps.outputs))
	}
	all, err := ps.predict(ctx, data, c)
	if len(all) == 0 {
		return nil, err
	}
	return all[0], err
}

// PredictAll is Predict for networks of any number of outputs: what it returns
// is indexed by output, in the network's order, and then by sample.
func PredictAll(ctx context.Context, net *graph.Network, data loaders.Source, c PredictConfig) ([][][]float32, error) {
	return newPrograms(net, nil).predict(ctx, data, c)
}

func (ps *programs) predict(ctx context.Context, data loaders.Source, c PredictConfig) ([][][]float32, error) {
	defer ps.close()
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := ps.prepare(ctx, graph.Inference, data, c.Batch); err != nil {
		return nil, err
	}
	ps.rows = make([][][]float32, len(ps.outputs))
	p := &pass{
		source:    data,
		batches:   loaders.BatchConfig{Size: c.Batch, NoShuffle: true},
		callbacks: c.Callbacks,
		use:       func(b *loaders.Batch) (Metrics, error) { return Metrics{}, ps.read(b) },
		start:     time.Now(),
		event:     Event{Network: ps.net, Phase: Prediction, Total: data.Len()},
	}
	err = p.whole(ctx)
	if err == nil && p.event.Samples < p.event.Total {
		err = errors.WithMessagef(ErrStop, "train: predicted %d of %d samples", p.event.Samples, p.event.Total)
	}
	return ps.rows, err
}

// read appends the rows of a batch to each output's.
func (ps *programs) read(b *loaders.Batch) error {
	p, err := ps.run(graph.Inference, b)
	if err != nil {
		if p != nil {
			if bad := ps.badData(b); bad != nil {
				return bad
			}
		}
		return err
	}
	for i, out := range p.Outputs {
		if hasNaN(out) {
			return ps.explainNaN(p, b, ps.outputs[i].Name)
		}
	}
	appendRows(ps.rows, p.Outputs, b.N)
	return nil
}

// appendRows appends the n rows of each output.
func appendRows(to [][][]float32, outputs []*tensor.Dense, n int) {
	for i, out := range outputs {
		to[i] = append(to[i], rows(out, n)...)
	}
}

func (ps *programs) explainNaN(p *graph.Program, b *loaders.Batch, output string) error {
	if err := ps.badData(b); err != nil {
		return err
	}
	if weight, broken := badWeight(ps.net); broken {
		return errors.Errorf("output %s is not a number, as weight %s is not finite: train anew at a smaller learning rate", output, weight)
	}
	return errors.Errorf("output %s is not a number%s", output, cause(p))
}

// rows copies the n rows of t.
func rows(t *tensor.Dense, n int) [][]float32 {
	flat := make([]float32, t.Shape().TotalSize())
	switch d := t.Data().(type) {
	case []float32:
		copy(flat, d)
	case []float64:
		for i, v := range d {
			flat[i] = float32(v)
		}
	}
	k := len(flat) / n
	out := make([][]float32, n)
	for i := range out {
		out[i] = flat[i*k : (i+1)*k : (i+1)*k]
	}
	return out
}
