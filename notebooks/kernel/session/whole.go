package session

import (
	"io"
	"unicode/utf8"
)

// Whole passes text on to w in pieces that end with a whole character: what is
// read from a pipe may end within one.
func Whole(w io.Writer) io.Writer { return &whole{w: w} }

type whole struct {
	w    io.Writer
	rest []byte // the beginning of a character
}

func (x *whole) Write(p []byte) (int, error) {
	text := append(x.rest, p...)
	end := len(text)
	for back := 1; back <= min(utf8.UTFMax-1, len(text)); back++ {
		start := len(text) - back
		if utf8.RuneStart(text[start]) {
			if !utf8.FullRune(text[start:]) {
				end = start
			}
			break
		}
	}
	if end > 0 {
		if _, err := x.w.Write(text[:end]); err != nil {
			return 0, err
		}
	}
	x.rest = append([]byte(nil), text[end:]...)
	return len(p), nil
}
