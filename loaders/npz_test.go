package loaders

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/internal/npy"
	"euryale/internal/scalar"
)

func saveNPZ(t *testing.T, path string, entries ...npy.Entry) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := npy.WriteNPZFile(path, entries); err != nil {
		t.Fatal(err)
	}
	return path
}

func entry(name string, a *npy.Array) npy.Entry { return npy.Entry{Name: name, Array: a} }

// TestOpenNPZ has images of every layout and type, and labels likewise.
func TestOpenNPZ(t *testing.T) {
	labels := npy.FromInt64s([]int{2}, []int64{1, 0})
	planar := []uint8{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30}
	type size struct{ C, H, W int }
	for _, tt := range []struct {
		name   string
		images *npy.Array
		labels *npy.Array
		size   size
		want   []uint8
	}{
		{"(N, H, W)", npy.FromUint8s([]int{2, 1, 3}, []uint8{1, 2, 3, 4, 5, 6}), labels, size{1, 1, 3}, []uint8{1, 2, 3, 4, 5, 6}},
		{"(N, H, W, 1)", npy.FromUint8s([]int{2, 1, 3, 1}, []uint8{1, 2, 3, 4, 5, 6}), labels, size{1, 1, 3}, []uint8{1, 2, 3, 4, 5, 6}},
		{"(N, H, W, C)", npy.FromUint8s([]int{2, 1, 2, 3}, []uint8{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}), labels, size{3, 1, 2}, []uint8{1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12}},
		{"(N, C, H, W)", npy.FromUint8s([]int{2, 3, 1, 5}, planar), labels, size{3, 1, 5}, planar},
		{"(N, values)", npy.FromUint8s([]int{2, 4}, []uint8{1, 2, 3, 4, 5, 6, 7, 8}), labels, size{1, 2, 2}, []uint8{1, 2, 3, 4, 5, 6, 7, 8}},
		{"from 0 to 1", npy.FromFloat32s([]int{2, 1, 2}, []float32{0, 1, 0.5, 0.1}), labels, size{1, 1, 2}, []uint8{0, 255, 128, 26}},
		{"from 0 to 255", npy.FromFloat64s([]int{2, 1, 2}, []float64{0, 1, 2.5, 254.6}), labels, size{1, 1, 2}, []uint8{0, 1, 2, 255}},
		{"integers", npy.FromInt64s([]int{2, 1, 2}, []int64{0, 1, 2, 255}), labels, size{1, 1, 2}, []uint8{0, 1, 2, 255}},
		{"bools", &npy.Array{Shape: []int{2, 1, 2}, Dtype: scalar.Bool, Data: []byte{0, 1, 1, 0}}, labels, size{1, 1, 2}, []uint8{0, 255, 255, 0}},
		{"labels (N, 1)", npy.FromUint8s([]int{2, 1, 1}, []uint8{1, 2}), npy.FromUint8s([]int{2, 1}, []uint8{1, 0}), size{1, 1, 1}, []uint8{1, 2}},
		{"labels of int16", npy.FromUint8s([]int{2, 1, 1}, []uint8{1, 2}), &npy.Array{Shape: []int{2}, Dtype: scalar.Int16, Data: []byte{1, 0, 0, 0}}, size{1, 1, 1}, []uint8{1, 2}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := saveNPZ(t, filepath.Join(t.TempDir(), "a.npz"), entry("y_train", tt.labels), entry("x_train", tt.images), entry("x_test", tt.images), entry("y_test", tt.labels))
			train, test, err := openNPZ(path, &arrayConfig{})
			if err != nil {
				t.Fatal(err)
			}
			want := &Dataset{
				Name: "a training", Origin: path, Classes: []string{"0", "1"}, Channels: tt.size.C, Height: tt.size.H, Width: tt.size.W,
				Images: tt.want, Labels: []int{1, 0},
			}
			if diff := cmp.Diff(want, train, cmp.AllowUnexported(Dataset{})); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			want.Name = "a test"
			if diff := cmp.Diff(want, test, cmp.AllowUnexported(Dataset{})); diff != "" {
				t.Errorf("test, -want +got:\n%s", diff)
			}
		})
	}
}

// TestNPZNames are those of Keras and others.
func TestNPZNames(t *testing.T) {
	x, y := npy.FromUint8s([]int{1, 1, 1}, []uint8{7}), npy.FromUint8s([]int{1}, []uint8{2})
	for _, tt := range []struct {
		names string
		test  bool
	}{
		{"x_train y_train x_test y_test", true},
		{"train_images train_labels test_images test_labels", true},
		{"train_images train_labels val_images val_labels test_images test_labels", true},
		{"X_train Y_train X_val Y_val", true},
		{"xtrain ytrain", false},
		{"X y", false},
		{"images labels", false},
		{"data target extra", false},
	} {
		var entries []npy.Entry
		for _, name := range strings.Fields(tt.names) {
			a := x
			if r, _ := roleOf(name); r.labels {
				a = y
			}
			entries = append(entries, entry(name, a))
		}
		path := saveNPZ(t, filepath.Join(t.TempDir(), "a.npz"), entries...)
		train, test, err := openNPZ(path, &arrayConfig{})
		if err != nil || train.Len() != 1 || train.Labels[0] != 2 || (test != nil) != tt.test {
			t.Errorf("%s: want a test set %v, got %v, %v and error %v", tt.names, tt.test, train, test, err)
		}
	}
}

// TestFloatsOfAllParts: a test set without a value above 1 is scaled as the training
// set is.
func TestFloatsOfAllParts(t *testing.T) {
	y := npy.FromUint8s([]int{1}, []uint8{0})
	path := saveNPZ(t, filepath.Join(t.TempDir(), "a.npz"),
		entry("x_train", npy.FromFloat32s([]int{1, 1, 1}, []float32{200})), entry("y_train", y),
		entry("x_test", npy.FromFloat32s([]int{1, 1, 1}, []float32{1})), entry("y_test", y))
	_, test, err := openNPZ(path, &arrayConfig{})
	if err != nil || test.Images[0] != 1 {
		t.Errorf("want 1 to stay 1, got %v and error %v", test, err)
	}
}

func TestNPZErrors(t *testing.T) {
	x, y := npy.FromUint8s([]int{2, 1, 1}, []uint8{7, 8}), npy.FromUint8s([]int{2}, []uint8{2, 0})
	nan := npy.FromFloat32s([]int{2, 1, 1}, []float32{0, -0.5})
	for _, tt := range []struct {
		name    string
		entries []npy.Entry
		c       arrayConfig
		want    string
	}{
		{"no labels", []npy.Entry{entry("x_train", x)}, arrayConfig{}, "x_train: want the labels of these images, such as y_train, got none"},
		{"no images", []npy.Entry{entry("y_train", y), entry("b", y)}, arrayConfig{}, "y_train: want the images of these labels"},
		{"test alone", []npy.Entry{entry("x_test", x), entry("y_test", y)}, arrayConfig{}, "want arrays to train on"},
		{"none", []npy.Entry{entry("b", x), entry("a", y)}, arrayConfig{}, "want arrays named x_train, y_train, x_test and y_test, or train_images and so on, got a, b"},
		{"twice", []npy.Entry{entry("x", x), entry("images", x), entry("y", y)}, arrayConfig{}, "want the images of each part once"},
		{"count", []npy.Entry{entry("x", x), entry("y", npy.FromUint8s([]int{1}, []uint8{0}))}, arrayConfig{}, "want 2 labels, one for each image of "},
		{"one-hot", []npy.Entry{entry("x", x), entry("y", npy.FromUint8s([]int{2, 2}, []uint8{0, 1, 1, 0}))}, arrayConfig{}, "want labels as (N) or (N, 1), got (2, 2): of one-hot rows save argmax(1)"},
		{"float labels", []npy.Entry{entry("x", x), entry("y", npy.FromFloat32s([]int{2}, []float32{0, 1}))}, arrayConfig{}, "want labels of an integer type"},
		{"negative", []npy.Entry{entry("x", x), entry("y", npy.FromInt64s([]int{2}, []int64{0, -1}))}, arrayConfig{}, "label 1: want one from 0 to 65535, got -1"},
		{"huge label", []npy.Entry{entry("x", x), entry("y", npy.FromInt64s([]int{2}, []int64{1 << 40, 0}))}, arrayConfig{}, "label 0: want one from 0 to 65535"},
		{"below 0", []npy.Entry{entry("x", nan), entry("y", y)}, arrayConfig{}, "x: image 1: want values from 0 to 1 or from 0 to 255, got -0.5: save them before they are normalised"},
		{"integers", []npy.Entry{entry("x", npy.FromInt64s([]int{2, 1, 1}, []int64{0, 256})), entry("y", y)}, arrayConfig{}, "x: image 1: want values from 0 to 255, got 256"},
		{"shape", []npy.Entry{entry("x", npy.FromUint8s([]int{2, 5, 5, 5}, make([]uint8, 250))), entry("y", y)}, arrayConfig{}, "want images as (N, H, W), (N, H, W, C) or (N, C, H, W) with C of at most 4, got (2, 5, 5, 5)"},
		{"none at all", []npy.Entry{entry("x", npy.FromUint8s([]int{0, 5, 5}, nil)), entry("y", npy.FromUint8s([]int{0}, nil))}, arrayConfig{}, "want at least 1 image"},
		{"another height", []npy.Entry{entry("x", x), entry("y", y)}, arrayConfig{Height: 3}, "want images of height 3, got (2, 1, 1)"},
		{"classes", []npy.Entry{entry("x", x), entry("y", y)}, arrayConfig{Classes: []string{"a", "b"}}, "y: label 0: want a label below 2, the number of classes, got 2"},
	} {
		path := saveNPZ(t, filepath.Join(t.TempDir(), "a.npz"), tt.entries...)
		_, _, err := openNPZ(path, &tt.c)
		if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: want %q, got %v", tt.name, tt.want, err)
		}
	}
}

// TestArrayFiles are .npy and .npz files of one array each.
func TestArrayFiles(t *testing.T) {
	x, y := npy.FromUint8s([]int{1, 1, 1}, []uint8{7}), npy.FromUint8s([]int{1}, []uint8{2})
	save := func(t *testing.T, path string) {
		a := x
		if r, _ := roleOf(filepath.Base(path)); r.labels {
			a = y
		}
		if filepath.Ext(path) == ".npz" {
			saveNPZ(t, path, entry("arr_0", a))
		} else if err := npy.WriteFile(path, a); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		names string // the first is opened
		test  bool
		want  string
	}{
		{"x.npy y.npy", false, ""},
		{"y_train.npy x_train.npy x_test.npy y_test.npy", true, ""},
		{"x_test.npy x_train.npy y_train.npy y_test.npy", false, ""},
		{"kmnist-train-imgs.npz kmnist-train-labels.npz kmnist-test-imgs.npz kmnist-test-labels.npz", true, ""},
		{"a_images.npy a_labels.npy b_images.npy b_labels.npy", false, ""},
		{"x.npy", false, "x.npy: want the labels of these images"},
		{"first.npy", false, "want a name that tells images from labels, such as x_train.npy beside y_train.npy"},
	} {
		dir := t.TempDir()
		names := strings.Fields(tt.names)
		for _, name := range names {
			save(t, filepath.Join(dir, name))
		}
		train, test, handled, err := openArrays(t.Context(), filepath.Join(dir, names[0]), arrayConfig{})
		if tt.want != "" {
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%s: want %q, got %v", tt.names, tt.want, err)
			}
			continue
		}
		if err != nil || !handled || train.Len() != 1 || train.Images[0] != 7 || train.Labels[0] != 2 || (test != nil) != tt.test {
			t.Errorf("%s: want a test set %v, got %v, %v and error %v", tt.names, tt.test, train, test, err)
		}
	}
}
