package chart

import (
	"strings"

	"euryale/loaders"
)

// shades are what stands for a pixel, from black to white: as on a terminal
// with a dark background, where ink is light.
var shades = []rune(" ░▒▓█")

// Image draws image i of the dataset in a frame, with two characters a pixel,
// since a character is about twice as high as wide. Colours become grey. As an
// index of a slice, i must be from 0 to below d.Len(). A streamed one that cannot be
// decoded is a line that says why.
func Image(d *loaders.Dataset, i int) string {
	if d.Streamed() {
		one, err := d.Take([]int{i})
		if err != nil {
			return err.Error() + "\n"
		}
		return Image(one, 0)
	}
	edge := strings.Repeat("──", d.Width)
	var b strings.Builder
	b.WriteString("┌" + edge + "┐\n")
	for y := range d.Height {
		b.WriteString("│")
		for x := range d.Width {
			shade := string(shades[grey(d, i, y, x)*len(shades)/256])
			b.WriteString(shade + shade)
		}
		b.WriteString("│\n")
	}
	b.WriteString("└" + edge + "┘\n")
	return b.String()
}

// grey is the mean of a pixel's channels.
func grey(d *loaders.Dataset, i, y, x int) int {
	sum := 0
	for c := range d.Channels {
		sum += int(d.Image(i)[(c*d.Height+y)*d.Width+x])
	}
	return sum / d.Channels
}
