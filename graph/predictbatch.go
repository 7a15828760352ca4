package graph

import "gorgonia.org/tensor"

// batcher runs requests as batches. It serves one goroutine.
type batcher struct {
	programs map[int]*Program // by their batch
	keep     []string
	inputs   [][]float32 // of the largest batch, one behind the other
	sample   []int       // values of each input
}

// newBatcher compiles the programs, and runs each once: weights are laid out, and
// buffers made, before the first request.
func newBatcher(net *Network, c PredictorConfig) (*batcher, error) {
	b := &batcher{programs: map[int]*Program{}, keep: c.Keep}
	for _, in := range net.Inputs() {
		b.sample = append(b.sample, in.Shape.TotalSize())
	}
	sizes := c.sizes(net.engine())
	for _, n := range sizes {
		p, err := net.Compile(ProgramConfig{Batch: n, Keep: c.Keep})
		if err != nil {
			b.close()
			return nil, err
		}
		b.programs[n] = p
		_ = p.Run() // of zeros, which may be what an op cannot take
	}
	for _, n := range b.sample { // which fit: there is a program
		b.inputs = append(b.inputs, make([]float32, sizes[len(sizes)-1]*n))
	}
	return b, nil
}

func (b *batcher) close() {
	for _, p := range b.programs {
		p.Close()
	}
}

// run answers requests, as many as there is a program for.
func (b *batcher) run(batch []*request) {
	b.gather(batch)
	p, err := b.runOn(len(batch), 0)
	if err == nil {
		b.answer(p, batch)
		return
	}
	if len(batch) == 1 {
		batch[0].answer(nil, err)
		return
	}
	for i := range batch { // whose fault is it?
		if p, err = b.runOn(1, i); err != nil {
			batch[i].answer(nil, err)
			continue
		}
		b.answer(p, batch[i:i+1])
	}
}

// gather copies the inputs of a batch.
func (b *batcher) gather(batch []*request) {
	for i, r := range batch {
		for j, x := range r.inputs {
			copy(b.inputs[j][i*b.sample[j]:], x)
		}
		r.inputs = nil
		close(r.read)
	}
}

// runOn runs n of the gathered samples from the given one on.
func (b *batcher) runOn(n, from int) (*Program, error) {
	p := b.programs[n]
	for j, size := range b.sample {
		if err := p.SetInput(j, b.inputs[j][from*size:(from+n)*size]); err != nil {
			return nil, err
		}
	}
	return p, p.Run()
}

// answer gives each request its rows of the outputs.
func (b *batcher) answer(p *Program, batch []*request) {
	for i, r := range batch {
		var outputs [][]float32
		for _, t := range p.Outputs {
			outputs = append(outputs, rowOf(t, i, len(batch)))
		}
		for _, name := range b.keep {
			outputs = append(outputs, rowOf(p.kept[name], i, len(batch)))
		}
		r.answer(outputs, nil)
	}
}

// rowOf copies row i of n.
func rowOf(t *tensor.Dense, i, n int) []float32 {
	k := t.Shape().TotalSize() / n
	row := make([]float32, k)
	if t.Dtype() == tensor.Float32 {
		copy(row, t.Float32s()[i*k:])
		return row
	}
	for j, v := range t.Float64s()[i*k : (i+1)*k] {
		row[j] = float32(v)
	}
	return row
}
