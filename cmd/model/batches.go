package main

import (
	"context"

	"github.com/pkg/errors"

	"euryale/cmd/internal/command"
	"euryale/graph"
	"euryale/internal/memory"
)

// batches runs a network on any number of samples, cut into pieces of one size, of
// which the last one is filled up.
type batches struct {
	net     *graph.Network
	size    int
	program *graph.Program
	in, out []int // numbers a sample
}

// newBatches compiles the network for pieces of size samples.
func newBatches(net *graph.Network, size int) (*batches, error) {
	if err := checkRoom(net, size); err != nil {
		return nil, err
	}
	p, err := net.Compile(graph.ProgramConfig{Batch: size})
	if err != nil {
		return nil, err
	}
	b := &batches{net: net, size: size, program: p}
	for _, port := range net.Inputs() {
		b.in = append(b.in, port.Shape.TotalSize())
	}
	for _, port := range net.Outputs() {
		b.out = append(b.out, port.Shape.TotalSize())
	}
	return b, nil
}

// checkRoom reports a batch of which one layer's values alone are more than there is
// memory.
func checkRoom(net *graph.Network, batch int) error {
	total := memory.Total()
	if total == 0 {
		return nil
	}
	most := 0
	for _, row := range net.Report().Rows {
		most = max(most, row.Bytes)
	}
	if most > 0 && uint64(batch) > total/uint64(most) {
		return command.Usagef("--batch: want what fits into %d MiB of memory, %d samples at most, got %d", total>>20, total/uint64(most), batch)
	}
	return nil
}

func (b *batches) close() error { return b.program.Close() }

// run runs n samples of each input, in the order of the network's inputs, and
// returns each output of all, in the order of the network's outputs.
func (b *batches) run(ctx context.Context, n int, inputs [][]float64) ([][]float64, error) {
	outputs := make([][]float64, len(b.out))
	for from := 0; from < n; from += b.size {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		count := min(b.size, n-from)
		for i, x := range inputs {
			b.fill(i, x[from*b.in[i]:(from+count)*b.in[i]])
		}
		if err := b.program.Run(); err != nil {
			return nil, err
		}
		for i, size := range b.out {
			y, err := numbers(b.program.Outputs[i].Data())
			if err != nil {
				return nil, err
			}
			outputs[i] = append(outputs[i], y[:count*size]...)
		}
	}
	return outputs, ctx.Err()
}

// fill fills an input with samples, the last one over and over.
func (b *batches) fill(i int, x []float64) {
	size := b.in[i]
	last := x[len(x)-size:]
	b.set(i, func(j int) float64 {
		if j < len(x) {
			return x[j]
		}
		return last[j%size]
	})
}

// set sets an input's numbers, in order.
func (b *batches) set(i int, at func(j int) float64) {
	switch to := b.program.Inputs[i].Data().(type) {
	case []float32:
		for j := range to {
			to[j] = float32(at(j))
		}
	case []float64:
		for j := range to {
			to[j] = at(j)
		}
	}
}

// numbers are values of either type.
func numbers(data any) ([]float64, error) {
	switch x := data.(type) {
	case []float64:
		return x, nil
	case []float32:
		wide := make([]float64, len(x))
		for i, v := range x {
			wide[i] = float64(v)
		}
		return wide, nil
	}
	return nil, errors.Errorf("want an output of float32 or float64, got %T", data)
}
