package notebook_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"euryale/internal/notebook"
)

// kernel is the name of the kernelspec that the kernel installs.
const kernel = "euryale"

// few are the values of parameters with which a notebook runs in a test.
var few = map[string]string{
	"epochs":  "1",
	"samples": "300",
	"tests":   "100",
}

// TestNotebooks holds the notebooks of this repository to what they promise: they
// keep to the kernel's Go, are saved as they ran, and run as programs of this
// module on the built-in dataset, without anything of the machine.
func TestNotebooks(t *testing.T) {
	if testing.Short() {
		t.Skip("trains networks")
	}
	paths, err := filepath.Glob(filepath.Join(root, "notebooks", "*.ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) == 0 {
		t.Fatal("no notebooks")
	}
	testNotebooks(t, paths)
}

// TestGood is the same of a notebook that is here to be checked.
func TestGood(t *testing.T) {
	testNotebooks(t, []string{filepath.Join("testdata", "good.ipynb")})
}

// dependOnModule looks at every file that notebooks are built from. go test
// repeats a result of before while nothing that the test itself looked at has
// changed, and what the go command it starts looks at does not count.
func dependOnModule(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"):
			return filepath.SkipDir
		case !d.IsDir() && (strings.HasSuffix(path, ".go") || strings.HasSuffix(path, ".s") || d.Name() == "go.mod") && !strings.HasSuffix(path, "_test.go"):
			_, err = os.Stat(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func testNotebooks(t *testing.T, paths []string) {
	t.Helper()
	dependOnModule(t)
	var notebooks []*notebook.Notebook
	for _, path := range paths {
		n, err := notebook.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		notebooks = append(notebooks, n)
	}
	c, err := notebook.NewChecker(root, notebooks...)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range notebooks {
		t.Run(n.Name, func(t *testing.T) {
			if err := n.Committed(kernel); err != nil {
				t.Errorf("as saved (cells are counted among the code cells, from 1, as in In [1]):\n%v", err)
			}
			short, err := n.With(few)
			if err != nil {
				t.Fatal(err)
			}
			p, err := c.Join(short)
			if err != nil {
				t.Fatalf("not for the kernel (cells are counted among the code cells, from 1, as in In [1]):\n%v", err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			began := time.Now()
			out, err := p.Run(ctx, root)
			if err != nil {
				t.Fatalf("run with few samples: %v\nprinted:\n%s", err, out)
			}
			t.Logf("%d cells, built and run in %.1f s", len(n.Cells), time.Since(began).Seconds())
		})
	}
}
