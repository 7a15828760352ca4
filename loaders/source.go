package loaders

// Source is where batches come from: a [Dataset], or data of one's own, for
// which these two methods are all that is needed.
type Source interface {
	// Len is the number of samples, which must not change.
	Len() int

	// Fill makes b the samples at the positions of index, in that order,
	// each in [0, Len()). b comes with N, Index, Seed and Epoch set and the rest empty;
	// its memory is that of an earlier batch, in which [Batch.Input],
	// [Batch.Labels] and [Batch.Values] give room. Fill is called by one
	// goroutine at a time, and not by the one that trains. An error, or a
	// panic, ends the epoch.
	Fill(b *Batch, index []int) error
}

// Batch is some samples of a Source, ready for a network.
type Batch struct {
	N       int         // samples
	Index   []int       // their N positions in the Source
	Seed    uint64      // of the order of the samples, and of what else is drawn for them
	Epoch   int         // in which they are, from 1
	Inputs  [][]float32 // one an input of the network: N samples each, one after the other
	Targets []Target    // one an output of the network that has a loss, in the outputs' order
	All     int         // samples of all ranks' batches together, N for one alone
	Spare   bool        // the sample is another rank's and does not count, as this one has none
}

// Target is what one output of a network should be, for each sample of a
// Batch: labels, or values. The other is nil.
type Target struct {
	Labels  []int     // N class indices
	Values  []float32 // N samples, one after the other
	Weights []float32 // how much each of the N samples counts in the loss; none means 1 each
}

// Input is input i of b with room for N samples of size values each, to be
// filled: what is there is left over from an earlier batch.
func (b *Batch) Input(i, size int) []float32 {
	b.Inputs = extend(b.Inputs, i+1)
	b.Inputs[i] = room(b.Inputs[i], b.N*size)
	return b.Inputs[i]
}

// Labels makes target i of b one of labels, without weights, and is the room for
// the N of them.
func (b *Batch) Labels(i int) []int {
	b.Targets = extend(b.Targets, i+1)
	t := &b.Targets[i]
	*t = Target{Labels: room(t.Labels, b.N), Weights: t.Weights[:0]}
	return t.Labels
}

// Values makes target i of b one of values, without weights, and is the room for
// N samples of size values each.
func (b *Batch) Values(i, size int) []float32 {
	b.Targets = extend(b.Targets, i+1)
	t := &b.Targets[i]
	*t = Target{Values: room(t.Values, b.N*size), Weights: t.Weights[:0]}
	return t.Values
}

// Weights is room for how much each sample counts in loss i, to be filled. It is
// called after Labels or Values.
func (b *Batch) Weights(i int) []float32 {
	b.Targets = extend(b.Targets, i+1)
	t := &b.Targets[i]
	t.Weights = room(t.Weights, b.N)
	return t.Weights
}

// empty takes what b holds, but for its memory.
func (b *Batch) empty() { b.Inputs, b.Targets = b.Inputs[:0], b.Targets[:0] }

// extend is s with at least n elements, those that its memory holds if it can.
func extend[T any](s []T, n int) []T {
	if n > len(s) && n <= cap(s) {
		return s[:n]
	}
	for len(s) < n {
		var zero T
		s = append(s, zero)
	}
	return s
}

// room is n elements, those of s where there are as many.
func room[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

var _ Source = (*Dataset)(nil)

// Fill makes b the images of d at the positions of index: input 0 their pixels
// in (N, C, H, W) order, 0 black and 1 white, and target 0 their labels. Those of a
// streamed dataset are decoded by as many goroutines as there are processors.
func (d *Dataset) Fill(b *Batch, index []int) error {
	if err := d.CheckImages(); err != nil {
		return err
	}
	b.N, b.Index = len(index), index
	b.empty()
	if err := d.checkPositions(index); err != nil {
		return err
	}
	n := d.size()
	x, labels := b.Input(0, n), b.Labels(0)
	for k, i := range index {
		labels[k] = d.Labels[i]
	}
	if d.Streamed() {
		return d.decoded(index, func(k int, pixels []uint8) { unit(x[k*n:(k+1)*n], pixels) })
	}
	for k, i := range index {
		unit(x[k*n:(k+1)*n], d.Image(i))
	}
	return nil
}

// units holds v/255 for each byte v.
var units = func() (t [256]float32) {
	for v := range t {
		t[v] = float32(v) / 255
	}
	return t
}()

// unit sets dst[i] = src[i]/255.
func unit(dst []float32, src []uint8) {
	dst = dst[:len(src)]
	for i, v := range src {
		dst[i] = units[v]
	}
}
