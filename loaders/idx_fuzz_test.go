package loaders

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pkg/errors"
)

func addSeeds(f *testing.F) {
	images := imagesIDX(2, 1, 3, 1, 2, 3, 4, 5, 6)
	for _, content := range [][]byte{
		nil,
		images,
		labelsIDX(0, 1, 9),
		images[:17],
		append(bytes.Clone(images), 0),
		imagesIDX(1<<20, 32, 32),
		imagesIDX(1<<31-1, 1<<31-1, 1<<31-1),
		imagesIDX(1, 0, 1),
		idx(0x0D, []int{1}, 0, 0, 0x80, 0x3f),
		idx(8, nil),
		{0, 0, 0x0A, 3},
		{3, 8, 0, 0},
		[]byte("\x89PNG\r\n\x1a\n"),
	} {
		f.Add(content)
		f.Add(zipped(content))
		f.Add(zipped(content)[:len(zipped(content))/2])
	}
}

// FuzzIDX reads anything; what is accepted must be what the bytes say, exactly.
func FuzzIDX(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		if im, err := ReadImages(bytes.NewReader(b), "f"); checkError(t, err) {
			checkContent(t, b, imagesIDX(im.N, im.Height, im.Width, im.Pixels...))
		}
		if labels, err := ReadLabels(bytes.NewReader(b), "f"); checkError(t, err) {
			checkContent(t, b, labelsIDX(labels...))
		}
	})
}

// FuzzIDXGzip compresses first, since a mutated checksum seldom is right: plain
// and compressed must read alike.
func FuzzIDXGzip(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		if bytes.HasPrefix(b, []byte{0x1f, 0x8b}) {
			t.Skip("compressed already")
		}
		plain, err := ReadImages(bytes.NewReader(b), "f")
		packed, errPacked := ReadImages(bytes.NewReader(zipped(b)), "f")
		checkError(t, err)
		checkError(t, errPacked)
		if diff := cmp.Diff(err, errPacked); diff != "" {
			t.Errorf("errors (-plain +gzip):\n%s", diff)
		}
		if diff := cmp.Diff(plain, packed); diff != "" {
			t.Errorf("images (-plain +gzip):\n%s", diff)
		}
	})
}

// checkError reports whether there is no error; one there is must be a
// *FormatError of one line.
func checkError(t *testing.T, err error) bool {
	t.Helper()
	if err == nil {
		return true
	}
	var format *FormatError
	if !errors.As(err, &format) || format.Offset < 0 || strings.Contains(err.Error(), "\n") {
		t.Errorf("want a *FormatError of one line, got %#v", err)
	}
	return false
}

// checkContent compares written with what the file b holds, uncompressed.
func checkContent(t *testing.T, b, written []byte) {
	t.Helper()
	u, err := uncompressed(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(u)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(content, written) {
		t.Errorf("read %x, but that is written as %x", content, written)
	}
}
