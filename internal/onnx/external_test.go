package onnx

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"euryale/internal/onnx/schema"
)

// outside is a model whose weight lies in a file.
func outside(entries ...string) *schema.ModelProto {
	p := file()
	w := p.Graph.Initializer[0]
	w.RawData, w.DataLocation = nil, schema.TensorProto_EXTERNAL
	for i := 0; i < len(entries); i += 2 {
		w.ExternalData = append(w.ExternalData, &schema.StringStringEntryProto{Key: entries[i], Value: entries[i+1]})
	}
	return p
}

func TestExternalData(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "model")
	write := func(name string, v ...float32) {
		t.Helper()
		path := filepath.Join(top, name)
		os.MkdirAll(filepath.Dir(path), 0o755)
		if err := os.WriteFile(path, rawFloats(v...), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("model/w", 1, 2, 3)
	write("model/sub/w", 4)
	write("secret", 5)
	write("model/hard", 6)
	for _, err := range []error{
		os.Link(filepath.Join(dir, "hard"), filepath.Join(dir, "hard2")),
		os.Symlink("../secret", filepath.Join(dir, "out")),
		os.Symlink("w", filepath.Join(dir, "in")),
		os.Symlink("..", filepath.Join(dir, "up")),
	} {
		if err != nil {
			t.Skip(err)
		}
	}
	tests := []struct {
		name    string
		entries []string
		want    float32
		err     string
	}{
		{"a part", []string{"location", "w", "offset", "4", "length", "4"}, 2, ""},
		{"a folder below", []string{"location", "sub/w"}, 4, ""},
		{"a checksum is not looked at", []string{"location", "sub/w", "checksum", "x"}, 4, ""},
		{"the folder above", []string{"location", "../secret"}, 0, "escapes"},
		{"the folder above, from one below", []string{"location", "sub/../../secret"}, 0, "escapes"},
		{"a full path", []string{"location", filepath.Join(top, "secret")}, 0, "escapes"},
		{"a link out", []string{"location", "out"}, 0, "not a regular file"},
		{"a link within", []string{"location", "in"}, 0, "not a regular file"},
		{"a folder that is a link", []string{"location", "up/secret"}, 0, "escapes"},
		{"a second name", []string{"location", "hard"}, 0, "has 2 hard links"},
		{"a folder", []string{"location", "sub"}, 0, "not a regular file"},
		{"no such file", []string{"location", "none"}, 0, "no such file"},
		{"no location", nil, 0, "no location"},
		{"beyond the end", []string{"location", "w", "offset", "9"}, 0, "w has 12 bytes, want 4 from 9 on"},
		{"far beyond the end", []string{"location", "w", "offset", "9223372036854775807"}, 0, "has 12 bytes"},
		{"before the start", []string{"location", "w", "offset", "-4"}, 0, "from -4 on"},
		{"another length", []string{"location", "w", "length", "8"}, 0, "want 4 bytes, got a length of 8"},
		{"no number", []string{"location", "w", "offset", "x"}, 0, `offset "x" is no number`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(dir, "m.onnx")
			if err := os.WriteFile(path, encode(t, outside(test.entries...)), 0o644); err != nil {
				t.Fatal(err)
			}
			m, err := ReadFile(path)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) || !strings.Contains(err.Error(), `constant "w"`) {
					t.Errorf("want an error with %q, got %v", test.err, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := m.Constants["w"].Float32s(); !cmp.Equal(got, []float32{test.want}) {
				t.Errorf("want %v, got %v", test.want, got)
			}
		})
	}
	if _, err := Parse(encode(t, outside("location", "w")), Options{}); err == nil || !strings.Contains(err.Error(), "not read from a folder") {
		t.Errorf("without a folder: want an error, got %v", err)
	}
}

// A small model does not become large by parts of a file that overlap.
func TestExternalDataOverlaps(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "w"), rawFloats(1, 2, 3), 0o644); err != nil {
		t.Fatal(err)
	}
	var e external
	e.dir = dir
	defer e.close()
	at := func(offset string) []*schema.StringStringEntryProto {
		return []*schema.StringStringEntryProto{{Key: "location", Value: "w"}, {Key: "offset", Value: offset}}
	}
	first, err := e.read(at("0"), 8)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := e.read(at("0"), 8); err != nil || &again[0] != &first[0] {
		t.Errorf("the same part: want the same bytes, got %v", err)
	}
	if _, err := e.read(at("4"), 8); err == nil || !strings.Contains(err.Error(), "do not overlap") {
		t.Errorf("want an error, got %v", err)
	}
}
