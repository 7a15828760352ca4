package loaders

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// TestFile names the file of each image, whatever part of the data it comes to be in.
func TestFile(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a/1.png", "a/2.png", "a/3.png", "b/4.png", "b/5.png", "b/6.png"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		m := image.NewGray(image.Rect(0, 0, 3, 2))
		m.SetGray(0, 0, color.Gray{Y: name[2]})
		f, err := os.Create(path)
		if err == nil {
			err = png.Encode(f, m)
		}
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	for _, memory := range []int64{0, 1} {
		all, _, err := Open(t.Context(), dir, OpenConfig{Memory: memory})
		if err != nil {
			t.Fatal(err)
		}
		rest, part, err := all.Split(0.5, 1)
		if err != nil {
			t.Fatal(err)
		}
		some, err := part.Take([]int{part.Len() - 1, 0})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range []*Dataset{all, all.First(2), rest, part, some} {
			held, err := d.Take(positions(d))
			if err != nil {
				t.Fatal(err)
			}
			for i := range d.Len() {
				name := filepath.Base(d.File(i))
				if want := held.Image(i)[0]; len(name) != 5 || name[0] != want {
					t.Errorf("memory %d, %s: image %d: want %c.png, got %q", memory, d.Name, i, want, name)
				}
			}
		}
	}
	if got := (&Dataset{Labels: []int{0}}).File(0); got != "" {
		t.Errorf("want none of made images, got %q", got)
	}
}

func positions(d *Dataset) (all []int) {
	for i := range d.Len() {
		all = append(all, i)
	}
	return all
}
