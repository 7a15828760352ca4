package notebook

import (
	"os"
	"path/filepath"
	"testing"
)

func TestKnown(t *testing.T) {
	root := t.TempDir()
	check := func(path string, want bool) known {
		t.Helper()
		k, err := knownIn(root)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := k[path]; ok != want {
			t.Errorf("package %s known: %v, want %v", path, ok, want)
		}
		return k
	}
	check("euryale/graph", true) // no tables: those there would be
	check("slices", false)
	if k := check("strings", true); !k["strings"]["Cut"] || k["strings"]["Split"] {
		t.Errorf("strings lacks %v, want Cut and not Split among it", k["strings"])
	}

	dir := filepath.Join(root, filepath.FromSlash(tablesFolder))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, src := range map[string]string{
		"tables.go":  "package tables\n",
		"a.go":       "package tables\nfunc init() {\n\timports.Packages[\"example.org/a\"] = imports.Package{}\n}\n",
		"strings.go": "package tables\nfunc init() {\n\timports.Packages[\"strings\"] = imports.Package{}\n}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	check("example.org/a", true)
	check("euryale/graph", false)
	if k := check("strings", true); k["strings"]["Cut"] {
		t.Error("strings lacks Cut, want nothing lacking where the kernel has a table of its own")
	}
}
