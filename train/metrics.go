package train

import (
	"github.com/pkg/errors"
	"gorgonia.org/tensor"

	"euryale/graph"
	"euryale/loaders"
	"euryale/train/internal/prediction"
)

// Metrics are means over samples.
type Metrics struct {
	Loss float64 // the loss function's; of several, their weighted sum; with the layers' penalties

	// Accuracy is the share of samples whose largest output is the label's, 0
	// to 1: of the first output that has labels and several values, or one
	// value with a BinaryCrossEntropy. Such a value is right where the
	// probability is above 1/2 and the target is too, or neither. With a
	// CategoricalCrossEntropy of values, (N, K), a sample's label is its largest
	// value, the first of equals, as in Keras.
	Accuracy float64

	// Unlabelled says that no output has labels or such a value, so that
	// there is no Accuracy.
	Unlabelled bool

	// Outputs are those with a loss, in the network's order; nil unless
	// there are several.
	Outputs []OutputMetrics
}

// OutputMetrics are the metrics of one of several outputs.
type OutputMetrics struct {
	Name       string
	Loss       float64 // its own, before it is weighted
	Accuracy   float64 // as in Metrics
	Unlabelled bool    // its targets are values, so that there is no Accuracy
}

// tally sums metrics over batches, each weighted by the samples in it that
// count.
type tally struct {
	outputs []graph.Port // with a loss
	at      []int        // their places among the outputs
	counter []counter    // of the outputs' losses; nil where all samples count
	yes     []*threshold // of outputs that answer one question; nil for others
	mixed   []bool       // whether values of a sample are shares of its classes
	sums    []outputSum
	counts  []outputCounts // room for a batch's
	group   Group          // nil alone

	samples int
	loss    float64
}

type outputSum struct {
	loss            float64
	counted         int
	labels, correct int
}

// counter is a loss for which samples of some labels do not count.
type counter interface{ Counts(label int) bool }

func (ps *programs) tally() *tally {
	t := &tally{outputs: ps.scored, at: ps.scoredAt, sums: make([]outputSum, len(ps.scored)), group: ps.group}
	for _, i := range ps.scoredAt {
		l := lossOf(ps.loss, i)
		c, _ := l.(counter)
		t.counter = append(t.counter, c)
		t.yes = append(t.yes, thresholdOf(ps.net, i, l))
		_, dense := l.(graph.CategoricalCrossEntropy)
		t.mixed = append(t.mixed, dense && len(ps.outputs[i].Shape) == 1)
	}
	return t
}

// wholeOf is how many samples all ranks have of a batch.
func wholeOf(b *loaders.Batch) int { return max(b.All, b.N) }

// batchCounts is what counts in a batch: in all, and of each output.
type batchCounts struct {
	all     int
	outputs []outputCounts
}

type outputCounts struct{ counted, labels, correct int }

// count counts in a batch that a program has run, of all ranks.
func (t *tally) count(p *graph.Program, b *loaders.Batch) (batchCounts, error) {
	c := batchCounts{all: wholeOf(b), outputs: t.counts[:0]}
	for i := range t.sums {
		n := t.counted(i, b.Targets[i].Labels, b.N)
		judged, hits, err := t.judge(i, p.Outputs[t.at[i]], b.Targets[i], b.N, n)
		if err != nil {
			return c, err
		}
		c.outputs = append(c.outputs, outputCounts{n, judged, hits})
	}
	t.counts = c.outputs
	if t.group != nil {
		if err := c.share(t.group, b.Spare); err != nil {
			return c, err
		}
	}
	if len(c.outputs) == 1 {
		c.all = c.outputs[0].counted
	}
	return c, nil
}

// share adds up what all ranks count, in whole numbers, which float64 has exactly.
func (c *batchCounts) share(g Group, spare bool) error {
	var x []float64
	for _, o := range c.outputs {
		if spare {
			o = outputCounts{}
		}
		x = append(x, float64(o.counted), float64(o.labels), float64(o.correct))
	}
	err := g.SumFloat64(x, g.Size())
	for i := range c.outputs {
		c.outputs[i] = outputCounts{int(x[3*i]), int(x[3*i+1]), int(x[3*i+2])}
	}
	return err
}

// add counts a batch that a program has run.
func (t *tally) add(p *graph.Program, b *loaders.Batch) error {
	c, err := t.count(p, b)
	if err == nil {
		t.addCounts(p, c)
	}
	return err
}

// addCounts adds what counts in a batch that a program has run.
func (t *tally) addCounts(p *graph.Program, c batchCounts) {
	for i, o := range c.outputs {
		s := &t.sums[i]
		s.counted += o.counted
		s.loss += p.Losses[i] * float64(o.counted)
		s.labels += o.labels
		s.correct += o.correct
	}
	t.samples += c.all
	t.loss += p.Loss * float64(c.all)
}

// restore goes on from sums of the same outputs.
func (t *tally) restore(from Tally) {
	t.samples, t.loss = from.Samples, from.Loss
	for i, o := range from.Outputs {
		t.sums[i] = outputSum{loss: o.Loss, counted: o.Counted, labels: o.Labels, correct: o.Correct}
	}
}

// judge is how many of a batch's outputs are right or wrong, and how many right:
// none of values other than shares of classes, of labels of parts of a sample, or where there is nothing to
// choose from. Of n samples, counted count.
func (t *tally) judge(i int, out *tensor.Dense, target loaders.Target, n, counted int) (judged, hits int, err error) {
	one := out.Shape().TotalSize() == n
	switch {
	case one && t.yes[i] != nil && len(target.Labels) == n:
		hits, err = t.yes[i].correct(out, func(k int) bool { return target.Labels[k] == 1 })
		return n, hits, err
	case one && t.yes[i] != nil && len(target.Values) == n:
		hits, err = t.yes[i].correct(out, func(k int) bool { return target.Values[k] > 0.5 })
		return n, hits, err
	case !one && len(target.Labels) == n:
		hits, err = correct(out, target.Labels, t.counter[i])
		return counted, hits, err
	case t.mixed[i] && len(target.Values) == out.Shape().TotalSize():
		hits, err = agreeing(out, target.Values, n)
		return n, hits, err
	}
	return 0, 0, nil
}

// counted is how many of a batch's labels count in loss i: all n samples where
// none can be ignored.
func (t *tally) counted(i int, labels []int, n int) int {
	c := t.counter[i]
	if c == nil || labels == nil {
		return n
	}
	ignored := 0
	for _, l := range labels {
		if !c.Counts(l) {
			ignored++
		}
	}
	return len(labels) - ignored
}

// divisor is what a batch's loss is the mean over: what its one loss counts, or
// the samples where there are several.
func (t *tally) divisor(b *loaders.Batch) int {
	if len(t.sums) == 1 {
		return t.counted(0, b.Targets[0].Labels, b.N)
	}
	return b.N
}

// mean is the metrics so far; zero before the first batch.
func (t *tally) mean() Metrics {
	if t.samples == 0 {
		return Metrics{}
	}
	m := Metrics{Loss: t.loss / float64(t.samples), Unlabelled: true}
	for i, s := range t.sums {
		o := OutputMetrics{Name: t.outputs[i].Name, Loss: s.loss / float64(max(s.counted, 1)), Unlabelled: s.labels == 0}
		if !o.Unlabelled {
			o.Accuracy = float64(s.correct) / float64(s.labels)
		}
		if m.Unlabelled {
			m.Accuracy, m.Unlabelled = o.Accuracy, o.Unlabelled
		}
		if len(t.sums) > 1 {
			m.Outputs = append(m.Outputs, o)
		}
	}
	return m
}

// correct is how many rows have their largest value at the label, of those that
// count; nil means all.
func correct(outputs *tensor.Dense, labels []int, c counter) (int, error) {
	switch outputs.Dtype() { // Data would allocate
	case graph.Float32:
		return hits(outputs.Float32s(), labels, c), nil
	case graph.Float64:
		return hits(outputs.Float64s(), labels, c), nil
	}
	return 0, errors.Errorf("train: want float32 or float64 outputs, got %v", outputs.Dtype())
}

func hits[T float32 | float64](outputs []T, labels []int, c counter) int {
	k, n := len(outputs)/len(labels), 0
	for i, l := range labels {
		if (c == nil || c.Counts(l)) && prediction.Largest(outputs[i*k:(i+1)*k]) == l {
			n++
		}
	}
	return n
}

// agreeing is in how many of n rows outputs and targets have their largest value at
// the same place.
func agreeing(outputs *tensor.Dense, targets []float32, n int) (int, error) {
	switch outputs.Dtype() {
	case graph.Float32:
		return agreements(outputs.Float32s(), targets, n), nil
	case graph.Float64:
		return agreements(outputs.Float64s(), targets, n), nil
	}
	return 0, errors.Errorf("train: want float32 or float64 outputs, got %v", outputs.Dtype())
}

func agreements[T float32 | float64](outputs []T, targets []float32, n int) int {
	k, same := len(targets)/n, 0
	for i := range n {
		if prediction.Largest(outputs[i*k:(i+1)*k]) == prediction.Largest(targets[i*k:(i+1)*k]) {
			same++
		}
	}
	return same
}
