package filters

import (
	"math"
	"strconv"
)

// number is v with three decimals at most, and none that is not needed.
func number(v float64) string {
	v = math.Round(v*1000) / 1000
	return strconv.FormatFloat(v+0, 'f', -1, 64) // +0 for -0
}
