package train

import (
	"math"

	"github.com/pkg/errors"

	"euryale/train/internal/caption"
	"euryale/train/internal/prediction"
)

// topMost is up to how many of the largest outputs Scores looks for the label.
const topMost = 5

// Scores are how well a network tells classes apart: counts over all samples,
// whatever the batches that their outputs came in. They print as scikit-learn's
// classification_report, and in a notebook they are a table.
//
// What would be 0/0 is 0, as in scikit-learn with zero_division=0: the precision
// of a class that nothing is taken for, the recall of one without samples.
type Scores struct {
	Classes []ClassScore `json:"classes"` // by label

	// Macro is the mean over all classes, each counting the same, those
	// without samples included; Weighted counts each by its samples.
	Macro    MeanScore `json:"macro"`
	Weighted MeanScore `json:"weighted"`

	Samples  int     `json:"samples"`
	Accuracy float64 `json:"accuracy"` // the share of samples taken for what they are

	// BalancedAccuracy is the mean recall of the classes that have samples.
	BalancedAccuracy float64 `json:"balanced_accuracy"`

	// TopK is the share of samples whose label is among the 1, 2, … largest
	// outputs, up to five of them: see TopKAccuracy.
	TopK []float64 `json:"top_k"`

	// ROCAUC is that of the second of two classes, by the function of that
	// name; nil where there are not two, or samples of only one.
	ROCAUC *float64 `json:"roc_auc,omitempty"`

	// Confusion counts the samples of each class, in rows, by the class that
	// they are taken for, in as many columns.
	Confusion [][]int `json:"confusion,omitempty"`
}

// ClassScore is how well a class is told from all others. With tp samples of it
// recognised, of n, and m taken for it:
type ClassScore struct {
	Class     string  `json:"class"`
	Precision float64 `json:"precision"` // tp/m
	Recall    float64 `json:"recall"`    // tp/n
	F1        float64 `json:"f1"`        // their harmonic mean, 2·tp/(n+m)
	Support   int     `json:"support"`   // n
}

// MeanScore is a mean over classes.
type MeanScore struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

// NewScores are of the outputs of Predict for samples of the given labels, as a
// Dataset has them: a row a sample with a value for each class at least. A
// sample is taken for the class of its largest output, the first of equals; a
// class without a name is called by its number.
//
// A row of a single value is the probability of the second of two classes, as a
// Sigmoid makes it: a sample is taken for that above 1/2.
func NewScores(classes []string, labels []int, outputs [][]float32) (*Scores, error) {
	outputs, err := byClass(labels, outputs)
	if err != nil {
		return nil, errors.WithMessage(err, "train: scores")
	}
	names, counts := prediction.Count(classes, labels, outputs)
	s := &Scores{Samples: len(labels), Confusion: counts}
	for i, name := range names {
		s.Classes = append(s.Classes, newClassScore(name, counts, i))
	}
	s.addMeans()
	s.TopK = topShares(labels, outputs, min(topMost, len(outputs[0])))
	s.Accuracy = s.TopK[0]
	if len(names) == 2 {
		if auc, err := ROCAUC(labels, margins(outputs)); err == nil {
			s.ROCAUC = &auc
		}
	}
	return s, nil
}

// byClass is the outputs with a value for each class; an error where nothing can
// be counted of them.
func byClass(labels []int, outputs [][]float32) ([][]float32, error) {
	if len(outputs) > 0 && len(outputs[0]) == 1 {
		both, err := twoColumns(outputs)
		if err != nil {
			return nil, err
		}
		outputs = both
	}
	if err := prediction.Check(labels, outputs); err != nil {
		return nil, err
	}
	for i, row := range outputs {
		for k, v := range row {
			if math.IsNaN(float64(v)) {
				return nil, errors.Errorf("image %d: want numbers, got NaN for %s", i, caption.Class(nil, k))
			}
		}
	}
	return outputs, nil
}

// twoColumns gives rows of a single probability that of the other class.
func twoColumns(outputs [][]float32) ([][]float32, error) {
	both := make([][]float32, len(outputs))
	for i, row := range outputs {
		if len(row) != 1 || !(row[0] >= 0 && row[0] <= 1) {
			return nil, errors.Errorf("image %d: want one probability, from 0 to 1 as a Sigmoid makes it, got %v", i, row)
		}
		both[i] = []float32{1 - row[0], row[0]}
	}
	return both, nil
}

// newClassScore is of one class of a confusion matrix.
func newClassScore(name string, counts [][]int, class int) ClassScore {
	tp, n, m := prediction.Told(counts, class)
	return ClassScore{Class: name, Precision: share(tp, m), Recall: share(tp, n), F1: share(2*tp, n+m), Support: n}
}

// share is a/b, and 0 for 0/0.
func share(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// addMeans fills in what is a mean over classes.
func (s *Scores) addMeans() {
	there := 0
	for _, c := range s.Classes {
		s.Macro.add(c, 1/float64(len(s.Classes)))
		s.Weighted.add(c, share(c.Support, s.Samples))
		if c.Support > 0 {
			there++
			s.BalancedAccuracy += c.Recall
		}
	}
	s.BalancedAccuracy /= float64(there)
}

func (m *MeanScore) add(c ClassScore, weight float64) {
	m.Precision += weight * c.Precision
	m.Recall += weight * c.Recall
	m.F1 += weight * c.F1
}

// TopKAccuracy is the share of samples whose label is among the k largest of
// their outputs; of equals, the first come first, so that with k = 1 it is the
// accuracy.
func TopKAccuracy(k int, labels []int, outputs [][]float32) (float64, error) {
	outputs, err := byClass(labels, outputs)
	if err != nil {
		return 0, errors.WithMessage(err, "train: top-k accuracy")
	}
	if n := len(outputs[0]); k < 1 || k > n {
		return 0, errors.Errorf("train: top-k accuracy: want k from 1 to the number of outputs, %d, got %d", n, k)
	}
	return topShares(labels, outputs, k)[k-1], nil
}

// topShares are the top-1 accuracy to that of top k.
func topShares(labels []int, outputs [][]float32, k int) []float64 {
	counts := make([]int, k)
	for i, row := range outputs {
		if at := place(row, int(labels[i])); at < k {
			counts[at]++
		}
	}
	shares, sum := make([]float64, k), 0
	for at, n := range counts {
		sum += n
		shares[at] = share(sum, len(labels))
	}
	return shares
}

// place is how many outputs come before that of a class.
func place(row []float32, class int) int {
	n := 0
	for k, v := range row {
		if v > row[class] || v == row[class] && k < class {
			n++
		}
	}
	return n
}

// margins are by how much the second of two outputs exceeds the first: in the
// order of its probability, of logits as of probabilities.
func margins(outputs [][]float32) []float64 {
	m := make([]float64, len(outputs))
	for i, row := range outputs {
		if m[i] = float64(row[1]) - float64(row[0]); math.IsNaN(m[i]) {
			m[i] = 0 // both are the same infinity
		}
	}
	return m
}
