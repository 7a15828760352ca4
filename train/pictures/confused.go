package pictures

import (
	"cmp"
	"fmt"
	"slices"

	"euryale/train/internal/caption"
)

// Confused is a class whose images are taken for another one.
type Confused struct {
	Class, Predicted int // labels
	Count            int // images of Class taken for Predicted
	Images           int // of Class
}

// MostConfused are the n pairs of classes of the most mistakes, the most first; of
// equals that of the largest share of its class, then that of the smaller labels.
// There are fewer where there are fewer, and none where the matrix is no square.
func (c *Confusion) MostConfused(n int) []Confused {
	if c.misshapen() != "" {
		return nil
	}
	var all []Confused
	for i, row := range c.Counts {
		for j, count := range row {
			if i != j && count > 0 {
				all = append(all, Confused{i, j, count, sum(row)})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Confused) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Images, b.Images))
	})
	return all[:max(0, min(n, len(all)))]
}

// words are such as cat → dog: 12 of 100.
func (p Confused) words(names []string) string {
	return names[p.Class] + " → " + names[p.Predicted] + ": " + p.share()
}

// share is such as 12 of 100.
func (p Confused) share() string {
	return fmt.Sprintf("%s of %s", caption.Number(p.Count), caption.Number(p.Images))
}

// MostCells is how many classes a matrix has whose counts are written into its cells.
// Of more the picture has shaded cells and the name of a class here and there, and text
// and tables list the most confused pairs.
const MostCells = 40

// pairsShown is how many they list.
const pairsShown = 20

// Crowded says whether there are so many classes that counts cannot be read in cells.
func (c *Confusion) Crowded() bool { return len(c.Counts) > MostCells }

// pairsHeading says what is listed.
func pairsHeading(shown int) string {
	switch shown {
	case 0:
		return "No mistakes"
	case 1:
		return "The one pair that is confused: true class → predicted class, images"
	}
	return caption.Number(shown) + " most confused pairs: true class → predicted class, images"
}
