package loaders

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"euryale/internal/npy"
)

// kerasNPZ writes contents, those of the four IDX files, as Keras' mnist.npz.
func kerasNPZ(t *testing.T, path string, contents [4][]byte) string {
	t.Helper()
	array := func(content []byte) *npy.Array {
		h, err := readHeader(strings.NewReader(string(content)), "")
		if err != nil {
			t.Fatal(err)
		}
		return npy.FromUint8s(h.dims, content[4+4*len(h.dims):])
	}
	return saveNPZ(t, path,
		entry("x_test", array(contents[testImages])), entry("x_train", array(contents[trainImages])),
		entry("y_train", array(contents[trainLabels])), entry("y_test", array(contents[testLabels])))
}

// TestForeignFolders are those of torchvision and Keras.
func TestForeignFolders(t *testing.T) {
	set, mine := tiny("Own", 1)
	set.torchvision, set.keras, set.archive = "OWN", []string{"own-keras"}, "own.npz"
	rival, theirs := tiny("Rival", 2)
	damaged := mine
	damaged[testImages] = append([]byte(nil), mine[testImages][:20]...)
	for _, tt := range []struct {
		name    string
		prepare func(root string)
		dir     string // Options.Dir
		want    string // the folder of Origin; "" for none
	}{
		{"torchvision", func(root string) { own(t, set, mine, filepath.Join(root, "data", "OWN", "raw")) }, "", "data/OWN/raw"},
		{"Keras' folder", func(root string) { own(t, set, mine, filepath.Join(root, "keras", "own-keras")) }, "", "keras/own-keras"},
		{"Keras' archive", func(root string) { kerasNPZ(t, filepath.Join(root, "keras", "own.npz"), mine) }, "", "keras"},
		{"another's in torchvision's", func(root string) {
			own(t, rival, theirs, filepath.Join(root, "data", "OWN", "raw"))
			kerasNPZ(t, filepath.Join(root, "keras", "own.npz"), mine)
		}, "", "keras"},
		{"damaged is passed over", func(root string) { own(t, set, damaged, filepath.Join(root, "data", "OWN", "raw")) }, "", ""},
		{"another's archive is passed over", func(root string) { kerasNPZ(t, filepath.Join(root, "keras", "own.npz"), theirs) }, "", ""},
		{"root of torchvision's given", func(root string) { own(t, set, mine, filepath.Join(root, "data", "OWN", "raw")) }, "data", "data/OWN/raw"},
		{"torchvision's given", func(root string) { own(t, set, mine, filepath.Join(root, "data", "OWN", "raw")) }, "data/OWN", "data/OWN/raw"},
		{"Keras' given", func(root string) { kerasNPZ(t, filepath.Join(root, "keras", "own.npz"), mine) }, "keras", "keras"},
		{"files before an archive", func(root string) {
			own(t, set, mine, filepath.Join(root, "keras"))
			kerasNPZ(t, filepath.Join(root, "keras", "own.npz"), theirs)
		}, "keras", "keras"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root := t.TempDir()
			tt.prepare(root)
			f := &finder{set: set, rivals: []*published{rival}, cache: filepath.Join(root, "cache"), others: []string{filepath.Join(root, "data")}, keras: filepath.Join(root, "keras")}
			o := Options{NoDownload: true}
			if tt.dir != "" {
				o.Dir = filepath.Join(root, tt.dir)
			}
			train, test, err := f.find(t.Context(), o)
			if tt.want == "" {
				if err == nil {
					t.Errorf("want an error, got %v", train)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			checkTiny(t, mine, train, test, "files in "+filepath.Join(root, tt.want))
			l, err := f.locate(t.Context(), o)
			if err != nil || l.Err != nil || l.Dir != filepath.Join(root, tt.want) || l.Files[0].SHA256 != set.files[0].sum {
				t.Errorf("Locate: got %+v and error %v", l, err)
			}
		})
	}
}

// TestForeignArchiveErrors is of an archive that was asked for.
func TestForeignArchiveErrors(t *testing.T) {
	set, _ := tiny("Own", 1)
	set.archive = "own.npz"
	_, theirs := tiny("Rival", 2)
	dir := t.TempDir()
	path := kerasNPZ(t, filepath.Join(dir, "own.npz"), theirs)
	find := func() string {
		_, _, err := (&finder{set: set}).find(t.Context(), Options{Dir: dir})
		return describe(err)
	}
	if got, want := find(), path+": want 28 bytes of content with SHA-256 "+set.files[trainImages].sum; !strings.Contains(got, want) {
		t.Errorf("want %q, got %s", want, got)
	}
	saveNPZ(t, path, entry("x", npy.FromUint8s([]int{1}, []uint8{1})))
	if got, want := find(), path+": want an array x_train of bytes, as Keras has it, got none"; !strings.Contains(got, want) {
		t.Errorf("want %q, got %s", want, got)
	}
}

// TestKerasMNIST has the published MNIST as Keras keeps it.
func TestKerasMNIST(t *testing.T) {
	from := filepath.Join(datasets(t), "mnist")
	var contents [4][]byte
	for i, f := range mnist.files {
		b, err := contentHead(filepath.Join(from, f.name+".gz"), maxContent)
		if err != nil {
			t.Skip(err)
		}
		contents[i] = b
	}
	home := t.TempDir()
	kerasNPZ(t, filepath.Join(home, ".keras", "datasets", "mnist.npz"), contents)
	for _, name := range []string{"EURYALE_DATA", "XDG_CACHE_HOME", "LocalAppData", "KERAS_HOME"} {
		t.Setenv(name, "")
	}
	for _, name := range []string{"HOME", "USERPROFILE"} {
		t.Setenv(name, home)
	}
	train, test, err := MNIST(t.Context(), Options{NoDownload: true})
	if err != nil || train.Len() != 60000 || test.Len() != 10000 || train.Labels[0] != 5 {
		t.Errorf("got error %v", err)
	}
	train, test, handled, err := openArrays(t.Context(), filepath.Join(home, ".keras", "datasets", "mnist.npz"), arrayConfig{})
	if err != nil || !handled || train.Len() != 60000 || test.Len() != 10000 || train.Labels[0] != 5 || len(test.Classes) != 10 {
		t.Errorf("as a file: got error %v", err)
	}
	if _, err := os.Stat(filepath.Join(home, ".cache")); err == nil {
		t.Error("want nothing written")
	}
}
