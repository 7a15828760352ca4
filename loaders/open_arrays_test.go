package loaders

import (
	"archive/zip"
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pkg/errors"

	"euryale/internal/npy"
)

// zipOf is an archive of empty files of those names.
func zipOf(t *testing.T, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		if _, err := z.Create(n); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestOpenArrays tells what is of arrays from what is not, and from what is wrong.
func TestOpenArrays(t *testing.T) {
	const csv = "label,pixel0,pixel1,pixel2,pixel3\n1,1,2,3,4\n0,5,6,7,8\n"
	var npz bytes.Buffer
	if err := npy.WriteNPZ(&npz, []npy.Entry{
		entry("x_train", npy.FromUint8s([]int{2, 2, 2}, []uint8{1, 2, 3, 4, 5, 6, 7, 8})), entry("y_train", npy.FromUint8s([]int{2}, []uint8{1, 0})),
	}); err != nil {
		t.Fatal(err)
	}
	images, labels := imagesIDX(2, 2, 2, 1, 2, 3, 4, 5, 6, 7, 8), labelsIDX(1, 0)
	for _, tt := range []struct {
		name  string
		files map[string][]byte
		open  string
		want  string // "dataset", "other" or an error
	}{
		{"CSV", map[string][]byte{"a.csv": []byte(csv)}, "a.csv", "dataset"},
		{"CSV packed", map[string][]byte{"a.csv.gz": []byte(csv)}, "a.csv.gz", "dataset"},
		{"CSV in a folder", map[string][]byte{"train.csv": []byte(csv), "test.csv": []byte("a,b,c,d,e\n1,2,3,4,5\n"), "sample_submission.csv": []byte("ImageId,Label\n1,0\n")}, "", "dataset"},
		{"npz", map[string][]byte{"a.npz": npz.Bytes()}, "a.npz", "dataset"},
		{"npz by another name", map[string][]byte{"a.zip": npz.Bytes()}, "a.zip", "dataset"},
		{"npz in a folder", map[string][]byte{"a.npz": npz.Bytes(), "notes.txt": nil}, "", "dataset"},
		{"IDX", map[string][]byte{"train-images.idx3-ubyte": images, "train-labels.idx1-ubyte": labels}, "train-images.idx3-ubyte", "dataset"},
		{"IDX in a folder", map[string][]byte{"raw/train-images.idx3-ubyte": images, "raw/train-labels.idx1-ubyte": labels}, "", "dataset"},
		{"IDX without idx in its name", map[string][]byte{"train_images.gz": images, "train_labels.gz": labels}, "", "dataset"},
		{"folder of classes", map[string][]byte{"cat/1.png": nil, "dog/2.png": nil}, "", "other"},
		{"folder of pictures", map[string][]byte{"image_1.png": nil, "image_2.png": nil}, "", "other"},
		{"table of paths", map[string][]byte{"a.csv": []byte("path,label\ncat/1.png,cat\n")}, "a.csv", "other"},
		{"table of paths and more", map[string][]byte{"a.csv": []byte("lesion,image,dx,type,age,sex\n1,a.png,b,c,70,m\n")}, "a.csv", "other"},
		{"a picture", map[string][]byte{"a": []byte("\x89PNG\r\n\x1a\n")}, "a", "other"},
		{"zip of pictures", map[string][]byte{"a.zip": zipOf(t, "cat/1.png", "dog/2.png")}, "a.zip", "other"},
		{"tar of pictures", map[string][]byte{"a.tar": tarOf(t, "a", []string{"1.png"}, map[string][]byte{"1.png": nil})}, "a.tar", "other"},
		{"two arrays", map[string][]byte{"a.npz": npz.Bytes(), "b.npz": npz.Bytes()}, "", "want the arrays of one dataset, got those of several: name one, such as DIR/a.npz"},
		{"parquet", map[string][]byte{"a.parquet": []byte("PAR1....")}, "a.parquet", "DIR/a.parquet: want images and labels, got a Parquet file, which is not read: export the images to a folder for each class, or to .npz"},
		{"a page", map[string][]byte{"a.npz": []byte("<!doctype html>")}, "a.npz", "got an HTML page"},
		{"empty", map[string][]byte{"a.csv": nil}, "a.csv", "got an empty file: download it again"},
		{"xz", map[string][]byte{"xnist-images-idx3-ubyte.xz": []byte("\xfd7zXZ\x00..")}, "xnist-images-idx3-ubyte.xz", "got an xz file: unpack it, with xz -d"},
		{"not there", nil, "a", "DIR/a: no such file"},
		{"a damaged archive", map[string][]byte{"a.npz": npz.Bytes()[:200]}, "a.npz", "DIR/a.npz: want a ZIP archive, as .npz files are, got none or a damaged one"},
	} {
		dir := files(t, t.TempDir(), tt.files)
		train, test, handled, err := openArrays(t.Context(), filepath.Join(dir, tt.open), arrayConfig{})
		switch tt.want {
		case "dataset":
			if err != nil || !handled || test != nil || train.Check() != nil || !bytes.Equal(train.Images, []byte{1, 2, 3, 4, 5, 6, 7, 8}) || train.Labels[0] != 1 || train.Labels[1] != 0 {
				t.Errorf("%s: got %v, %v, handled %v and error %v", tt.name, train, test, handled, err)
			}
		case "other":
			if err != nil || handled || train != nil || test != nil {
				t.Errorf("%s: want it not handled, got %v, %v, handled %v and error %v", tt.name, train, test, handled, err)
			}
		default:
			if want := strings.ReplaceAll(tt.want, "DIR", dir); err == nil || !handled || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: want %q, got handled %v and error %v", tt.name, want, handled, err)
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, _, err := openArrays(ctx, t.TempDir(), arrayConfig{}); !errors.Is(err, context.Canceled) {
		t.Errorf("want context.Canceled, got %v", err)
	}
	link := filepath.Join(t.TempDir(), "a.npz")
	if err := os.Symlink("gone.npz", link); err != nil {
		t.Skip(err)
	}
	if _, _, _, err := openArrays(t.Context(), link, arrayConfig{}); err == nil || !strings.HasSuffix(err.Error(), "a.npz is a link to gone.npz, which is not there") {
		t.Errorf("want an error of the link, got %v", err)
	}
}

// TestFirstOfArrays takes as many images as are wanted.
func TestFirstOfArrays(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "a.csv"), []byte("1,1,2,3,4\n0,5,6,7,8\n2,5,6,7,8\n"))
	train, _, _, err := openArrays(t.Context(), path, arrayConfig{TrainSamples: 2})
	if err != nil || train.Len() != 2 || len(train.Classes) != 3 {
		t.Errorf("want 2 images and 3 classes, got %v and error %v", train, err)
	}
}
