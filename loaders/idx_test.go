package loaders

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/pkg/errors"
)

// idx is the content of an IDX file.
func idx(code uint8, dims []int, values ...uint8) []byte {
	b := []byte{0, 0, code, uint8(len(dims))}
	for _, n := range dims {
		b = binary.BigEndian.AppendUint32(b, uint32(n))
	}
	return append(b, values...)
}

func imagesIDX(n, h, w int, pixels ...uint8) []byte { return idx(8, []int{n, h, w}, pixels...) }
func labelsIDX(labels ...uint8) []byte              { return idx(8, []int{len(labels)}, labels...) }

// zipped is content as gzip.
func zipped(content []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(content) // a bytes.Buffer gives no error
	w.Close()
	return b.Bytes()
}

// write makes a file of that content, and the folders on the way to it.
func write(t *testing.T, path string, content []byte) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadImages(t *testing.T) {
	content := imagesIDX(2, 1, 3, 1, 2, 3, 4, 5, 255)
	want := &Images{N: 2, Height: 1, Width: 3, Pixels: []uint8{1, 2, 3, 4, 5, 255}}
	sources := map[string]io.Reader{
		"plain":       bytes.NewReader(content),
		"gzip":        bytes.NewReader(zipped(content)),
		"byte a time": iotest.OneByteReader(bytes.NewReader(zipped(content))),
		"late EOF":    iotest.DataErrReader(bytes.NewReader(content)),
	}
	for name, r := range sources {
		got, err := ReadImages(r, name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestReadLabels(t *testing.T) {
	got, err := ReadLabels(bytes.NewReader(zipped(labelsIDX(3, 0, 9))), "labels")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]uint8{3, 0, 9}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestHeaderTypes(t *testing.T) {
	for _, tt := range []struct {
		code uint8
		size int // of 2×3 values
	}{{0x08, 6}, {0x09, 6}, {0x0B, 12}, {0x0C, 24}, {0x0D, 24}, {0x0E, 48}} {
		h, err := readHeader(bytes.NewReader(idx(tt.code, []int{2, 3})), "f")
		if err != nil {
			t.Errorf("type code %#x: %v", tt.code, err)
			continue
		}
		want := header{typ: tt.code, dims: []int{2, 3}, size: tt.size}
		if diff := cmp.Diff(want, h, cmp.AllowUnexported(header{})); diff != "" {
			t.Errorf("type code %#x (-want +got):\n%s", tt.code, diff)
		}
	}
}

func TestReadImagesErrors(t *testing.T) {
	good := imagesIDX(2, 1, 3, 1, 2, 3, 4, 5, 6)
	spoiled := zipped(good)
	spoiled[len(spoiled)-5] ^= 1 // in the checksum
	tests := []struct {
		name    string
		content []byte
		want    FormatError
	}{
		{"empty", nil, FormatError{"f", 0, "want 4 bytes of the magic number, got 0: the file is cut short"}},
		{"magic cut", good[:3], FormatError{"f", 3, "want 4 bytes of the magic number, got 3: the file is cut short"}},
		{"not IDX", []byte("\x89PNG\r\n\x1a\n"), FormatError{"f", 0, "want an IDX magic number, such as 0x00000803, got 0x89504e47: a PNG picture: put pictures into a folder for each class"}},
		{"second byte", []byte{0, 1, 8, 3}, FormatError{"f", 0, "want an IDX magic number, such as 0x00000803, got 0x00010803"}},
		{"unknown type", []byte{0, 0, 0x0A, 3}, FormatError{"f", 0, "want an IDX magic number, such as 0x00000803, got 0x00000a03"}},
		{"little-endian", []byte{3, 8, 0, 0}, FormatError{"f", 0, "want an IDX magic number, such as 0x00000803, got 0x03080000: an IDX file whose header is little-endian: write its magic number and dimensions big-endian"}},
		{"no dimensions", idx(8, nil), FormatError{"f", 3, "want at least 1 dimension, got 0"}},
		{"labels", labelsIDX(1, 2), FormatError{"f", 3, "want dimensions: 3 (images), got 1 (labels)"}},
		{"matrix", idx(8, []int{1, 1}, 7), FormatError{"f", 3, "want dimensions: 3 (images), got 2 (neither images nor labels)"}},
		{"floats", idx(0x0D, []int{1, 1, 1}, 0, 0, 0, 0), FormatError{"f", 2, "want type code 0x08 (unsigned byte), got 0x0D (float32)"}},
		{"signed", idx(9, []int{1, 1, 1}, 0), FormatError{"f", 2, "want type code 0x08 (unsigned byte), got 0x09 (signed byte)"}},
		{"dimensions cut", good[:10], FormatError{"f", 10, "want 4 bytes of dimension 2, got 2: the file is cut short"}},
		{"no images", imagesIDX(0, 28, 28), FormatError{"f", 4, "want dimension 1 to be at least 1, got 0"}},
		{"no width", imagesIDX(1, 28, 0), FormatError{"f", 12, "want dimension 3 to be at least 1, got 0"}},
		{"huge", imagesIDX(1<<31-1, 1, 1), FormatError{"f", 4, "want at most 1073741824 bytes of values, got dimension 1 = 2147483647, which makes 2147483647"}},
		{"product", imagesIDX(60000, 28, 640), FormatError{"f", 12, "want at most 1073741824 bytes of values, got dimension 3 = 640, which makes 1075200000"}},
		{"overflow", imagesIDX(1<<16, 1<<16, 1<<16), FormatError{"f", 8, "want at most 1073741824 bytes of values, got dimension 2 = 65536, which makes 4294967296"}},
		{"pixels cut", good[:20], FormatError{"f", 20, "want 6 bytes of values, got 4: the file is cut short"}},
		{"all claim", imagesIDX(1<<20, 32, 32), FormatError{"f", 16, "want 1073741824 bytes of values, got 0: the file is cut short"}},
		{"trailing", append(bytes.Clone(good), 0), FormatError{"f", 22, "want the end of the file after 6 bytes of values, got more"}},
		{"gzip header cut", zipped(good)[:2], FormatError{"f", 0, "want more gzip data, got the end of the file: it is cut short, download or copy it again"}},
		{"gzip header", []byte{0x1f, 0x8b, 9, 9, 9, 9, 9, 9, 9, 9, 9}, FormatError{"f", 0, "want sound gzip data, got gzip: invalid header: download or copy it again"}},
		{"gzip cut", zipped(good)[:len(zipped(good))-1], FormatError{"f", 22, "want more gzip data, got the end of the file: it is cut short, download or copy it again"}},
		{"gzip checksum", spoiled, FormatError{"f", 22, "want sound gzip data, got gzip: invalid checksum: download or copy it again"}},
		{"gzip of wrong", zipped(good[:20]), FormatError{"f", 20, "want 6 bytes of values, got 4: the file is cut short"}},
		{"gzip bomb", zipped(append(bytes.Clone(good), make([]byte, 1<<20)...)), FormatError{"f", 22, "want the end of the file after 6 bytes of values, got more"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ReadImages(bytes.NewReader(tt.content), "f")
			var got *FormatError
			if !errors.As(err, &got) {
				t.Fatalf("want a *FormatError, got %v", err)
			}
			if diff := cmp.Diff(tt.want, *got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// No more of a bomb is decompressed than a byte beyond what the header
// announces.
func TestReadStopsEarly(t *testing.T) {
	r := bytes.NewReader(append(imagesIDX(1, 2, 2), make([]byte, 1<<20)...))
	if _, err := readImages(r, "bomb"); err == nil {
		t.Fatal("want an error")
	}
	if got, want := r.Size()-int64(r.Len()), int64(16+4+1); got != want {
		t.Errorf("%d bytes read, want %d", got, want)
	}
}

// A header alone must not make the reader allocate what it announces.
func TestReadAllocatesWhatArrives(t *testing.T) {
	claim := imagesIDX(1<<20, 32, 32, 1, 2, 3)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := ReadImages(bytes.NewReader(claim), "claim")
	runtime.ReadMemStats(&after)
	if err == nil {
		t.Fatal("want an error")
	}
	if got := after.TotalAlloc - before.TotalAlloc; got > 1<<20 {
		t.Errorf("%d bytes allocated for a file of %d", got, len(claim))
	}
}

func TestReadPassesOtherErrors(t *testing.T) {
	broken := errors.New("disk on fire")
	for name, r := range map[string]io.Reader{
		"at once":        iotest.ErrReader(broken),
		"in the header":  io.MultiReader(bytes.NewReader([]byte{0, 0, 8, 3}), iotest.ErrReader(broken)),
		"in the pixels":  io.MultiReader(bytes.NewReader(imagesIDX(1, 1, 2, 9)), iotest.ErrReader(broken)),
		"after the last": io.MultiReader(bytes.NewReader(imagesIDX(1, 1, 1, 9)), iotest.ErrReader(broken)),
	} {
		_, err := ReadImages(r, "file")
		if !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "file: byte ") {
			t.Errorf("%s: want the disk's error with file and byte, got %v", name, err)
		}
	}
}

func TestIDX(t *testing.T) {
	dir := t.TempDir()
	images := write(t, filepath.Join(dir, "images.gz"), zipped(imagesIDX(3, 1, 2, 1, 2, 3, 4, 5, 6)))
	labels := write(t, filepath.Join(dir, "labels"), labelsIDX(2, 0, 1))
	want := &Dataset{
		Name: "images.gz", Origin: images + " and " + labels,
		Channels: 1, Height: 1, Width: 2,
		Images: []uint8{1, 2, 3, 4, 5, 6}, Labels: []int{2, 0, 1},
	}
	for _, tt := range []struct{ give, want []string }{
		{nil, []string{"0", "1", "2"}},
		{[]string{"a", "b", "c", "d"}, []string{"a", "b", "c", "d"}},
	} {
		want.Classes = tt.want
		got, err := IDX(images, labels, tt.give...)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Dataset{})); diff != "" {
			t.Errorf("classes %q (-want +got):\n%s", tt.give, diff)
		}
		if err := got.Check(); err != nil {
			t.Error(err)
		}
	}
}

func TestIDXErrors(t *testing.T) {
	dir := t.TempDir()
	images := write(t, filepath.Join(dir, "images"), imagesIDX(2, 1, 1, 7, 8))
	labels := write(t, filepath.Join(dir, "labels"), labelsIDX(0, 5))
	many := write(t, filepath.Join(dir, "many"), labelsIDX(0, 1, 2))
	absent := filepath.Join(dir, "absent")
	tests := []struct {
		name           string
		images, labels string
		classes        []string
		want           string
	}{
		{"counts", images, many, nil, many + ": byte 4: want 2 labels, one for each image of " + images + ", got 3"},
		{"label", images, labels, []string{"a", "b"}, labels + ": byte 9: want a label below 2, got 5"},
		{"swapped", labels, images, nil, labels + ": byte 3: want dimensions: 3 (images), got 1 (labels)"},
		{"twice images", images, images, nil, images + ": byte 3: want dimensions: 1 (labels), got 3 (images)"},
		{"no images", absent, labels, nil, "open " + absent},
		{"no labels", images, absent, nil, "open " + absent},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := IDX(tt.images, tt.labels, tt.classes...)
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("want %q\ngot  %v", tt.want, err)
			}
		})
	}
}
