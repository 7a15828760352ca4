package npy

import (
	"archive/zip"
	"bytes"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func addFiles(f *testing.F, paths ...string) {
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		f.Add(b[:len(b)/2])
	}
}

// FuzzRead reads anything; what is accepted is written, and read again as the
// same.
func FuzzRead(f *testing.F) {
	addFiles(f, "testdata/cube.npy", "testdata/object.npy")
	for _, header := range []string{
		dict("'<f4'", "False", "(2,)"),
		dict("'>f2'", "True", "(2, 2)"),
		dict("'|b1'", "False", "(8, 1, 1)"),
		dict("'>i8'", "True", "()"),
		dict("\"<u4\"", "True", "(9223372036854775807, 0)"),
	} {
		f.Add(raw(header, 8))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := decode(b)
		if err != nil {
			checkFormat(t, err, "")
			return
		}
		again, err := decode(written(t, a))
		if diff := cmp.Diff(a, again); err != nil || diff != "" {
			t.Fatalf("%v (-read +written and read):\n%s", err, diff)
		}
		a.Float32s() // none of these panics
		a.Float64s()
		a.Int64s()
	})
}

// FuzzReadNPZ does the same with archives, of little memory.
func FuzzReadNPZ(f *testing.F) {
	addFiles(f, "testdata/stored.npz", "testdata/deflated.npz")
	f.Add(archive(f, zip.Deflate, named("x.npy", raw(dict("'>f2'", "True", "(2, 2)"), 8))))
	f.Fuzz(func(t *testing.T, b []byte) {
		const most = 1 << 20
		entries, err := unzip(b, Options{MaxBytes: most})
		if err != nil {
			checkFormat(t, err, "")
			return
		}
		total := 0
		for _, e := range entries {
			total += len(e.Array.Data)
		}
		if total > most {
			t.Fatalf("want at most %d bytes, got %d", most, total)
		}
		var w bytes.Buffer
		if err := WriteNPZ(&w, entries); err != nil {
			t.Fatal(err)
		}
		again, err := unzip(w.Bytes(), Options{})
		if diff := cmp.Diff(entries, again, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Fatalf("%v (-read +written and read):\n%s", err, diff)
		}
	})
}
