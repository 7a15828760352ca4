package pictures

import (
	"fmt"
	"strconv"
)

// thousands is n with commas, as in the layer-shape report: 36,928.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// percent is a share of 0 to 1, with as many decimals as asked for.
func percent(share float64, decimals int) string {
	return fmt.Sprintf("%.*f %%", decimals, 100*share)
}

// plural is n of the things that one names: 1 filter, 64 filters.
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + one + "s"
}
