package page

import (
	"math"
	"unicode/utf8"

	"euryale/train/internal/caption"
)

// matrix is the confusion matrix.
type matrix struct {
	Classes []string
	Rows    []classRow
	Totals  []string // images taken for each class
	Images  string   // in all
}

// classRow is what became of the images of one class.
type classRow struct {
	Class string
	Cells []cell
	Total string // images of the class
}

type cell struct {
	Count string
	Right bool // the class is the predicted one
	Shade int  // 0 for no image to 100
}

// newMatrix is of the counts of a confusion matrix.
func newMatrix(classes []string, counts [][]int) matrix {
	worst, all := 0, 0
	for i, row := range counts {
		for j, n := range row {
			if i != j {
				worst = max(worst, n)
			}
		}
	}
	var m matrix
	for i := range counts {
		name := caption.Class(classes, i)
		m.Classes = append(m.Classes, name)
		m.Rows = append(m.Rows, newClassRow(name, i, counts[i], worst))
		m.Totals = append(m.Totals, caption.Number(column(counts, i)))
		all += sum(counts[i])
	}
	m.Images = caption.Number(all)
	return m
}

// newClassRow shades what is right by its share of the row, and what is wrong
// in relation to the commonest mistake, by the root: one image among hundreds
// is to be seen.
func newClassRow(name string, class int, counts []int, worst int) classRow {
	images := sum(counts)
	row := classRow{Class: name, Total: caption.Number(images)}
	for predicted, n := range counts {
		c := cell{Count: caption.Number(n), Right: predicted == class}
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

func sum(counts []int) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}

// column is the sum of a column.
func column(counts [][]int, predicted int) int {
	n := 0
	for _, row := range counts {
		n += row[predicted]
	}
	return n
}

// On an upright sheet of A4, as many columns and as many characters in them
// find their place.
const (
	columnsUpright    = 16
	charactersUpright = 84
)

// Wide reports whether paper must lie on its side for the matrix.
func (m matrix) Wide() bool { return len(m.Classes) > columnsUpright }

// Steep reports whether the names of the columns must be turned on paper.
func (m matrix) Steep() bool {
	row, columns := 0, 0
	for _, name := range m.Classes {
		wide := max(4, utf8.RuneCountInString(name)) // as a count is
		row, columns = max(row, wide), columns+wide+1
	}
	return row+columns > charactersUpright
}
