package cli

import "strconv"

// counted is such as 1 image or 12 images.
func counted(n int, one, several string) string {
	return strconv.Itoa(n) + " " + plural(n, one, several)
}

// plural is the word that goes with so many.
func plural(n int, one, several string) string {
	if n == 1 {
		return one
	}
	return several
}
