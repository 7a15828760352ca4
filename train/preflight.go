package train

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/pkg/errors"

	"euryale/graph"
	"euryale/loaders"
)

// preflight looks over network and data before the first epoch is announced.
func (f *fitting) preflight() error {
	f.looked = f.NoPreflight || f.State != nil
	if f.looked {
		return nil
	}
	if err := f.checkNorms(); err != nil {
		return err
	}
	if err := f.checkEnds(); err != nil {
		return err
	}
	if d := datasetOf(f.data); d != nil {
		return f.checkClasses(d)
	}
	return nil
}

// odd writes a line to Log.
func (f *fitting) odd(format string, args ...any) error {
	_, err := fmt.Fprintf(f.Log, "train: "+format+"\n", args...)
	return errors.Wrap(err, "train: Log")
}

// checkNorms looks for batches of one sample under a batch normalisation: where
// that has one value of each channel, its output is the shift, whatever comes
// in.
func (f *fitting) checkNorms() error {
	n := f.data.Len()
	size := min(f.Batch, n)
	alone := size == 1
	if !alone && n%size != 1 {
		return nil
	}
	var single, several []graph.Row
	for _, row := range trainedNorms(f.net) {
		if row.Output.TotalSize() == row.Output[0] {
			single = append(single, row)
		} else {
			several = append(several, row)
		}
	}
	if alone && len(several) > 0 {
		if err := f.odd("batches of 1 sample: %s %s each by itself, which is not so in inference", norms(several), plural(several, "normalise")); err != nil {
			return err
		}
	}
	switch {
	case len(single) == 0:
		return nil
	case alone:
		return errors.Errorf("train: want batches of at least 2 samples for %s, which %s one value of each channel in a sample, got 1", norms(single), plural(single, "see"))
	}
	return f.odd("the last batch of an epoch, %d samples in batches of %d, is of 1, of which %s %s nothing through: another Batch leaves more", n, size, norms(single), plural(single, "let"))
}

// norms are some layers: the first by its name, and how many there are more.
func norms(rows []graph.Row) string {
	if more := len(rows) - 1; more > 0 {
		return fmt.Sprintf("%s and %d more BatchNorm", rows[0].Name, more)
	}
	return rows[0].Name
}

// plural is the verb of what they do.
func plural(rows []graph.Row, verb string) string {
	return either(len(rows) > 1, verb, verb+"s")
}

// trainedNorms are the batch normalisations that normalise by the batch, as far
// as their weights tell.
func trainedNorms(net *graph.Network) []graph.Row {
	trained := map[string]bool{}
	for _, p := range net.Params(graph.Trained) {
		if i := strings.LastIndexByte(p.Name, '/'); i >= 0 {
			trained[p.Name[:i]] = true
		}
	}
	var norms []graph.Row
	var walk func(rows []graph.Row)
	walk = func(rows []graph.Row) {
		for _, row := range rows {
			if row.Type == "BatchNorm" && trained[row.Name] {
				norms = append(norms, row)
			}
			walk(row.Inside)
		}
	}
	walk(net.Report().Rows)
	return norms
}

// checkEnds looks for ends that a cross-entropy between classes takes for what they
// are not.
func (f *fitting) checkEnds() error {
	for i, out := range f.programs.scored {
		at := f.programs.scoredAt[i]
		ends, l := f.net.EndsIn(at), lossOf(f.Loss, at)
		if len(ends) == 0 || !classifies(l) {
			continue
		}
		var err error
		switch soft := isSoftmax(ends[0]); {
		case !soft:
			err = f.odd("output %s: ends in %s, of which %v takes the softmax: want a Softmax there, or no activation", out.Name, ends[0], l)
		case len(ends) > 1 && ends[1] == "softmax":
			err = f.odd("output %s: ends in the %s of a softmax, which makes all classes nearly alike: want one of them", out.Name, ends[0])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func isSoftmax(activation string) bool { return activation == "softmax" || activation == "log softmax" }

// classifies reports whether a loss is of one class among several.
func classifies(l graph.Loss) bool {
	switch l.(type) {
	case graph.SparseCategoricalCrossEntropy, graph.CategoricalCrossEntropy, graph.Focal:
		return true
	}
	return false
}

// checkClasses looks for classes that nothing can be learned of.
func (f *fitting) checkClasses(d *loaders.Dataset) error {
	if k := f.programs.scored[0].Shape[0]; k > len(d.Classes) && classifies(lossOf(f.Loss, f.programs.scoredAt[0])) {
		if err := f.odd("output %s: %d values for the %d classes of %s: the last stand for none, and learn to say no", f.programs.scored[0].Name, k, len(d.Classes), d.Name); err != nil {
			return err
		}
	}
	counts := make([]int, len(d.Classes))
	for _, l := range d.Labels {
		counts[l]++
	}
	var without []string
	for l, n := range counts {
		if n == 0 {
			without = append(without, d.Classes[l])
		}
	}
	if len(without) == 0 {
		return nil
	}
	return f.odd("%s: no images of %s: the network will not know them", d.Name, strings.Join(without, ", "))
}

// largestScale is the root mean square above which inputs look unscaled: that
// of bytes of pictures is about 100, that of standardised values 1.
const largestScale = 10

// look looks at the first batch, before its step. It says whether there was
// something to write.
func (f *fitting) look(b *loaders.Batch) (said bool, err error) {
	if f.looked {
		return false, nil
	}
	f.looked = true
	for i, x := range b.Inputs {
		if len(x) < 2 || i >= len(f.programs.inputs) {
			continue
		}
		low, high, sum := x[0], x[0], 0.0
		for _, v := range x {
			low, high = min(low, v), max(high, v)
			sum += float64(v) * float64(v)
		}
		switch name := f.programs.inputs[i].Name; {
		case low == high:
			err = f.odd("input %s: every value of the first batch is %v: there is nothing to learn from", name, low)
		case math.Sqrt(sum/float64(len(x))) > largestScale:
			err = f.odd("input %s: values from %v to %v in the first batch: scaled to about 0 to 1 they train better", name, low, high)
		default:
			continue
		}
		if said = true; err != nil {
			return said, err
		}
	}
	return said, nil
}

// largestFirstLoss is by how much the first loss may exceed what a guess costs.
// Fresh weights guess, but not all classes alike: logits of variance v cost about
// v/2 more, in the ready networks up to 0.9.
const largestFirstLoss = 2

// lookAtLosses looks at the losses of the first batch, before its step, where it
// is known what a guess would cost. A smaller loss is that of a network that has
// learned something before.
func (f *fitting) lookAtLosses(p *graph.Program, b *loaders.Batch) error {
	for i, out := range f.programs.scored {
		k := classesOf(lossOf(f.Loss, f.programs.scoredAt[i]), out.Shape, b.Targets[i])
		guess := math.Log(float64(k))
		if k < 2 || p.Losses[i] <= guess+largestFirstLoss {
			continue
		}
		err := f.odd("output %s: want a first loss of about ln %d = %.2f, as a guess among %d classes has, got %.3g: look at the labels, the scale of the inputs and that of the first weights",
			out.Name, k, guess, k, p.Losses[i])
		if err != nil {
			return err
		}
	}
	return nil
}

// classesOf is of how many classes a loss is the cross-entropy, 0 if of none, or if
// a guess costs something else than their logarithm. Smoothed labels cost as much.
func classesOf(l graph.Loss, out graph.Shape, t loaders.Target) int {
	if len(t.Weights) > 0 || t.Labels == nil && !addUp(t.Values, out) {
		return 0
	}
	switch l := l.(type) {
	case graph.SparseCategoricalCrossEntropy:
		if l.ClassWeights == nil {
			return out[0]
		}
	case graph.CategoricalCrossEntropy:
		return out[0]
	}
	return 0
}

// addUp reports whether values are shares of classes, which make 1 together in each
// sample.
func addUp(values []float32, out graph.Shape) bool {
	if len(out) != 1 {
		return false
	}
	for row := range slices.Chunk(values, out[0]) {
		var sum float64
		for _, v := range row {
			sum += float64(v)
		}
		if !(math.Abs(sum-1) < 1e-4) {
			return false
		}
	}
	return true
}
