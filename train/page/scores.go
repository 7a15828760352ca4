package page

import (
	"euryale/train/internal/caption"
	"euryale/train/internal/prediction"
	"euryale/train/pictures"
)

// score is how well one class is told from the others.
type score struct {
	Class                 string
	Precision, Recall, F1 string // "–" where there is no image to tell by
}

// newScores are of the counts of a confusion matrix: those of a train.Scores,
// but for what nothing tells. Of many classes they are the worst.
func newScores(classes []string, counts [][]int) []score {
	labels := worst(counts)
	if len(counts) <= pictures.MostCells {
		labels = nil
		for i := range counts {
			labels = append(labels, i)
		}
	}
	var scores []score
	for _, i := range labels {
		tp, n, m := prediction.Told(counts, i)
		scores = append(scores, score{
			Class: caption.Class(classes, i), Precision: ratio(tp, m), Recall: ratio(tp, n), F1: ratio(2*tp, n+m),
		})
	}
	return scores
}

func ratio(a, b int) string {
	if b == 0 {
		return "–"
	}
	return caption.Percent(float64(a)/float64(b), 2)
}
