package page

import (
	"cmp"
	"slices"

	"euryale/train/internal/caption"
	"euryale/train/internal/prediction"
	"euryale/train/pictures"
)

// listed is how many of many classes, or of their pairs, are listed.
const listed = 20

// pair is a class whose images are taken for another one.
type pair struct{ Class, Predicted, Count, Images string }

// crowded is the confusion of more classes than a table can show.
type crowded struct {
	Picture *picture
	Pairs   []pair
	Classes int
}

// newCrowded is nil where the table does.
func newCrowded(c *pictures.Confusion) (*crowded, error) {
	if !c.Crowded() {
		return nil, nil
	}
	img, err := encode(c.Image())
	if err != nil {
		return nil, err
	}
	to := &crowded{Picture: img, Classes: len(c.Counts)}
	for _, p := range c.MostConfused(listed) {
		to.Pairs = append(to.Pairs, pair{
			caption.Class(c.Classes, p.Class), caption.Class(c.Classes, p.Predicted), caption.Number(p.Count), caption.Number(p.Images),
		})
	}
	return to, nil
}

// worst are the twenty labels of the smallest F1, of classes that have images or are
// taken for some, in this order.
func worst(counts [][]int) []int {
	var labels []int
	f1 := make([]float64, len(counts))
	for i := range counts {
		right, n, m := prediction.Told(counts, i)
		if n+m > 0 {
			f1[i] = 2 * float64(right) / float64(n+m)
			labels = append(labels, i)
		}
	}
	slices.SortStableFunc(labels, func(a, b int) int { return cmp.Compare(f1[a], f1[b]) })
	return labels[:min(listed, len(labels))]
}
