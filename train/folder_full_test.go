package train

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pkg/errors"
)

// contents are a folder's files but for the lock.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, name := range names(t, dir) {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if name != ".lock" {
			all[name] = string(b)
		}
	}
	return all
}

// goOn resumes a run of three epochs and wants it to end as the whole one.
func goOn(t *testing.T, dir string) {
	t.Helper()
	want := restless(t)
	fit(t, want, bars(100), Config{Batch: 16, Epochs: 3})
	net, folder := restless(t), &Folder{Dir: dir}
	c, err := folder.Resume(net, bars(100), Config{Batch: 16, Epochs: 3, Callbacks: []Callback{folder}})
	if err != nil {
		t.Fatal(err)
	}
	fit(t, net, bars(100), c)
	if !slices.Equal(weights(want), weights(net)) {
		t.Error("want the same weights as of the whole run")
	}
}

// narrow is a writer that takes so many bytes more.
type narrow struct {
	w    io.Writer
	room int
}

func (f *narrow) Write(p []byte) (int, error) {
	if len(p) > f.room {
		n, _ := f.w.Write(p[:f.room])
		f.room = 0
		return n, errors.New("no space left on device")
	}
	f.room -= len(p)
	return f.w.Write(p)
}

// TestFolderFull: a file that finds no room ends the run, and those that were there
// remain.
func TestFolderFull(t *testing.T) {
	for _, room := range []int{0, 1, 1000, 5000} {
		dir := t.TempDir()
		var before map[string]string
		folder, files := &Folder{Dir: dir, Every: 3}, 0
		folder.through = func(w io.Writer) io.Writer {
			if files++; files < 6 {
				return w
			}
			before = contents(t, dir)
			delete(before, ".writing")
			return &narrow{w, room}
		}
		_, err := Fit(t.Context(), restless(t), bars(100), Config{Batch: 16, Epochs: 3, Callbacks: []Callback{folder}})
		wantOneLine(t, err, "checkpoint folder: cannot write "+filepath.Join(dir, "step-0000000012.safetensors")+": no space left on device")
		if diff := cmp.Diff(before, contents(t, dir)); diff != "" || len(before) != 3 {
			t.Errorf("room for %d: files (-before +after):\n%s", room, diff)
		}
		goOn(t, dir)
	}
}

// TestFolderOnAFullDisk is TestFolderFull on a disk of which each size in turn has
// room for so much and no more.
func TestFolderOnAFullDisk(t *testing.T) {
	for kilobytes := 4; kilobytes <= 40; kilobytes += 4 {
		dir := filepath.Join(smallDisk(t, kilobytes), "run")
		_, err := Fit(t.Context(), restless(t), bars(100), Config{Batch: 16, Epochs: 3, Callbacks: []Callback{&Folder{Dir: dir, Keep: 9}}})
		if err == nil {
			if kilobytes < 24 {
				t.Errorf("%d kB: want no room for all", kilobytes)
			}
			continue
		}
		wantOneLine(t, err, "checkpoint folder: ")
		if !strings.HasSuffix(err.Error(), "no space left on device") {
			t.Errorf("%d kB: want it said that the disk is full, got %v", kilobytes, err)
		}
		before := contents(t, dir)
		if before[".writing"] != "" {
			t.Error("want nothing of the file that found no room")
		}
		if len(before) == 0 { // not even the first
			continue
		}
		larger := t.TempDir()
		if err := os.CopyFS(filepath.Join(larger, "run"), os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		goOn(t, filepath.Join(larger, "run"))
	}
}
