package train

import (
	"context"
	"time"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/loaders"
)

// Evaluate is the network's metrics over data. Of the Config it uses Batch,
// Loss and Callbacks, which are told of the batches and of one EpochEnd. A
// loss that is no finite number is an error.
func Evaluate(ctx context.Context, net *graph.Network, data *loaders.Dataset, c Config) (Metrics, error) {
	c, err := c.check(net, data)
	if err != nil {
		return Metrics{}, err
	}
	var sum tally
	err = infer(ctx, net, data, c, c.Loss, func(p *graph.Program, b *loaders.Batch) (Metrics, error) {
		if !finite(p.Loss) {
			return sum.mean(), errors.Errorf("%s: the loss is %v, as the weights are not finite numbers or too large: train anew at a smaller learning rate", data.Name, p.Loss)
		}
		err := sum.add(p.Loss, p.Output, b.Labels)
		return sum.mean(), err
	})
	return sum.mean(), err
}

// Predict is the network's output for each image of data, in order: a slice of K
// values, probabilities if the network ends in Softmax. Of the Config it
// uses Batch and Callbacks. The labels are not looked at.
func Predict(ctx context.Context, net *graph.Network, data *loaders.Dataset, c Config) ([][]float32, error) {
	c, err := c.check(net, data)
	if err != nil {
		return nil, err
	}
	var outputs [][]float32
	err = infer(ctx, net, data, c, nil, func(p *graph.Program, b *loaders.Batch) (Metrics, error) {
		outputs = append(outputs, rows(p.Output, b.N)...)
		return Metrics{}, nil
	})
	return outputs, err
}

// infer runs all of data through the network, in order, and gives each program
// to use after it has run.
func infer(ctx context.Context, net *graph.Network, data *loaders.Dataset, c Config, loss graph.Loss,
	use func(*graph.Program, *loaders.Batch) (Metrics, error),
) (err error) {
	ps := newPrograms(net, graph.ProgramConfig{Mode: graph.Inference, Loss: loss})
	defer ps.close()
	batches := data.Batches(loaders.BatchConfig{Size: c.Batch, NoShuffle: true})
	defer batches.Close()

	start := time.Now()
	event := Event{Network: net, Total: data.Len()}
	send := func(k Kind) (bool, error) {
		event.Kind, event.Elapsed = k, time.Since(start)
		return tell(c.Callbacks, event)
	}
	defer func() {
		if _, e := send(End); err == nil {
			err = e
		}
	}()
	for b := batches.Next(); b != nil; b = batches.Next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		p, err := ps.run(b)
		if err != nil {
			return err
		}
		if event.Metrics, err = use(p, b); err != nil {
			return err
		}
		event.Samples += b.N
		if stop, err := send(BatchEnd); stop || err != nil {
			return err
		}
	}
	_, err = send(EpochEnd)
	return err
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
