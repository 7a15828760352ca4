package train

import (
	"bytes"
	"encoding/binary"

	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/internal/f32"
	"euryale/loaders"
)

// shareFrom is the Config with From of rank 0, and the Epochs that go with it, on all
// ranks: only that one needs the file.
func (c Config) shareFrom(g Group, net *graph.Network) (Config, error) {
	if g == nil || net == nil {
		return c, nil
	}
	var file []byte
	if leads(g) && c.From != nil {
		var err error
		if file, err = c.From.encode(net); err != nil {
			return c, err
		}
		file = binary.LittleEndian.AppendUint64(file, uint64(c.Epochs))
	}
	file, err := shareBytes(g, file)
	if err != nil || leads(g) {
		return c, err
	}
	c.From = nil
	if end := len(file) - 8; end > 0 {
		c.Epochs = int(binary.LittleEndian.Uint64(file[end:]))
		c.From, err = decodeFrom(file[:end], net)
	}
	return c, errors.WithMessage(err, "train: From of rank 0")
}

// decodeFrom is what encode made.
func decodeFrom(file []byte, net *graph.Network) (*Checkpoint, error) {
	saved, err := graph.DecodeSaved(file)
	if err != nil {
		return nil, err
	}
	f, err := checkpointOf(saved)
	if err != nil {
		return nil, err
	}
	from, _, err := f.checkpoint(saved, net)
	return from, err
}

// encode is the checkpoint's file, with the weights that are in it.
func (c *Checkpoint) encode(net *graph.Network) ([]byte, error) {
	if err := fits(c.Weights, net.Params()); err != nil {
		return nil, errors.WithMessage(err, "train: From")
	}
	setParams(net.Params(), c.Weights)
	var file bytes.Buffer
	err := c.write(&file, net, checkpointFile{}, nil)
	return file.Bytes(), errors.WithMessage(err, "train: From")
}

// shareBytes is what rank 0 has, of whatever length, on all ranks.
func shareBytes(g Group, data []byte) ([]byte, error) {
	length := binary.LittleEndian.AppendUint64(nil, uint64(len(data)))
	if err := g.Broadcast(length, 0); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint64(length)
	if !leads(g) {
		if n > 1<<40 {
			return nil, errors.Errorf("train: Group: want a checkpoint of less than 1 TiB from rank 0, got %d bytes", n)
		}
		data = make([]byte, n)
	}
	if n == 0 {
		return nil, nil
	}
	return data, g.Broadcast(data, 0)
}

// shareWeights sets the weights to those of rank 0.
func shareWeights(g Group, net *graph.Network) error {
	if g == nil {
		return nil
	}
	for _, p := range net.Params() {
		if err := g.Broadcast(bytesOf(p.Value), 0); err != nil {
			return err
		}
		p.Changed()
	}
	return nil
}

// bytesOf is the memory of a tensor's values.
func bytesOf(t *tensor.Dense) []byte {
	switch x := t.Data().(type) {
	case []float32:
		return f32.Bytes(x)
	case []float64:
		return f32.Bytes(x)
	}
	return nil
}

// keepRows appends the outputs for a batch to those that are kept, of all ranks.
func (ps *programs) keepRows(outputs []*tensor.Dense, b *loaders.Batch) error {
	if ps.group == nil {
		appendRows(ps.rows, outputs, b.N)
		return nil
	}
	for i, out := range outputs {
		rows, err := ps.gatherRows(rows(out, b.N), out.Shape().TotalSize()/b.N, wholeOf(b))
		if err != nil {
			return err
		}
		ps.rows[i] = append(ps.rows[i], rows...)
	}
	return nil
}

// gatherRows are the rows of k values that ranks have of n samples. Each gives as
// many, of which some stand for none.
func (ps *programs) gatherRows(own [][]float32, k, n int) (all [][]float32, err error) {
	most := 0
	for r := range ps.group.Size() {
		from, to := ps.shareOf(r).Samples(n)
		most = max(most, to-from)
	}
	flat := make([]float32, most*k)
	for i, row := range own {
		copy(flat[i*k:], row)
	}
	bytes, err := ps.group.Allgather(f32.Bytes(flat))
	if err != nil {
		return nil, err
	}
	for r := range ps.group.Size() {
		from, to := ps.shareOf(r).Samples(n)
		for i := range to - from {
			row := make([]float32, k)
			copy(f32.Bytes(row), bytes[4*k*(r*most+i):])
			all = append(all, row)
		}
	}
	return all, nil
}

// shareOf is that of some rank.
func (ps *programs) shareOf(rank int) graph.Share {
	return graph.Share{Rank: rank, Ranks: ps.group.Size()}
}
