package loaders

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// twoByThree are 2 images of 2×3.
var twoByThree = imagesIDX(2, 2, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)

// files writes files to dir, gzip where their names say so.
func files(t *testing.T, dir string, contents map[string][]byte) string {
	t.Helper()
	for name, c := range contents {
		if strings.HasSuffix(name, ".gz") {
			c = zipped(c)
		}
		write(t, filepath.Join(dir, name), c)
	}
	return dir
}

// TestEMNIST: images lie transposed, letters are labelled from 1.
func TestEMNIST(t *testing.T) {
	turned := []uint8{1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12}
	letters := strings.Fields("Aa Bb Cc Dd Ee Ff Gg Hh Ii Jj Kk Ll Mm Nn Oo Pp Qq Rr Ss Tt Uu Vv Ww Xx Yy Zz")
	for _, tt := range []struct {
		name, set, mapping string
		labels             []uint8
		want               []int
		classes            []string
	}{
		{"published letters", "letters", "", []uint8{26, 1}, []int{25, 0}, letters},
		{"mapping", "letters", "1 65 97\n2 66 98\n3 67 99\n", []uint8{3, 1}, []int{2, 0}, []string{"Aa", "Bb", "Cc"}},
		{"mapping of balanced", "balanced", "0 48\r\n1 49\r\n2 65\r\n", []uint8{2, 0}, []int{2, 0}, []string{"0", "1", "A"}},
		{"published digits", "digits", "", []uint8{9, 0}, []int{9, 0}, strings.Split("0123456789", "")},
		{"published balanced", "balanced", "", []uint8{46, 36}, []int{46, 36}, strings.Split("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt", "")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := files(t, t.TempDir(), map[string][]byte{
				"emnist-" + tt.set + "-train-images-idx3-ubyte.gz": twoByThree,
				"emnist-" + tt.set + "-train-labels-idx1-ubyte.gz": labelsIDX(tt.labels...),
				"emnist-" + tt.set + "-test-images-idx3-ubyte.gz":  twoByThree,
				"emnist-" + tt.set + "-test-labels-idx1-ubyte.gz":  labelsIDX(tt.labels...),
			})
			if tt.mapping != "" {
				write(t, filepath.Join(dir, "emnist-"+tt.set+"-mapping.txt"), []byte(tt.mapping))
			}
			train, test, err := OpenIDX(dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range []*Dataset{train, test} {
				if err := d.Check(); err != nil {
					t.Error(err)
				}
				got := &Dataset{Classes: d.Classes, Height: d.Height, Width: d.Width, Images: d.Images, Labels: d.Labels}
				want := &Dataset{Classes: tt.classes, Height: 3, Width: 2, Images: turned, Labels: tt.want}
				if diff := cmp.Diff(want, got, cmp.AllowUnexported(Dataset{})); diff != "" {
					t.Errorf("%s (-want +got):\n%s", d.Name, diff)
				}
			}
		})
	}
}

func TestMappingErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                   "want lines of a label and the codes of its characters, such as 1 65 97, got none",
		"1\n":                `line 1: want a label of its own and codes of characters, such as 1 65 97, got "1"`,
		"1 65\n1 66\n":       `line 2: want a label of its own`,
		"-1 65\n":            `line 1: want a label of its own`,
		"1 65\n\n2 A\n":      `line 3: want the code of a character, got "A"`,
		"1 9999999999999999": "line 1: want the code of a character",
	} {
		if _, _, err := mapping(text); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: want %q, got %v", text, want, err)
		}
	}
	dir := files(t, t.TempDir(), map[string][]byte{
		"emnist-letters-train-images-idx3-ubyte": twoByThree, "emnist-letters-train-labels-idx1-ubyte": labelsIDX(1, 9),
		"emnist-letters-mapping.txt": []byte("1 65"),
	})
	const want = "label 1: want one of the 1 that the mapping has, got 9"
	if _, _, err := OpenIDX(dir); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("want %q, got %v", want, err)
	}
}

// TestKMNIST has the names of MNIST's files in a folder of its own.
func TestKMNIST(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "KMNIST", "raw")
	files(t, dir, map[string][]byte{
		"train-images-idx3-ubyte.gz": twoByThree, "train-images-idx3-ubyte": twoByThree, "train-labels-idx1-ubyte.gz": labelsIDX(9, 0),
		"t10k-images-idx3-ubyte": twoByThree, "t10k-labels-idx1-ubyte": labelsIDX(1, 2),
	})
	for _, path := range []string{dir, filepath.Dir(dir)} {
		train, test, err := OpenIDX(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(twoByThree[imagesStart:], train.Images); diff != "" || train.Classes[9] != "wo" || train.Labels[0] != 9 || test.Labels[1] != 2 {
			t.Errorf("got %v and %v, images (-want +got):\n%s", train, test, diff)
		}
	}
	train, _, err := OpenIDX(dir, "a", "b", "c", "d", "e", "f", "g", "h", "i", "j")
	if err != nil || train.Classes[9] != "j" {
		t.Errorf("want names of one's own, got %v and error %v", train, err)
	}
	if _, _, err := OpenIDX(dir, "a", "b"); err == nil || !strings.Contains(err.Error(), "want a label below 2, the number of classes, got 9") {
		t.Errorf("want an error of 2 classes, got %v", err)
	}
}

// TestQMNIST has labels in 8 columns of big-endian int32.
func TestQMNIST(t *testing.T) {
	row := func(class int32) []byte {
		var b []byte
		for _, v := range []int32{class, 1 << 20, -1, 77, 2150, 6, 0, 0} {
			b = binary.BigEndian.AppendUint32(b, uint32(v))
		}
		return b
	}
	labels := idx(0x0C, []int{2, 8}, append(row(5), row(3)...)...)
	dir := files(t, t.TempDir(), map[string][]byte{
		"qmnist-train-images-idx3-ubyte.gz": twoByThree, "qmnist-train-labels-idx2-int.gz": labels,
		"qmnist-test-images-idx3-ubyte.gz": twoByThree, "qmnist-test-labels-idx2-int.gz": labels,
		"qmnist-train-labels.tsv.gz": []byte("5 1 2\n"),
	})
	train, test, err := OpenIDX(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []*Dataset{train, test} {
		if diff := cmp.Diff([]int{5, 3}, d.Labels); diff != "" || !cmp.Equal(d.Images, twoByThree[imagesStart:]) {
			t.Errorf("%s: images %v, labels (-want +got):\n%s", d.Name, d.Images, diff)
		}
	}
}

// TestIDXTypes has images and labels of all types, and images of 4 dimensions.
func TestIDXTypes(t *testing.T) {
	float := func(values ...float32) (b []byte) {
		for _, v := range values {
			b = binary.BigEndian.AppendUint32(b, math.Float32bits(v))
		}
		return b
	}
	double := func(values ...float64) (b []byte) {
		for _, v := range values {
			b = binary.BigEndian.AppendUint64(b, math.Float64bits(v))
		}
		return b
	}
	labels := labelsIDX(1, 0)
	for _, tt := range []struct {
		name           string
		images, labels []byte
		channels       int
		want           []uint8
		err            string
	}{
		{"int8", idx(0x09, []int{2, 1, 1}, 5, 127), labels, 1, []uint8{5, 127}, ""},
		{"int8 below 0", idx(0x09, []int{2, 1, 1}, 5, 128), labels, 1, nil, "image 1: want values from 0 to 255, got -128"},
		{"int16", idx(0x0B, []int{2, 1, 1}, 0, 5, 0, 255), labels, 1, []uint8{5, 255}, ""},
		{"int32", idx(0x0C, []int{2, 1, 1}, 0, 0, 0, 5, 0, 0, 0, 255), labels, 1, []uint8{5, 255}, ""},
		{"int32 above 255", idx(0x0C, []int{2, 1, 1}, 0, 0, 1, 5, 0, 0, 0, 255), labels, 1, nil, "image 0: want values from 0 to 255, got 261"},
		{"float32", idx(0x0D, []int{2, 1, 1}, float(0.2, 1)...), labels, 1, []uint8{51, 255}, ""},
		{"float64", idx(0x0E, []int{2, 1, 1}, double(200.4, 1)...), labels, 1, []uint8{200, 1}, ""},
		{"not a number", idx(0x0E, []int{2, 1, 1}, double(math.NaN(), 1)...), labels, 1, nil, "image 0: want values from 0 to 1 or from 0 to 255, got NaN"},
		{"(N, C, H, W)", idx(0x08, []int{2, 3, 1, 5}, make([]byte, 30)...), labels, 3, make([]uint8, 30), ""},
		{"(N, H, W, C)", idx(0x08, []int{2, 1, 1, 3}, 1, 2, 3, 4, 5, 6), labels, 3, []uint8{1, 2, 3, 4, 5, 6}, ""},
		{"labels of int8", idx(0x08, []int{2, 1, 1}, 1, 2), idx(0x09, []int{2}, 1, 0), 1, []uint8{1, 2}, ""},
		{"labels of int16", idx(0x08, []int{2, 1, 1}, 1, 2), idx(0x0B, []int{2, 1}, 0, 1, 0, 0), 1, []uint8{1, 2}, ""},
		{"labels below 0", idx(0x08, []int{2, 1, 1}, 1, 2), idx(0x09, []int{2}, 1, 255), 1, nil, "label 1: want one from 0 to 65535, got -1"},
		{"labels of float32", idx(0x08, []int{2, 1, 1}, 1, 2), idx(0x0D, []int{2}, float(1, 0)...), 1, nil, "want labels of an integer type, got"},
		{"cut short", idx(0x0B, []int{2, 1, 1}, 0, 5, 0), labels, 1, nil, "byte 19: want 4 bytes of values, got 3: the file is cut short"},
		{"images for labels", idx(0x08, []int{2, 1, 1}, 1, 2), idx(0x08, []int{2, 1, 1}, 1, 2), 1, nil, "want labels as (N) or (N, 1), got (2, 1, 1)"},
	} {
		dir := files(t, t.TempDir(), map[string][]byte{"train-images.idx": tt.images, "train-labels.idx": tt.labels})
		train, test, err := OpenIDX(filepath.Join(dir, "train-images.idx"))
		if tt.err != "" {
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%s: want %q, got %v", tt.name, tt.err, err)
			}
			continue
		}
		if err != nil || test != nil || train.Channels != tt.channels || !cmp.Equal(train.Labels, []int{1, 0}) || !cmp.Equal(train.Images, tt.want) {
			t.Errorf("%s: got %+v, %v and error %v", tt.name, train, test, err)
		}
	}
}

func TestOpenIDXErrors(t *testing.T) {
	good := map[string][]byte{"a-train-images-idx3-ubyte": twoByThree, "a-train-labels-idx1-ubyte": labelsIDX(0, 1)}
	for _, tt := range []struct {
		name string
		more map[string][]byte
		open string
		want string
	}{
		{"nothing", map[string][]byte{"readme.txt": nil}, "", "want IDX files, named as train-images-idx3-ubyte and train-labels-idx1-ubyte are, got none"},
		{"two sets", map[string][]byte{"b-train-images-idx3-ubyte": twoByThree, "b-train-labels-idx1-ubyte": labelsIDX(0, 1)}, "", `want the files of one dataset, got those of ["a" "b"]: name one, such as DIR/a-train-images-idx3-ubyte`},
		{"a page", map[string][]byte{"a-train-images-idx3-ubyte": []byte("<html>")}, "", "DIR/a-train-images-idx3-ubyte: byte 0: want an IDX magic number, such as 0x00000803, got 0x3c68746d: an HTML page"},
		{"no labels", map[string][]byte{"c-train-images-idx3-ubyte": twoByThree}, "c-train-images-idx3-ubyte", "DIR/c-train-images-idx3-ubyte: want the labels of these images"},
		{"not there", nil, "z-train-images-idx3-ubyte", "z-train-images-idx3-ubyte: no such file"},
		{"nearly there", nil, "a-train-images.idx3-ubyte", `"a-train-images-idx3-ubyte" has nearly its name: rename it`},
		{"no role", map[string][]byte{"digits.idx": twoByThree}, "digits.idx", "want a name that tells images from labels"},
	} {
		dir := t.TempDir()
		if tt.name != "nothing" {
			files(t, dir, good)
		}
		files(t, dir, tt.more)
		_, _, err := OpenIDX(filepath.Join(dir, tt.open))
		if want := strings.ReplaceAll(tt.want, "DIR", dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: want %q, got %v", tt.name, want, err)
		}
	}
	dir := files(t, t.TempDir(), map[string][]byte{"train-images-idx3-ubyte": twoByThree})
	if err := os.Symlink("gone", filepath.Join(dir, "train-labels-idx1-ubyte")); err != nil {
		t.Skip(err)
	}
	if _, _, err := OpenIDX(dir); err == nil || !strings.HasSuffix(err.Error(), "train-labels-idx1-ubyte is a link to gone, which is not there") {
		t.Errorf("want an error of the link, got %v", err)
	}
}

// TestOpenIDXPart reads test images alone where they are asked for.
func TestOpenIDXPart(t *testing.T) {
	dir := files(t, t.TempDir(), map[string][]byte{
		"train-images-idx3-ubyte": twoByThree, "train-labels-idx1-ubyte": labelsIDX(0, 1),
		"t10k-images-idx3-ubyte": twoByThree, "t10k-labels-idx1-ubyte": labelsIDX(2, 3),
	})
	train, test, err := OpenIDX(filepath.Join(dir, "t10k-images-idx3-ubyte"))
	if err != nil || test != nil || !cmp.Equal(train.Labels, []int{2, 3}) {
		t.Errorf("want the test images alone, got %v, %v and error %v", train, test, err)
	}
	train, test, err = OpenIDX(filepath.Join(dir, "train-images-idx3-ubyte"))
	if err != nil || !cmp.Equal(train.Labels, []int{0, 1}) || !cmp.Equal(test.Labels, []int{2, 3}) {
		t.Errorf("want both parts, got %v, %v and error %v", train, test, err)
	}
}

// TestKnownByItsLabels: published labels have names, wherever they lie.
func TestKnownByItsLabels(t *testing.T) {
	old := publishedSets
	defer func() { publishedSets = old }()
	set, contents := tiny("Own", 1)
	publishedSets = []*published{set}
	dir := t.TempDir()
	own(t, set, contents, dir)
	train, _, err := OpenIDX(dir)
	if err != nil || !cmp.Equal(train.Classes, set.classes) {
		t.Errorf("want the classes %v, got %v and error %v", set.classes, train, err)
	}
}
