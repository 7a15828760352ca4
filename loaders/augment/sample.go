package augment

import "euryale/loaders"

// Sample is a Dataset of the samples at the positions of index, as the network is
// given them in an epoch, counted from 1, of a Fit of that seed, before they are
// normalised: to look at, such as by its PNG. The label of a mixed one is that
// with the larger share.
func (s *Source) Sample(index []int, seed uint64, epoch int) (*loaders.Dataset, error) {
	plain := *s.data
	c := s.config
	c.Mean, c.Deviation = nil, nil
	from := &Source{data: s.data, config: c, steps: s.steps, mixes: s.mixes}
	f := newFilling(from)
	copy(f.zero, newFilling(s).zero)
	b := loaders.Batch{N: len(index), Seed: seed, Epoch: epoch}
	if err := f.fill(&b, index); err != nil {
		return nil, err
	}
	if len(c.Pipeline) > 0 {
		plain.Name += ", augmented by " + c.Pipeline.String()
	}
	plain.Images, plain.Labels = make([]uint8, len(b.Inputs[0])), make([]int, len(index))
	for i, v := range b.Inputs[0] {
		plain.Images[i] = level(v)
	}
	for k := range plain.Labels {
		plain.Labels[k] = label(b.Targets[0], k, len(s.data.Classes))
	}
	return &plain, nil
}

// label is that of sample k, or the first of those that have the largest share.
func label(t loaders.Target, k, classes int) int {
	if t.Labels != nil {
		return t.Labels[k]
	}
	row, most := t.Values[k*classes:(k+1)*classes], 0
	for l, v := range row {
		if v > row[most] {
			most = l
		}
	}
	return most
}
