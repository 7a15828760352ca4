package pictures

import (
	"image/png"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestWritePNG(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "photo.png")
	want := shapes(1, 3, 8).Picture(0)
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := WritePNG(path, want); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	got, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	for p := range 64 {
		if apart(got.At(p%8, p/8), want.At(p%8, p/8)) > 0 {
			t.Errorf("pixel %d: want %v, got %v", p, want.At(p%8, p/8), got.At(p%8, p/8))
		}
	}
	if info, err := file.Stat(); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("want the permissions of the file it replaces, got %v and error %v", info.Mode(), err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("want the one file, got %v and error %v", entries, err)
	}
	fresh := filepath.Join(t.TempDir(), "fresh.png")
	if err := WritePNG(fresh, want); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(fresh); err != nil || info.Mode().Perm()&0o444 != 0o444 {
		t.Errorf("want a file that all can read, unlike a temporary one, got %v and error %v", info.Mode(), err)
	}
}

// TestWritePNGFails leaves what was there, and no file of its own.
func TestWritePNGFails(t *testing.T) {
	dir := t.TempDir()
	taken := filepath.Join(dir, "taken.png")
	if err := os.Mkdir(taken, 0o755); err != nil {
		t.Fatal(err)
	}
	none := filepath.Join(dir, "none", "a.png")
	for path, want := range map[string]string{
		taken: "want a file, got the folder " + taken,
		none:  "cannot write " + none + ": ",
		"":    "want the name of a file",
	} {
		err := WritePNG(path, shapes(1, 1, 8).Picture(0))
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), ".euryale") {
			t.Errorf("want an error that begins with %q, got %v", want, err)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("want the one folder, got %v and error %v", entries, err)
	}
}
