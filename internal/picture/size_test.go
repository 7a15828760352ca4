package picture

import (
	"os"
	"strings"
	"testing"
)

// TestSize is that of the picture that Read reads, upright or not.
func TestSize(t *testing.T) {
	files, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, f := range files {
		file := testdata(t, f.Name())
		p, err := read(file)
		if err != nil {
			continue
		}
		seen++
		got, err := Size(file)
		if want := p.Image.Bounds().Size(); err != nil || got.X*got.Y != want.X*want.Y {
			t.Errorf("%s: want %v, got %v and error %v", f.Name(), want, got, err)
		}
	}
	if seen < 10 {
		t.Errorf("want pictures of all kinds, got %d", seen)
	}
	for _, file := range []string{"", "hello", "\x89PNG\r\n\x1a\n"} {
		if _, err := Size([]byte(file)); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: want an error, got %v", file, err)
		}
	}
}
