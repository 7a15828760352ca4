// Package caption words what the page of a run and its pictures say alike.
package caption

import (
	"fmt"
	"math"
	"strconv"

	"euryale/internal/decimal"
)

// Number is n with a comma between groups of three digits.
func Number(n int) string { return decimal.Group(int64(n)) }

// Count is n of the things of which one names a single one: 1 filter, 64
// filters. Its plural must end in s.
func Count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(n) + " " + one + "s"
}

// Percent is a share from 0 to 1, with as many decimals as asked for: with two,
// it tells one of 10,000 images. It reaches 100 only for the whole.
func Percent(share float64, decimals int) string {
	if share < 1 {
		share = min(share, 1-math.Pow10(-2-decimals))
	}
	return fmt.Sprintf("%.*f %%", decimals, 100*share)
}

// Class is the name of a class, or its number where there is none.
func Class(classes []string, class int) string {
	if class < len(classes) {
		return classes[class]
	}
	return "class " + strconv.Itoa(class)
}

// Steps names the curve of the losses of a range test's steps, of which those above
// most are not drawn.
func Steps(losses []float64, most float64) string {
	for _, loss := range losses {
		if !(loss <= most) {
			return fmt.Sprintf("of each step, up to %.2g", most)
		}
	}
	return "of each step"
}
