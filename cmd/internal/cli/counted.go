package cli

import "strconv"

// counted is such as 1 image or 12 images.
func counted(n int, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + several
}
