package picture

import (
	"bytes"
	"image"
	"image/draw"
	"image/gif"
	"io"
)

// examineGIF tells whether the picture is one of several.
func examineGIF(file []byte) *facts {
	what := &facts{file: file}
	pictures, short := gifWalk(file)
	what.short = short
	if pictures > 1 {
		what.note("only the first picture of the animation is taken")
	}
	return what
}

// decodeGIF is the first picture of a GIF file, on the whole of its screen.
func decodeGIF(r io.Reader) (image.Image, error) {
	file, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	c, err := gif.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	m, err := gif.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	screen := image.Rect(0, 0, c.Width, c.Height)
	if m.Bounds() == screen || screen.Empty() {
		return m, nil
	}
	to := image.NewNRGBA(screen)
	draw.Draw(to, screen, m, screen.Min, draw.Src)
	return to, nil
}

// gifWalk counts the pictures of a GIF file, up to two, and tells whether the
// file breaks off before that. https://www.w3.org/Graphics/GIF/spec-gif89a.txt
func gifWalk(file []byte) (pictures int, short bool) {
	const screen, descriptor = 13, 10
	at := screen
	if flags := between(file, 10, 1); flags != nil {
		at += colourTable(flags[0])
	}
	for pictures < 2 {
		block := between(file, at, 1)
		switch {
		case block == nil:
			return pictures, true
		case block[0] == 0x21: // an extension
			at += 2
		case block[0] == 0x2c: // a picture
			d := between(file, at, descriptor)
			if d == nil {
				return pictures, true
			}
			pictures++
			at += descriptor + colourTable(d[9]) + 1
		default:
			return pictures, false
		}
		if at = afterBlocks(file, at); at < 0 {
			return pictures, true
		}
	}
	return pictures, false
}

// afterBlocks is where the blocks of data that begin at at have ended, or -1
// where they do not.
func afterBlocks(file []byte, at int) int {
	for {
		n := between(file, at, 1)
		if n == nil {
			return -1
		}
		at += 1 + int(n[0])
		if n[0] == 0 {
			return at
		}
	}
}

// colourTable is the bytes of a table of colours, by the flags before it.
func colourTable(flags byte) int {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (flags&7 + 1)
}
