// Package decimal writes numbers as people read them.
package decimal

import "strconv"

// Group is n with a comma between groups of three digits: 1,234,567.
func Group(n int64) string {
	s := strconv.FormatInt(n, 10)
	first := 0
	if n < 0 {
		first = 1
	}
	for i := len(s) - 3; i > first; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Count is n and what there are n of, such as 1 image or 60,000 images.
func Count(n int, one, several string) string { return Group(int64(n)) + " " + Plural(n, one, several) }

// Plural is the word that goes with n.
func Plural(n int, one, several string) string {
	if n == 1 {
		return one
	}
	return several
}
