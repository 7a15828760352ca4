package npy

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/pkg/errors"
)

// member is an entry of an archive that is made by hand.
type member struct {
	zip.FileHeader
	content []byte
}

// archive deflates or stores members.
func archive(t testing.TB, method uint16, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		m.Method = method
		w, err := z.CreateHeader(&m.FileHeader)
		if err == nil {
			_, err = w.Write(m.content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func named(name string, content []byte) member {
	return member{zip.FileHeader{Name: name}, content}
}

// directory is where in b the n-th record of the central directory begins.
func directory(b []byte, n int) int {
	at := 0
	for range n + 1 {
		at += 1 + bytes.Index(b[at:], []byte("PK\x01\x02"))
	}
	return at - 1
}

func unzip(b []byte, o Options) ([]Entry, error) {
	return ReadNPZ(bytes.NewReader(b), int64(len(b)), o)
}

func TestBadArchives(t *testing.T) {
	x := written(t, FromFloat32s([]int{100}, make([]float32, 100)))
	one := func(method uint16) []byte { return archive(t, method, named("x.npy", x)) }
	put := func(b []byte, at int, v ...byte) []byte {
		b = bytes.Clone(b)
		copy(b[at:], v)
		return b
	}
	size := binary.LittleEndian.AppendUint32(nil, uint32(len(x)+4))
	two := archive(t, zip.Store, named("x.npy", x), named("y.npy", x))
	for _, tt := range []struct {
		name string
		give []byte
		o    Options
		want string
	}{
		{"empty", nil, Options{}, "want a ZIP archive, as .npz files are, got none or a damaged one: "},
		{"a .npy", x, Options{}, "want a ZIP archive, as .npz files are, got none or a damaged one: "},
		{"cut", one(zip.Store)[:300], Options{}, "want a ZIP archive"},
		{"another file", archive(t, zip.Store, named("x.npy", x), named("README", nil)), Options{}, `want nothing but .npy files in the archive, got "README"`},
		{"a folder", archive(t, zip.Store, named("x/", nil)), Options{}, `want nothing but .npy files in the archive, got "x/"`},
		{"a name twice", archive(t, zip.Store, named("x.npy", x), named("x.npy", x)), Options{}, `array "x": want each name once, got two arrays of it`},
		{"a name above", archive(t, zip.Store, named("../x.npy", x)), Options{}, `array "../x": want a name in UTF-8, of parts between /, none of them empty, . or .., and without \`},
		{"a name from the root", archive(t, zip.Store, named("/x.npy", x)), Options{}, `array "/x": want a name in UTF-8`},
		{"no name", archive(t, zip.Store, named(".npy", x)), Options{}, `want a name in UTF-8`},
		{"the name .", archive(t, zip.Store, named("..npy", x)), Options{}, `array ".": want a name in UTF-8`},
		{"a name of Windows", archive(t, zip.Store, named(`..\x.npy`, x)), Options{}, `array "..\\x": want a name in UTF-8`},
		{"a name not in UTF-8", archive(t, zip.Store, named("\xff.npy", x)), Options{}, `array "\xff": want a name in UTF-8`},
		{"encrypted", put(one(zip.Store), directory(one(zip.Store), 0)+8, 9), Options{}, `array "x": want no password, got an encrypted array`},
		{"another method", put(one(zip.Store), directory(one(zip.Store), 0)+10, 12), Options{}, `array "x": want it stored or deflated, got another way of compression`},
		{"too much", two, Options{MaxBytes: int64(2*len(x) - 1)}, "want at most 1055 bytes of arrays, unpacked, got more"},
		{"shared bytes", put(two, directory(two, 1)+42, 0, 0, 0, 0), Options{}, "want each array to have bytes of its own in the archive, got two that share some: it is damaged"},
		{"packed size", put(one(zip.Store), directory(one(zip.Store), 0)+20, 255, 255, 255, 127), Options{}, "want arrays within the archive of 652 bytes, got one beyond its end: it is damaged"},
		{"unpacked size above", put(one(zip.Deflate), directory(one(zip.Deflate), 0)+24, size...), Options{}, `array "x": want 400 bytes after the header, for [100] of float32, got 404: more follows the array`},
		{"unpacked size far above", put(one(zip.Deflate), directory(one(zip.Deflate), 0)+24, 0, 0, 0, 240), Options{}, `array "x": want 400 bytes after the header, for [100] of float32, got 4026531712: more follows the array`},
		{"unpacked size of 4 GiB", put(archive(t, zip.Store, named("x.npy", x), named("y.npy", x)), directory(two, 0)+24, 255, 255, 255, 254), Options{MaxBytes: 1 << 20}, "want at most 1048576 bytes of arrays, unpacked, got more"},
		{"values", put(one(zip.Store), 300, 1), Options{}, `array "x": want the checksum that the archive has, got another: it is damaged`},
		{"compressed bytes", put(one(zip.Deflate), 36, 255, 255, 255), Options{}, `array "x": want a ZIP archive, as .npz files are, got none or a damaged one: `},
		{"an array", archive(t, zip.Deflate, named("x.npy", raw(dict("'<f4'", "False", "(2,)"), 9))), Options{}, `array "x": want 8 bytes after the header, for [2] of float32, got 9: more follows the array`},
		{"objects", archive(t, zip.Deflate, named("x.npy", raw(dict("'|O'", "False", "(2,)"), 8))), Options{}, `array "x": want an array of numbers, got one of Python objects`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			entries, err := unzip(tt.give, tt.o)
			if entries != nil {
				t.Errorf("want nothing, got %v", entries)
			}
			checkFormat(t, err, tt.want)
		})
	}
	if entries, err := unzip(two, Options{MaxBytes: int64(2 * len(x))}); err != nil || len(entries) != 2 {
		t.Errorf("want two arrays where they just fit, got %v, %v", entries, err)
	}
	if _, err := unzip(two, Options{MaxBytes: -1}); err == nil || err.Error() != "Options.MaxBytes: want at least 0, got -1" {
		t.Errorf("got %v", err)
	}
}

// A bomb, 64 KiB that unpack to 64 MiB, is refused for its size; an archive that
// only claims a gigabyte takes no such memory.
func TestBombs(t *testing.T) {
	if testing.Short() {
		t.Skip("packs 64 MiB")
	}
	const n = 1 << 26
	h := preamble(FromUint8s([]int{n}, nil))
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("x.npy")
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, h)
	if _, err := io.CopyN(w, zeros{}, n); err != nil {
		t.Fatal(err)
	}
	z.Close()
	_, err = unzip(b.Bytes(), Options{MaxBytes: n})
	checkFormat(t, err, "want at most 67108864 bytes of arrays, unpacked, got more")
	if entries, err := unzip(b.Bytes(), Options{MaxBytes: n + 128}); err != nil || len(entries[0].Array.Data) != n {
		t.Errorf("want it where it is let in, got %v", err)
	}

	few := append([]byte(preamble(FromUint8s([]int{1 << 30}, nil))), make([]byte, 10000)...)
	claim := archive(t, zip.Deflate, named("x.npy", few))
	binary.LittleEndian.PutUint32(claim[directory(claim, 0)+24:], 1<<30+128)
	got := allocated(func() {
		_, err := unzip(claim, Options{})
		checkFormat(t, err, `array "x": want a ZIP archive, as .npz files are, got none or a damaged one: `)
	})
	if got > 1<<20 {
		t.Errorf("want little memory for a claim, got %d bytes", got)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestWriteNPZ(t *testing.T) {
	entries := []Entry{
		{"z", FromFloat32s([]int{2}, []float32{1, 2})},
		{"a/b", FromInt64s([]int{1, 1}, []int64{math.MinInt64})},
		{"é", FromUint8s([]int{0}, []uint8{})},
	}
	var b, again bytes.Buffer
	if err := WriteNPZ(&b, entries); err != nil {
		t.Fatal(err)
	}
	got, err := unzip(b.Bytes(), Options{})
	if diff := cmp.Diff(entries, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if err := WriteNPZ(&again, got); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
		t.Errorf("want the same bytes again, %v", err)
	}
	path := filepath.Join(t.TempDir(), "x.npz")
	if err := WriteNPZFile(path, entries); err != nil {
		t.Fatal(err)
	}
	got, err = ReadNPZFile(path, Options{})
	if diff := cmp.Diff(entries, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	_, err = ReadNPZFile(path, Options{MaxBytes: 1})
	checkFormat(t, err, path+": want at most 1 bytes of arrays, unpacked, got more")
}

func TestWriteNPZErrors(t *testing.T) {
	x := FromUint8s(nil, []uint8{1})
	path := filepath.Join(t.TempDir(), "x.npz")
	for _, tt := range []struct {
		give []Entry
		want string
	}{
		{[]Entry{{"a", x}, {"a", x}}, `array "a": want each name once, got two arrays of it`},
		{[]Entry{{"", x}}, "want a name in UTF-8"},
		{[]Entry{{"a/../../b", x}}, `array "a/../../b": want a name in UTF-8`},
		{[]Entry{{"a", nil}}, `array "a": want an array, got none`},
		{[]Entry{{"a", x}, {"b", FromUint8s([]int{2}, []uint8{1})}}, `array "b": want 2 bytes of data for [2] of uint8, got 1`},
	} {
		var b bytes.Buffer
		checkFormat(t, WriteNPZ(&b, tt.give), tt.want)
		err := WriteNPZFile(path, tt.give)
		checkFormat(t, err, tt.want)
		if b.Len() > 0 || !strings.HasPrefix(err.Error(), "cannot write "+path) {
			t.Errorf("%s: %d bytes written, %v", tt.want, b.Len(), err)
		}
	}
}

// A reader that fails is no damaged archive.
func TestReadNPZFails(t *testing.T) {
	b := archive(t, zip.Store, named("x.npy", written(t, FromFloat32s([]int{1000}, make([]float32, 1000)))))
	for _, r := range []io.ReaderAt{errAfter{b, 100}, errWithin{b, 40, 100}, errWithin{b, 2000, 3000}} {
		entries, err := ReadNPZ(r, int64(len(b)), Options{})
		var format *FormatError
		if entries != nil || !errors.Is(err, iotest.ErrTimeout) || errors.As(err, &format) {
			t.Errorf("want the reader's error, got %v, %v", entries, err)
		}
	}
}

// errWithin fails to read bytes from, up to to.
type errWithin struct {
	b        []byte
	from, to int64
}

func (r errWithin) ReadAt(p []byte, off int64) (int, error) {
	if off < r.to && off+int64(len(p)) > r.from {
		return 0, iotest.ErrTimeout
	}
	return bytes.NewReader(r.b).ReadAt(p, off)
}

// TestWant leaves out an array that could not be read.
func TestWant(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range map[string]string{"names.npy": "no array", "x.npy": ""} {
		f, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if content != "" {
			f.Write([]byte(content))
			continue
		}
		if err := Write(f, FromUint8s([]int{2}, []uint8{3, 4})); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	read := func(o Options) ([]Entry, error) { return ReadNPZ(bytes.NewReader(b.Bytes()), int64(b.Len()), o) }
	got, err := read(Options{Want: func(name string) bool { return name == "x" }})
	if err != nil || len(got) != 1 || got[0].Name != "x" || !bytes.Equal(got[0].Array.Data, []byte{3, 4}) {
		t.Errorf("want x alone, got %v and error %v", got, err)
	}
	if _, err := read(Options{}); err == nil {
		t.Error("want the error of names")
	}
}
