package loaders

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"euryale/internal/npy"
)

// checkOpened wants a sound dataset or an error of one line.
func checkOpened(t *testing.T, train, test *Dataset, err error) {
	t.Helper()
	if err != nil {
		if strings.ContainsAny(err.Error(), "\n\r") || len(err.Error()) > 2000 {
			t.Errorf("want an error of one short line, got %q", err)
		}
		return
	}
	for _, d := range []*Dataset{train, test} {
		if d == nil {
			continue
		}
		if err := d.Check(); err != nil || d.Len() == 0 {
			t.Errorf("accepted a dataset of %d images: %v", d.Len(), err)
		}
	}
}

func FuzzPixelsCSV(f *testing.F) {
	for _, s := range []string{
		"label,pixel0,pixel1,pixel2,pixel3\n3,1,2,3,4\n", "3,1,2,3,4\r\n0,5,6,7,255", "a;label\n;1\n", "\"label\",,x\n1,2,3", ",\n", "1\t2", "\ufefflabel,a\n1,1.0\n", "1,2,3\n\n\n,", "label,a\n1,256\n",
	} {
		f.Add([]byte(s))
		f.Add(zipped([]byte(s)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		looksLikePixels(b)
		images, labels, err := readPixelsCSV(bytes.NewReader(b), "f")
		if err != nil {
			checkOpened(t, nil, nil, err)
			return
		}
		if n := labels.shape[0]; n*images.shape[1] != len(images.data) || n*4 != len(labels.data) {
			t.Fatalf("shapes %v and %v of %d pixels and %d bytes of labels", images.shape, labels.shape, len(images.data), len(labels.data))
		}
		p := parts{"train": {images: images, labels: labels}}
		train, test, err := p.datasets("f", &arrayConfig{})
		checkOpened(t, train, test, err)
	})
}

func FuzzNPZDataset(f *testing.F) {
	for _, entries := range [][]npy.Entry{
		{entry("x_train", npy.FromUint8s([]int{1, 2, 1}, []uint8{1, 2})), entry("y_train", npy.FromInt64s([]int{1, 1}, []int64{3}))},
		{entry("x", npy.FromFloat32s([]int{1, 1, 1, 3}, []float32{1, 0, 0.5})), entry("y", npy.FromUint8s([]int{1}, []uint8{0}))},
		{entry("arr_0", npy.FromUint8s([]int{1}, []uint8{0}))},
	} {
		var b bytes.Buffer
		if err := npy.WriteNPZ(&b, entries); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
		f.Add(b.Bytes()[:b.Len()/2])
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "x.npz")
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		train, test, err := openNPZ(path, &arrayConfig{})
		checkOpened(t, train, test, err)
	})
}

func FuzzCIFAR(f *testing.F) {
	tarred := tarOf(&testing.T{}, "a", small100Names[2:], small100)
	for _, b := range [][]byte{nil, record(1, 2), records(record(1, 2), record(3, 9)), record(1, 2, 3), tarred, zipped(tarred), tarred[:2000]} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, format := range []cifarFormat{cifar10Format, cifar100Format, cifar100Coarse} {
			p := newCIFARParts(format)
			name := "data_batch_1.bin"
			if format.labels == 2 {
				name = "train.bin"
			}
			err := p.add(name, name, bytes.NewReader(b))
			checkCIFARParts(t, p, err)
			p, err = readCIFARTar(t.Context(), bytes.NewReader(b), "a.tar", format)
			checkCIFARParts(t, p, err)
		}
		tarNames(bytes.NewReader(b))
	})
}

func checkCIFARParts(t *testing.T, p *cifarParts, err error) {
	t.Helper()
	if err != nil {
		checkOpened(t, nil, nil, err)
		return
	}
	train, test, err := p.datasets("a", "b")
	checkOpened(t, train, test, err)
}

// FuzzAnyIDX reads anything as images and as labels.
func FuzzAnyIDX(f *testing.F) {
	addSeeds(f)
	f.Add(idx(0x0C, []int{1, 8}, make([]byte, 32)...))
	f.Add(idx(0x0D, []int{1, 1, 1}, 0x3f, 0x80, 0, 0))
	f.Add(idx(0x08, []int{1, 3, 1, 5}, make([]byte, 15)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		kindOf(b[:min(len(b), headLength)])
		a, err := readAnyIDX(bytes.NewReader(b), "f")
		if !checkError(t, err) {
			return
		}
		labels := make([]byte, a.shape[0])
		p := parts{"train": {images: a, labels: &raw{name: "l", shape: a.shape[:1], typ: idxTypes[0x08], data: labels}}}
		train, test, err := p.datasets("f", &arrayConfig{transpose: true})
		checkOpened(t, train, test, err)
		l, err := a.integers()
		if checkOpened(t, nil, nil, err); err == nil && len(l) != a.shape[0] {
			t.Errorf("%d labels of %v", len(l), a.shape)
		}
	})
}

// FuzzMapping reads anything as the mapping of labels to characters.
func FuzzMapping(f *testing.F) {
	for _, s := range []string{"", "1 65 97\n2 66 98\n", "0 48\r\n", "1", "1 1 1", "-1 65", "1 99999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		classes, relabel, err := mapping(s)
		if checkOpened(t, nil, nil, err); err == nil && (len(classes) == 0 || len(classes) != len(relabel)) {
			t.Errorf("%d classes of %d labels", len(classes), len(relabel))
		}
	})
}
