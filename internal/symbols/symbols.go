// Package symbols writes the symbol tables from which the notebook kernel's
// interpreter, gomacro, knows compiled packages: for each package, its
// constants, variables, functions and types as reflection sees them.
//
//	err := symbols.Write(".", symbols.Dir) // make tables
//
// What a table holds follows gomacro's own generator, base/genimport. It is made
// here instead because gomacro is not on every module proxy, and because its
// output changes from run to run; these files do not, on any platform.
package symbols

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"euryale/internal/exportdata"
)

// Dir is where the tables are kept, from the root of the module.
const Dir = "notebooks/kernel/tables"

// module is the path of the module that the tables are of.
const module = "euryale"

// foreign are the packages of others that a notebook works with.
var foreign = []string{"github.com/pkg/errors", "gorgonia.org/gorgonia", "gorgonia.org/tensor"}

// Packages are the import paths of the packages that have a table, sorted: those
// of the module at root that others may import, and the foreign ones they work
// with; but not train/mpi, which would link the kernel dynamically, and is for what
// a launcher starts. Errors are those of go list.
func Packages(root string) ([]string, error) {
	cmd := exec.Command("go", "list", "-json=ImportPath,Name,GoFiles", "./...")
	cmd.Dir = root
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("symbols: go list ./...: %w: %s", err, strings.Join(strings.Fields(stderr.String()), " "))
	}
	paths := slices.Clone(foreign)
	for dec := json.NewDecoder(&stdout); ; {
		var p struct {
			ImportPath, Name string
			GoFiles          []string
		}
		switch err := dec.Decode(&p); {
		case errors.Is(err, io.EOF):
			slices.Sort(paths)
			return paths, nil
		case err != nil:
			return nil, fmt.Errorf("symbols: output of go list: %w", err)
		}
		if p.Name != "main" && len(p.GoFiles) > 0 && importable(p.ImportPath) && p.ImportPath != module+"/train/mpi" {
			paths = append(paths, p.ImportPath)
		}
	}
}

// importable tells whether any package may import the one of this path.
func importable(path string) bool {
	return !slices.Contains(strings.Split(path, "/"), "internal")
}

// Tables are the table files of the module at root, by name.
func Tables(root string) (map[string][]byte, error) {
	paths, err := Packages(root)
	if err != nil {
		return nil, err
	}
	imp, err := exportdata.Load(root, paths...)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, path := range paths {
		pkg, err := imp.Import(path)
		if err != nil {
			return nil, fmt.Errorf("symbols: %s: %w", path, err)
		}
		name := stem(path) + ".go"
		if files[name] != nil {
			return nil, fmt.Errorf("symbols: two packages want the file %s, the second is %s", name, path)
		}
		if files[name], err = Table(pkg); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// stem is a package's name among the tables, where its path inside its module
// tells it from the others: graph_ops, gorgonia.
func stem(p string) string {
	if own, ok := strings.CutPrefix(p, module+"/"); ok {
		p = own
	} else {
		p = path.Base(p)
	}
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, p)
}

// Write puts the tables of the module at root into the directory dir, and takes
// away those that no package has any more. Files written by hand stay.
func Write(root, dir string) error {
	files, err := Tables(root)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	kept, err := generated(dir)
	if err != nil {
		return err
	}
	for name := range kept {
		if files[name] == nil {
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				return err
			}
		}
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// generated are the files in dir that Write wrote: none where there is no dir.
func generated(dir string) (map[string][]byte, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	files := map[string][]byte{}
	for _, e := range entries {
		if path.Ext(e.Name()) != ".go" {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		if bytes.HasPrefix(data, []byte(mark)) {
			files[e.Name()] = data
		}
	}
	return files, nil
}
