package page

import (
	"archive/zip"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"euryale/loaders"
	"euryale/train/pictures"
)

// TestPlaces names the files of mistakes and of suspects, held or streamed, below the
// folder or in the archive, and makes no HTML of them.
func TestPlaces(t *testing.T) {
	const odd = "&lt;b&gt;.png"
	dir := filepath.Join(t.TempDir(), "pets")
	packed := filepath.Join(t.TempDir(), "pets.zip")
	archive, err := os.Create(packed)
	must(t, err)
	z := zip.NewWriter(archive)
	list := "file,label\n"
	for i, name := range []string{"ant/1.png", "ant/2.png", "bee/" + odd, "cat/4.png"} {
		m := image.NewGray(image.Rect(0, 0, 6, 6))
		m.SetGray(i, i, color.Gray{Y: 200})
		at := filepath.Join(dir, filepath.FromSlash(name))
		must(t, os.MkdirAll(filepath.Dir(at), 0o755))
		f, err := os.Create(at)
		must(t, err)
		must(t, png.Encode(f, m))
		must(t, f.Close())
		w, err := z.Create(name)
		must(t, err)
		must(t, png.Encode(w, m))
		list += fmt.Sprintf("pets/%s,%s\n", name, filepath.Dir(name))
	}
	must(t, z.Close())
	must(t, archive.Close())
	table := filepath.Join(filepath.Dir(dir), "pets.csv")
	must(t, os.WriteFile(table, []byte(list), 0o644))
	for _, of := range []struct{ path, below string }{{dir, ""}, {dir + "/", ""}, {packed, ""}, {table, "pets/"}} {
		for _, memory := range []int64{0, 1} {
			r := run(t)
			r.Test, _, err = loaders.Open(t.Context(), of.path, loaders.OpenConfig{Memory: memory})
			must(t, err)
			r.Outputs = [][]float32{{1, 0, 0}, {0, 1, 0}, {1, 0, 0}, {0, 0, 1}}
			r.Training, r.Suspects = r.Test, []pictures.Mistake{{Index: 3, Label: 2, Predicted: 1, Confidence: 0.5}}
			page := written(t, r)
			wantAll(t, page, `<span class="place">`+of.below+`ant/2.png</span>`, `<span class="place">`+of.below+`bee/&amp;lt;b&amp;gt;.png</span>`, `<span class="place">`+of.below+`cat/4.png</span>`)
			if strings.Count(page, `class="place"`) != 3 || strings.Contains(page, ">no. ") {
				t.Errorf("%s: want the places of three", of.path)
			}
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
