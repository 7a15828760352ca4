package command

import (
	"strconv"

	"euryale/internal/decimal"
)

// Counted is n and what there are n of, such as 1 image or 60000 images; decimal.Count
// puts commas between the digits.
func Counted(n int, one, several string) string {
	return strconv.Itoa(n) + " " + decimal.Plural(n, one, several)
}
