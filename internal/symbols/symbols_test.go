package symbols

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const root = "../.."

// TestTablesAreCurrent fails where what this module exports is not what the
// notebook kernel knows.
func TestTablesAreCurrent(t *testing.T) {
	watch(t)
	lines, err := Compare(root, filepath.Join(root, filepath.FromSlash(Dir)))
	if err != nil {
		t.Fatal(err)
	}
	if len(lines) > 0 {
		t.Errorf("in %s:\n%s\nrun make tables", filepath.Dir(filepath.FromSlash(Dir)), strings.Join(lines, "\n"))
	}
}

// watch reads the directories of the module, so that go test does not repeat an
// older result when a file in them has changed: what go list reads it does not see.
func watch(t *testing.T) {
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != root {
			return fs.SkipDir
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestPackages(t *testing.T) {
	got, err := Packages(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"euryale/graph", "euryale/graph/ops", "euryale/train", "gorgonia.org/gorgonia", "github.com/pkg/errors"} {
		if !slices.Contains(got, want) {
			t.Errorf("%s has no table, of %v", want, got)
		}
	}
	for _, path := range got {
		if strings.Contains(path, "internal") || strings.Contains(path, "/cmd/") || strings.Contains(path, "/kernel") || strings.HasSuffix(path, "/mpi") {
			t.Errorf("%s has a table, and no notebook may import it", path)
		}
	}
	if _, err := Packages(t.TempDir()); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("Packages outside a module: %v, want an error of one line", err)
	}
}

func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tables")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"doc.go":  "package tables\n",
		"gone.go": mark + "euryale/gone. DO NOT EDIT.\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := Write(root, dir); err != nil {
		t.Fatal(err)
	}
	lines, err := Compare(root, dir)
	if err != nil || len(lines) > 0 {
		t.Errorf("after Write the tables differ: %v %v", lines, err)
	}
	for name, want := range map[string]bool{"doc.go": true, "gone.go": false, "graph.go": true, "graph_ops.go": true, "gorgonia.go": true} {
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", name, err == nil, want)
		}
	}
}

func TestDifferences(t *testing.T) {
	pkg := check(t)
	src, err := Table(pkg)
	if err != nil {
		t.Fatal(err)
	}
	without := func(lines ...string) []byte { // those that hold one of the texts
		var kept []string
		for line := range strings.Lines(string(src)) {
			if !slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(line, l) }) {
				kept = append(kept, line)
			}
		}
		return []byte(strings.Join(kept, ""))
	}
	replaced := func(a, b string) []byte {
		if !strings.Contains(string(src), a) {
			t.Fatalf("the table has no %s", a)
		}
		return []byte(strings.Replace(string(src), a, b, 1))
	}
	const file = "shapes.go"
	for name, tt := range map[string]struct {
		have, want map[string][]byte
		lines      []string
	}{
		"same":        {map[string][]byte{file: src}, map[string][]byte{file: src}, nil},
		"missing":     {nil, map[string][]byte{file: src}, []string{"tables/shapes.go is missing"}},
		"superfluous": {map[string][]byte{file: src}, nil, []string{"tables/shapes.go is of no package"}},
		"lacks": {
			map[string][]byte{file: without(`"New"`, `"Corner"`)},
			map[string][]byte{file: src},
			[]string{"tables/shapes.go lacks shapes.Corner", "tables/shapes.go lacks shapes.New"},
		},
		"stale": {
			map[string][]byte{file: src},
			map[string][]byte{file: without(`"New"`)},
			[]string{"tables/shapes.go has shapes.New, which is no more"},
		},
		"constant": {
			map[string][]byte{file: replaced(`"int:4"`, `"int:5"`)},
			map[string][]byte{file: src},
			[]string{"tables/shapes.go has another shapes.Sides"},
		},
		"method": {
			map[string][]byte{file: replaced("String_ ", "Text_ ")},
			map[string][]byte{file: src},
			[]string{"tables/shapes.go has another shapes.Alias"},
		},
		"form": {
			map[string][]byte{file: replaced("\n\n", "\n\n\n")},
			map[string][]byte{file: src},
			[]string{"tables/shapes.go has the names, but is not as generated"},
		},
		"broken": {
			map[string][]byte{file: []byte("package")},
			map[string][]byte{file: src},
			[]string{"tables/shapes.go is not a table: 1:8: expected 'IDENT', found 'EOF'"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.lines, differences(tt.have, tt.want)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
