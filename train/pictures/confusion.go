package pictures

import (
	"fmt"

	"github.com/pkg/errors"

	"euryale/train/internal/caption"
	"euryale/train/internal/prediction"
)

// Confusion counts the images of each class by the class that a network takes
// them for. It prints itself, and in a notebook it is a table. One whose rows are
// not as long as they are many prints what is wrong with it.
type Confusion struct {
	Classes []string // by label; a class without a name is shown by its number
	Counts  [][]int  // images of each class, in rows, taken for each class, in as many columns
}

// NewConfusion counts what the outputs of train.Predict take images of the given
// labels for: one row of outputs an image with a value for each class at least;
// the prediction is the largest, the first of equals. A network with more
// outputs than classes has as many rows and columns.
func NewConfusion(classes []string, labels []int, outputs [][]float32) (*Confusion, error) {
	if err := agree(labels, outputs); err != nil {
		return nil, errors.WithMessage(err, "confusion matrix")
	}
	names, counts := prediction.Count(classes, labels, outputs)
	return &Confusion{names, counts}, nil
}

// misshapen is what is wrong with counts that are no square, and else "".
func (c *Confusion) misshapen() string {
	for i, row := range c.Counts {
		if len(row) != len(c.Counts) {
			return fmt.Sprintf("confusion matrix: want %s in each row, one for each row, got %d in row %d", caption.Count(len(c.Counts), "count"), len(row), i)
		}
	}
	return ""
}

// tally is a confusion matrix with its sums.
type tally struct {
	names  []string
	counts [][]int
	rows   []int // images of each class
	cols   []int // images taken for each class
	right  int   // images taken for what they are
	all    int
}

func (c *Confusion) tally() tally {
	n := len(c.Counts)
	t := tally{counts: c.Counts, rows: make([]int, n), cols: make([]int, n)}
	for i, row := range c.Counts {
		t.names = append(t.names, caption.Class(c.Classes, i))
		t.right += row[i]
		for j, count := range row {
			t.rows[i] += count
			t.cols[j] += count
			t.all += count
		}
	}
	return t
}

// heading says how many were right.
func (t tally) heading() string {
	if t.all == 0 {
		return "Confusion matrix: no image"
	}
	return "Confusion matrix: " + caption.Number(t.right) + " of " + caption.Count(t.all, "image") + " right (" + caption.Percent(float64(t.right)/float64(t.all), 2) + ")"
}

// recall is the share of a class's images that were recognised, "–" where there
// are none.
func (t tally) recall(class int) string {
	if t.rows[class] == 0 {
		return "–"
	}
	return caption.Percent(float64(t.counts[class][class])/float64(t.rows[class]), 2)
}
