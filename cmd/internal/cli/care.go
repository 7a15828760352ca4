package cli

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"euryale/cmd/internal/command"
	"euryale/graph"
	"euryale/internal/near"
	"euryale/loaders"
)

// care are the flags of what keeps training on its way, and has it do as well on
// other images.
type care struct {
	ValidationShare float64 `json:"validation_share"`
	ValidateEvery   int     `json:"validate_every"`
	Patience        int     `json:"patience"`
	ClipNorm        float64 `json:"clip_norm"`
	Accumulate      int     `json:"accumulate"`
	EMA             float64 `json:"ema"`
	LabelSmoothing  float64 `json:"label_smoothing"`
	ClassWeights    string  `json:"class_weights"`
	Dropout         float64 `json:"dropout"`
}

// balanced is what --class-weights takes besides a list.
const balanced = "balanced"

// addValidation declares those of what a run of several epochs is judged by.
func (f *flags) addValidation(p *pflag.FlagSet) {
	p.Float64Var(&f.ValidationShare, "validation-share", 0, "hold out a share `S` of the training images")
	p.IntVar(&f.ValidateEvery, "validate-every", 0, "validate after each `N` steps too, 0: after epochs only")
	p.IntVar(&f.Patience, "patience", 0, "end after `N` validations without a better val_loss, with the best weights; 0: never")
	p.Float64Var(&f.EMA, "ema", 0, "test averages of the weights that keep `D` a step")
}

// addBatches declares those of what is made of a batch.
func (f *flags) addBatches(p *pflag.FlagSet) {
	f.addDropout(p)
	p.Float64Var(&f.ClipNorm, "clip-norm", 0, "shrink gradients to norm `X` in all, 0: never")
	p.IntVar(&f.Accumulate, "accumulate", 1, "take the gradients of `N` batches a step")
	p.Float64Var(&f.LabelSmoothing, "label-smoothing", 0, "spread a share `S` of each label over all classes")
	p.StringVar(&f.ClassWeights, "class-weights", "", "count classes by this `LIST` in training, or balanced")
}

// addDropout declares --dropout.
func (f *flags) addDropout(p *pflag.FlagSet) {
	p.Float64Var(&f.Dropout, "dropout", 0, "drop a share `R` before each dense layer")
}

// checkCare reports the first of them that is out of range.
func (f *flags) checkCare() error {
	if err := wantAll([]demand{
		{"--validation-share", "a share of 0 to below 1", f.ValidationShare >= 0 && f.ValidationShare < 1, f.ValidationShare},
		{"--validate-every", "at least 0", f.ValidateEvery >= 0, f.ValidateEvery},
		{"--validate-every", "a --validation-share above 0", f.ValidateEvery <= 0 || f.ValidationShare > 0, f.ValidationShare},
		{"--patience", "at least 0", f.Patience >= 0, f.Patience},
		{"--patience", "a --validation-share above 0", f.Patience <= 0 || f.ValidationShare > 0, f.ValidationShare},
		{"--clip-norm", "a number of at least 0", f.ClipNorm >= 0 && !math.IsInf(f.ClipNorm, 0), f.ClipNorm},
		{"--accumulate", "at least 1", f.Accumulate >= 1, f.Accumulate},
		{"--ema", "0 to below 1", f.EMA >= 0 && f.EMA < 1, f.EMA},
		{"--label-smoothing", "a share of 0 to below 1", f.LabelSmoothing >= 0 && f.LabelSmoothing < 1, f.LabelSmoothing},
	}); err != nil {
		return err
	}
	_, err := f.listedWeights()
	return err
}

// listedWeights are those of --class-weights, nil where there is no list.
func (f *flags) listedWeights() ([]float64, error) {
	if f.ClassWeights == "" || f.ClassWeights == balanced {
		return nil, nil
	}
	var weights []float64
	for _, text := range strings.Split(f.ClassWeights, ",") {
		w, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil || !(w >= 0) || math.IsInf(w, 0) {
			return nil, command.Usagef("--class-weights: want numbers of at least 0 with commas between them, or balanced, got %q%s",
				text, near.Hint(text, "", balanced))
		}
		weights = append(weights, w)
	}
	if slices.Max(weights) == 0 {
		return nil, command.Usagef("--class-weights: want one number at least above 0, got %s", f.ClassWeights)
	}
	return weights, nil
}

// classWeights is how much each class counts; nil means 1 each. Balanced, all
// classes count as if they had as many images, and the mean image counts 1.
func (f *flags) classWeights(d *loaders.Dataset) ([]float64, error) {
	if f.ClassWeights != balanced {
		weights, err := f.listedWeights()
		if n := len(d.Classes); err == nil && weights != nil && len(weights) != n {
			err = command.Usagef("--class-weights: want %d numbers, one a class, got %d", n, len(weights))
		}
		return weights, err
	}
	counts := make([]int, len(d.Classes))
	for _, label := range d.Labels {
		counts[label]++
	}
	weights := make([]float64, len(counts))
	for i, n := range counts {
		if n == 0 {
			return nil, command.Usagef("--class-weights: want images of each class to balance them, got none of %s", d.Classes[i])
		}
		weights[i] = float64(d.Len()) / float64(len(counts)*n)
	}
	return weights, nil
}

// loss is the one that the flags ask for; nil means the default. In validation
// and test, as in Keras, class weights do not count. Mixed labels are values, whose
// loss has no weights: they are the samples'.
func (f *flags) loss(d *loaders.Dataset, mixed bool) (graph.Loss, []float64, error) {
	weights, err := f.classWeights(d)
	switch {
	case err != nil:
		return nil, nil, err
	case mixed:
		return graph.CategoricalCrossEntropy{LabelSmoothing: f.LabelSmoothing}, weights, nil
	case f.LabelSmoothing == 0 && weights == nil:
		return nil, nil, nil
	}
	return graph.SparseCategoricalCrossEntropy{LabelSmoothing: f.LabelSmoothing, ClassWeights: weights}, weights, nil
}
