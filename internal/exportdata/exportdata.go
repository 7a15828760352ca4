// Package exportdata gives go/types the packages a program imports, from the
// compiler's export data: as they are built, with the module's own versions,
// and without reading their sources.
//
//	imp, err := exportdata.Load(root, "fmt", "euryale/graph")
//	conf := types.Config{Importer: imp}
package exportdata

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"strings"
)

// Load lists the packages that patterns name, with all they import, as go list
// does in directory dir ("" means the current one), builds what is not in the
// build cache, and returns an importer of them.
//
// The importer reads a package when it is first asked for it, gives the same
// *types.Package ever after, and fails for a package that was not listed. It is
// not safe for use by several goroutines. Errors are those of go list, its own
// words in one line.
func Load(dir string, patterns ...string) (types.Importer, error) {
	args := append([]string{"list", "-export", "-deps", "-json=ImportPath,Export", "--"}, patterns...)
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("exportdata: go list %s: %w: %s", strings.Join(patterns, " "), err, oneLine(stderr.String()))
	}
	files := map[string]string{}
	for dec := json.NewDecoder(&stdout); ; {
		var p struct{ ImportPath, Export string }
		switch err := dec.Decode(&p); {
		case errors.Is(err, io.EOF):
			lookup := func(path string) (io.ReadCloser, error) {
				file, ok := files[path]
				if !ok {
					return nil, fmt.Errorf("exportdata: package %s is not among those listed", path)
				}
				return os.Open(file)
			}
			return importer.ForCompiler(token.NewFileSet(), "gc", lookup), nil
		case err != nil:
			return nil, fmt.Errorf("exportdata: output of go list: %w", err)
		}
		if p.Export != "" { // package unsafe has none, and needs none
			files[p.ImportPath] = p.Export
		}
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
