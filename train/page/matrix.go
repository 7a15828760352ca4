package page

import "math"

// matrix is the confusion matrix.
type matrix struct {
	Classes []string
	Rows    []classRow
}

// classRow is what became of the images of one class.
type classRow struct {
	Class string
	Cells []cell
	Share string // of the images that were taken for what they are
}

type cell struct {
	Count string
	Right bool // the class is the predicted one
	Shade int  // 0 for no image to 100
}

func newMatrix(classes []string, counts [][]int) matrix {
	m := matrix{Classes: classes}
	worst := 0
	for i, row := range counts {
		for j, n := range row {
			if i != j {
				worst = max(worst, n)
			}
		}
	}
	for i, row := range counts {
		m.Rows = append(m.Rows, newClassRow(classes[i], i, row, worst))
	}
	return m
}

// newClassRow shades what is right by its share of the row, and what is wrong in relation to the
// commonest mistake, by the root: one image among hundreds is to be seen.
func newClassRow(name string, class int, counts []int, worst int) classRow {
	row := classRow{Class: name, Share: "–"}
	images := 0
	for _, n := range counts {
		images += n
	}
	if images > 0 {
		row.Share = percent(float64(counts[class]) / float64(images))
	}
	for predicted, n := range counts {
		c := cell{Count: thousands(n), Right: predicted == class}
		switch {
		case n == 0:
		case c.Right:
			c.Shade = int(100 * float64(n) / float64(images))
		default:
			c.Shade = int(100 * math.Sqrt(float64(n)/float64(worst)))
		}
		row.Cells = append(row.Cells, c)
	}
	return row
}
