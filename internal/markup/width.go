package markup

import "strings"

// Width is the room, in pixels, that a line of text takes in a sans-serif font
// of so many pixels. Which font that is, the reader's machine says: the figures
// are those of DejaVu Sans, among the widest, rounded up.
func Width(text string, size float64, bold bool) float64 {
	w := 0.0
	for _, r := range text {
		w += em(r)
	}
	if bold {
		w *= 1.12
	}
	return w * size
}

// em is the width of a character, in the size of the font.
func em(r rune) float64 {
	switch {
	case strings.ContainsRune("ijlI.,:;|!'` ", r):
		return 0.36
	case strings.ContainsRune("ftr()[]/-\"", r):
		return 0.45
	case r == 'm' || r == 'w' || r == 'M' || r == 'W' || r == '%' || r == '@':
		return 1.02
	case r >= 'A' && r <= 'Z':
		return 0.79
	case r < 0x80:
		return 0.645
	case r < 0x250 || r >= 0x370 && r < 0x530: // Latin, Greek and Cyrillic
		return 0.9
	}
	return 1.1
}

// Fit is text as far as it has room: what is cut off, an ellipsis stands for.
func Fit(text string, size float64, bold bool, room float64) string {
	if Width(text, size, bold) <= room {
		return text
	}
	runes := []rune(text)
	for n := len(runes) - 1; n > 0; n-- {
		if cut := string(runes[:n]) + "…"; Width(cut, size, bold) <= room {
			return cut
		}
	}
	return ""
}
