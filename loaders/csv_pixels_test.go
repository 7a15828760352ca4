package loaders

import (
	"bytes"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/pkg/errors"
)

func TestReadPixelsCSV(t *testing.T) {
	const header = "label,pixel0,pixel1,pixel2,pixel3\n"
	for name, content := range map[string]string{
		"Kaggle's":           header + "3,1,2,3,4\n0,5,6,7,255\n",
		"without a header":   "3,1,2,3,4\n0,5,6,7,255\n",
		"no last newline":    header + "3,1,2,3,4\n0,5,6,7,255",
		"Windows":            strings.ReplaceAll(header+"3,1,2,3,4\n0,5,6,7,255\n", "\n", "\r\n"),
		"old Mac":            strings.ReplaceAll(header+"3,1,2,3,4\n0,5,6,7,255\n", "\n", "\r"),
		"byte order mark":    "\ufeff" + header + "3,1,2,3,4\n0,5,6,7,255\n",
		"semicolons":         strings.ReplaceAll(header+"3,1,2,3,4\n0,5,6,7,255\n", ",", ";"),
		"tabs":               strings.ReplaceAll("3,1,2,3,4\n0,5,6,7,255\n", ",", "\t"),
		"empty lines":        "\n" + header + "\n3,1,2,3,4\n\n\n0,5,6,7,255\n\n",
		"quotes and spaces":  "\"label\", \"1x1\",1x2,2x1,2x2\n\"3\", 1,2 ,3,\"4\"\n0,5,6,7,255\n",
		"label last":         "pixel0,pixel1,pixel2,pixel3,label\n1,2,3,4,3\n5,6,7,255,0\n",
		"an index before it": ",label,a,b,c,d\n0,3,1,2,3,4\n1,0,5,6,7,255\n",
		"an id":              "ImageId,a,b,c,class,d\nfirst,1,2,3,3,4\nsecond,5,6,7,0,255\n",
		"floats of pandas":   header + "3,1.0,2.0,3.00,4.\n0,5,6,7,255.0\n",
		"gzip":               string(zipped([]byte(header + "3,1,2,3,4\n0,5,6,7,255\n"))),
	} {
		if name == "empty lines" {
			content = strings.TrimPrefix(content, "\n")
		}
		images, labels, err := readPixelsCSV(iotest.OneByteReader(strings.NewReader(content)), "f")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		l, err := labels.integers()
		if diff := cmp.Diff([]int{3, 0}, l); diff != "" || err != nil {
			t.Errorf("%s: labels (-want +got), error %v:\n%s", name, err, diff)
		}
		if diff := cmp.Diff([]uint8{1, 2, 3, 4, 5, 6, 7, 255}, images.data); diff != "" || !cmp.Equal(images.shape, []int{2, 4}) {
			t.Errorf("%s: shape %v, pixels (-want +got):\n%s", name, images.shape, diff)
		}
	}
}

func TestReadPixelsCSVErrors(t *testing.T) {
	const header = "label,pixel0,pixel1,pixel2,pixel3\n"
	for _, tt := range []struct{ content, want string }{
		{"", "f: want a CSV file of pixels, got an empty file: download it again"},
		{header, "f: want a line for each image, got none"},
		{"pixel0,pixel1,pixel2,pixel3\n1,2,3,4\n", "f: want a column of labels, got none: it is a test set for predictions"},
		{"id,pixel0,pixel1,pixel2,pixel3\n0,1,2,3,4\n", "f: want a column of labels, got none"},
		{strings.Repeat("7,", 783) + "7\n", "f: want a column of labels, got none"},
		{header + "3,1,2,3,4\n3,1,2,256,4\n", "f: line 3, column 4: want a pixel from 0 to 255, got 256"},
		{header + "3,1,2,3,4\n3,1,-2,6,4\n", "f: line 3, column 3: want a pixel from 0 to 255, got -2"},
		{header + "3,1,2,,4\n", "f: line 2, column 4: want a pixel from 0 to 255, got nothing"},
		{header + ",1,2,3,4\n", "f: line 2, column 1: want a label from 0 to 65535, got nothing"},
		{header + "65536,1,2,3,4\n", "f: line 2, column 1: want a label from 0 to 65535, got 65536"},
		{header + "3,1,0.5,3,4\n", `f: line 2, column 3: want a whole number, got "0.5"`},
		{header + "cat,1,2,3,4\n", `f: line 2, column 1: want a whole number, got "cat"`},
		{header + "3,1,2,3\n", "f: line 2: want 5 columns, got 4"},
		{header + "3,1,2,3,4,5\n", "f: line 2: want 5 columns, got more"},
		{"label,class,a,b,c\n", "f: line 1: want one column of labels, got columns 1 and 2"},
		{"label\n3\n", "f: line 2: want columns of pixels, got none"},
		{"<!doctype html>\n<p>", "f: want a CSV file of pixels, got an HTML page"},
		{header + strings.Repeat("x", 5000), `f: line 2, column 1: want a whole number, got "xxxxxxxxxxxxxxxxxxxx"…`},
		{string(zipped([]byte(header + "3,1,2,3,4\n"))[:40]), "f: byte "},
	} {
		_, _, err := readPixelsCSV(strings.NewReader(tt.content), "f")
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%.40q: want %q\ngot %v", tt.content, tt.want, err)
		}
	}
	long := strings.NewReader(strings.Repeat("no end ", maxLine))
	if _, _, err := readPixelsCSV(long, "f"); err == nil || !strings.HasPrefix(err.Error(), "f: line 1: want a line of at most") {
		t.Errorf("want an error of a line without end, got %v", err)
	}
	broken := errors.New("disk on fire")
	if _, _, err := readPixelsCSV(iotest.ErrReader(broken), "f"); !errors.Is(err, broken) {
		t.Errorf("want the disk's error, got %v", err)
	}
}

// TestOpenPixelsCSV has a file and the one beside it to test on.
func TestOpenPixelsCSV(t *testing.T) {
	dir := t.TempDir()
	path := write(t, filepath.Join(dir, "mnist_train.csv"), []byte("1,10,20,30,40\n0,50,60,70,80\n"))
	train, test, err := openPixelsCSV(path, &arrayConfig{})
	want := &Dataset{
		Name: "mnist_train training", Origin: path, Classes: []string{"0", "1"}, Channels: 1, Height: 2, Width: 2,
		Images: []uint8{10, 20, 30, 40, 50, 60, 70, 80}, Labels: []int{1, 0},
	}
	if diff := cmp.Diff(want, train, cmp.AllowUnexported(Dataset{})); diff != "" || test != nil || err != nil {
		t.Errorf("got test %v and error %v, train (-want +got):\n%s", test, err, diff)
	}
	beside := filepath.Join(dir, "mnist_test.csv")
	write(t, beside, []byte("pixel0,pixel1,pixel2,pixel3\n9,9,9,9\n"))
	if _, test, err := openPixelsCSV(path, &arrayConfig{}); test != nil || err != nil {
		t.Errorf("without labels: want no test set, got %v and error %v", test, err)
	}
	write(t, beside, []byte("4,9,9,9,9\n"))
	train, test, err = openPixelsCSV(path, &arrayConfig{})
	if err != nil || test.Len() != 1 || test.Labels[0] != 4 || len(train.Classes) != 5 || len(test.Classes) != 5 {
		t.Errorf("want a test set of 1 and 5 classes of both, got %v and error %v", test, err)
	}
	write(t, beside, []byte("4,9,9,9,9,9,9,9,9,9\n"))
	if _, _, err = openPixelsCSV(path, &arrayConfig{}); err == nil || !strings.Contains(err.Error(), "want images of 1×2×2, as those of "+path+", got 1×3×3") {
		t.Errorf("want an error of other sizes, got %v", err)
	}
}

// TestPixelSizes are those of rows of values.
func TestPixelSizes(t *testing.T) {
	for _, tt := range []struct {
		c        arrayConfig
		n        int
		c3, h, w int // 0: an error
	}{
		{arrayConfig{}, 784, 1, 28, 28},
		{arrayConfig{}, 3072, 3, 32, 32},
		{arrayConfig{}, 1, 1, 1, 1},
		{arrayConfig{}, 3, 3, 1, 1},
		{arrayConfig{}, 783, 0, 0, 0},
		{arrayConfig{Channels: 3}, 48, 3, 4, 4},
		{arrayConfig{Height: 2}, 8, 1, 2, 4},
		{arrayConfig{Width: 2}, 8, 1, 4, 2},
		{arrayConfig{Height: 4, Width: 5}, 60, 3, 4, 5},
		{arrayConfig{Height: 4, Width: 5}, 61, 0, 0, 0},
		{arrayConfig{Height: 1 << 62, Width: 4}, 16, 0, 0, 0},
	} {
		g, err := tt.c.flat(tt.n)
		if (err == nil) != (tt.h > 0) || g.channels != tt.c3 || g.height != tt.h || g.width != tt.w {
			t.Errorf("%d values, %+v: want %d×%d×%d, got %+v and error %v", tt.n, tt.c, tt.c3, tt.h, tt.w, g, err)
		}
	}
}

func kaggle(n int) []byte {
	var b bytes.Buffer
	b.WriteString("label")
	for i := range 784 {
		fmt.Fprintf(&b, ",pixel%d", i)
	}
	for i := range n {
		fmt.Fprintf(&b, "\n%d", i%10)
		for j := range 784 {
			v := 0
			if j%5 == 0 { // a fifth of MNIST is ink
				v = (i + j) % 256
			}
			fmt.Fprintf(&b, ",%d", v)
		}
	}
	return b.Bytes()
}

// TestCSVAllocatesWhatArrives: a header of many columns is no reason to take memory
// for images.
func TestCSVAllocatesWhatArrives(t *testing.T) {
	content := kaggle(0)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	readPixelsCSV(bytes.NewReader(content), "f")
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 1<<20 {
		t.Errorf("%d bytes allocated for a file of %d", got, len(content))
	}
}

func BenchmarkReadPixelsCSV(b *testing.B) {
	content := kaggle(6000)
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		if _, _, err := readPixelsCSV(bytes.NewReader(content), "f"); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/6000, "µs/image")
}
