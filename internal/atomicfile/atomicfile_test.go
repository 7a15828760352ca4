package atomicfile

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/pkg/errors"
)

// only fails unless dir holds the named files and no others.
func only(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(names, " ") {
		t.Errorf("folder holds %q, want %q", got, names)
	}
}

func TestWriteReplaces(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	for _, text := range []string{"one", "two, longer", ""} {
		if err := Check(path); err != nil {
			t.Fatal(err)
		}
		if err := Write(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != text {
			t.Errorf("read %q, %v, want %q", got, err, text)
		}
	}
	only(t, dir, "a")
}

// TestFailureLeavesWhatWasThere fails in the middle, with an error on another file.
func TestFailureLeavesWhatWasThere(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	if err := Write(path, []byte("old")); err != nil {
		t.Fatal(err)
	}
	err := WriteFunc(path, func(w io.Writer) error {
		io.WriteString(w, "half")
		return &os.PathError{Op: "write", Path: w.(*os.File).Name(), Err: errors.New("no space left")}
	})
	if want := "cannot write " + path + ": no space left"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if got, _ := os.ReadFile(path); string(got) != "old" {
		t.Errorf("file holds %q, want what was there", got)
	}
	only(t, dir, "a")
}

func TestRefused(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{
		"":                               "want the name of a file",
		dir:                              "want a file, got the folder " + dir,
		filepath.Join(dir, "no", "file"): "cannot write " + filepath.Join(dir, "no", "file") + ": no such file",
	} {
		for _, err := range []error{Check(path), Write(path, nil)} {
			if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), ".euryale-") {
				t.Errorf("%q: error %v, want %q", path, err, want)
			}
		}
	}
	only(t, dir)
}

// TestMode: who may read a file may read what takes its place, and nobody else.
func TestMode(t *testing.T) {
	dir := t.TempDir()
	text := func(w io.Writer) error {
		_, err := io.WriteString(w, "new")
		return err
	}
	for name, write := range map[string]func(path string) error{
		"Write":        func(path string) error { return Write(path, []byte("new")) },
		"WriteDurably": func(path string) error { return WriteDurably(path, text) },
		"WriteVia":     func(path string) error { return WriteVia(path, filepath.Join(dir, "via"), text) },
	} {
		for _, want := range []os.FileMode{0o600, 0o640, 0o444, 0o664, 0} {
			path := filepath.Join(dir, name)
			os.Remove(path)
			if want != 0 {
				if err := os.WriteFile(path, []byte("old"), want); err != nil {
					t.Fatal(err)
				}
				if err := os.Chmod(path, want); err != nil { // whatever the umask
					t.Fatal(err)
				}
			} else {
				want = 0o644
			}
			if err := write(path); err != nil {
				t.Fatal(err)
			}
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if got := info.Mode().Perm(); got != want && runtime.GOOS != "windows" {
				t.Errorf("%s: want mode %o, got %o", name, want, got)
			}
		}
	}
}

// TestLink writes to what a link names: the link stays.
func TestLink(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "a"), filepath.Join(dir, "link")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path, link); err != nil {
		t.Skip(err)
	}
	if err := Write(link, []byte("new")); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(path); string(got) != "new" {
		t.Errorf("file holds %q, want new", got)
	}
	if to, err := os.Readlink(link); err != nil || to != path {
		t.Errorf("link to %q, %v, want %s", to, err, path)
	}
}

// TestVia goes through one temporary file, whatever lies there.
func TestVia(t *testing.T) {
	dir := t.TempDir()
	path, other, via := filepath.Join(dir, "a"), filepath.Join(dir, "b"), filepath.Join(dir, ".via")
	holds := func(path, want string) {
		t.Helper()
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("%s: read %q, %v, want %q", path, got, err, want)
		}
	}
	text := func(s string) func(io.Writer) error {
		return func(w io.Writer) error {
			_, err := io.WriteString(w, s)
			return err
		}
	}
	if err := os.WriteFile(via, []byte("left by one that was killed"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time the link is there already
		if err := WriteVia(path, via, text("one")); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := LinkVia(other, path, via); err != nil {
				t.Fatal(err)
			}
		}
		holds(path, "one")
		holds(other, "one")
		only(t, dir, "a", "b")
	}
	if err := WriteVia(path, via, text("two")); err != nil {
		t.Fatal(err)
	}
	holds(other, "one")
	if err := copyVia(other, path, via); err != nil { // as where there are no links
		t.Fatal(err)
	}
	holds(other, "two")
	err := WriteVia(path, via, func(w io.Writer) error {
		io.WriteString(w, "half")
		return errors.New("no space left")
	})
	if want := "cannot write " + path + ": no space left"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	holds(path, "two")
	only(t, dir, "a", "b")
	if err := LinkVia(other, filepath.Join(dir, "none"), via); err == nil || !strings.HasPrefix(err.Error(), "cannot write "+other+": no such file") {
		t.Errorf("want an error of what is not there, got %v", err)
	}
	holds(other, "two")
}
