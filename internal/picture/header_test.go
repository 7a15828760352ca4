package picture

import (
	"bytes"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"
)

// TestReadHeader tells of each file that Read reads what Read makes of it.
func TestReadHeader(t *testing.T) {
	var files []string
	for _, pattern := range []string{"testdata/*", "testdata/*/*"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	read := 0
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		p, err := Read(t.Context(), bytes.NewReader(content))
		if err != nil {
			continue
		}
		read++
		h, err := ReadHeader(content)
		if err != nil || Known(content) != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := p.Image.Bounds().Size(); h.Size != got {
			t.Errorf("%s: want %v, got %v", name, got, h.Size)
		}
		if grey := colourSpace(p.Image) == "GRAY"; grey && !h.Grey {
			t.Errorf("%s: want greys", name)
		}
		if _, isGrey := p.Image.(*image.Gray); h.Grey && !isGrey && colourSpace(p.Image) != "GRAY" {
			t.Logf("%s: greys that are kept as colours", name)
		}
	}
	if read < 10 {
		t.Errorf("want 10 files to look at, got %d of %d", read, len(files))
	}
}

// TestReadHeaderTurns a picture whose EXIF data say so.
func TestReadHeaderTurns(t *testing.T) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 30, 20)), nil); err != nil {
		t.Fatal(err)
	}
	exif := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00")
	turned := append([]byte{0xff, 0xd8, 0xff, 0xe1, 0, byte(len(exif) + 2)}, append(exif, b.Bytes()[2:]...)...)
	for name, file := range map[string][]byte{"whole": turned, "a part": turned[:400]} {
		want := image.Pt(20, 30)
		if h, err := ReadHeader(file); name == "whole" && (err != nil || h.Size != want) || err == nil && h.Size != want {
			t.Errorf("%s: want %v, got %v, %v", name, want, h.Size, err)
		}
	}
	p, err := Read(t.Context(), bytes.NewReader(turned))
	if err != nil || p.Image.Bounds().Size() != image.Pt(20, 30) {
		t.Errorf("want it turned, got %v", err)
	}
	if err := Known([]byte("hello")); err == nil {
		t.Error("want an error of what is no picture")
	}
	if _, err := ReadHeader(turned[:100]); err == nil {
		t.Error("want an error of too few bytes")
	}
}

// FuzzReadHeader reads a header of at least a pixel, or says why not.
func FuzzReadHeader(f *testing.F) {
	files, _ := filepath.Glob("testdata/*")
	for _, name := range files {
		if content, err := os.ReadFile(name); err == nil && len(content) < 4000 {
			f.Add(content)
		}
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		h, err := ReadHeader(file)
		if err == nil && (h.Size.X < 1 || h.Size.Y < 1 || h.Size.X*h.Size.Y > mostPixels) {
			t.Errorf("want a size that can be read, got %v", h.Size)
		}
	})
}
